"""What tests of several files need."""

pytest_plugins = ["emulators", "scripted"]
