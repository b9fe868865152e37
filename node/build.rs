//! Link arguments of an addon: its symbols come from the host, and it stays loaded when a worker ends.

fn main() {
    napi_build::setup();
}
