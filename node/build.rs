//! Link arguments of an addon: its symbols come from the host, and it stays loaded when a worker ends.

fn main() {
    let is_wasm = std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm");
    if is_wasm {
        // JavaScript calls bare functions by their place in the table.
        println!("cargo::rustc-link-arg=--export-table");
    } else {
        napi_build::setup();
    }
}
