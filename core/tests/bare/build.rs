//! The C library's start code calls `main`; nothing else of the C library is asked for.
fn main() {
    println!("cargo::rustc-link-arg=-lc");
}
