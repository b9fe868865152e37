"""Run the benches that are named, or all of them."""

from __future__ import annotations

import platform
import sys

import decision
import keyed
import retry
import waiting

BENCHES = {"decision": decision, "retry": retry, "keyed": keyed, "waiting": waiting}

if __name__ == "__main__":
    chosen = sys.argv[1:] or list(BENCHES)
    wrong = [name for name in chosen if name not in BENCHES]
    if wrong:
        sys.exit(f"{wrong[0]}: there are {', '.join(BENCHES)}")
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}")
    for name in chosen:
        BENCHES[name].main()
