//! The memory of the machine that QEMU plays, and the list of the traces.

use std::{env, fs, path::Path};

fn main() {
    let out = env::var("OUT_DIR").expect("cargo sets it");
    let memory = match env::var("TARGET").expect("cargo sets it").as_str() {
        "thumbv6m-none-eabi" => MICROBIT,
        "thumbv7m-none-eabi" => LM3S6965,
        "riscv32imc-unknown-none-elf" => VIRT,
        other => panic!("no machine for {other}"),
    };
    fs::write(Path::new(&out).join("memory.x"), memory).expect("OUT_DIR can be written");
    println!("cargo::rustc-link-search={out}");
    // riscv-rt wants the memory before its own script, cortex-m-rt includes it.
    if memory == VIRT {
        println!("cargo::rustc-link-arg=-Tmemory.x");
    }
    println!("cargo::rustc-link-arg=-Tlink.x");

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/traces32");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("the traces are there")
        .map(|entry| entry.expect("the traces can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "trace"))
        .collect();
    files.sort();
    let list: String = files.iter().map(|path| format!("include_bytes!({path:?}),")).collect();
    let code = format!("static TRACES: &[&[u8]] = &[{list}];");
    fs::write(Path::new(&out).join("traces.rs"), code).expect("OUT_DIR can be written");
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rerun-if-changed=build.rs");
}

/// The BBC micro:bit: nRF51822, Cortex-M0.
const MICROBIT: &str = "MEMORY {
  FLASH : ORIGIN = 0x00000000, LENGTH = 256K
  RAM : ORIGIN = 0x20000000, LENGTH = 16K
}
";
/// The Stellaris LM3S6965 evaluation board: Cortex-M3.
const LM3S6965: &str = "MEMORY {
  FLASH : ORIGIN = 0x00000000, LENGTH = 256K
  RAM : ORIGIN = 0x20000000, LENGTH = 64K
}
";
/// QEMU's own RISC-V machine, which has memory only.
const VIRT: &str = r#"MEMORY {
  FLASH : ORIGIN = 0x80000000, LENGTH = 1M
  RAM : ORIGIN = 0x80100000, LENGTH = 64K
}
REGION_ALIAS("REGION_TEXT", FLASH);
REGION_ALIAS("REGION_RODATA", FLASH);
REGION_ALIAS("REGION_DATA", RAM);
REGION_ALIAS("REGION_BSS", RAM);
REGION_ALIAS("REGION_HEAP", RAM);
REGION_ALIAS("REGION_STACK", RAM);
"#;
