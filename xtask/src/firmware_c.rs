//! The C library on microcontrollers: an archive for each, its size, and firmware in C that links it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use object::{Object, ObjectSection, SectionKind};
use tidegate::retry::{Backoff32, Jitter32};

use crate::{
    counts::Counts,
    debian::Unpacked,
    firmware::Toolchain,
    library::make,
    machine,
    qemu::Qemu,
    step::{Step, command},
};

/// The most that the 32-bit part may have on a Cortex-M0, all of its functions.
const MOST_BYTES: u64 = 2048;

/// A processor, and the binutils and the machine for it.
struct Target {
    triple: &'static str,
    tools: &'static str,
    /// What GNU's linker must be told to link for it.
    emulation: &'static str,
    /// None where there is no compiler of C for it here.
    board: Option<Board>,
}

struct Board {
    cpu: &'static str,
    machine: &'static [&'static str],
    /// Whether atomics need help, which the firmware can give.
    needs_critical_section: bool,
}

const TARGETS: [Target; 3] = [
    Target {
        triple: "thumbv6m-none-eabi",
        tools: "arm-none-eabi",
        emulation: "armelf",
        board: Some(Board {
            cpu: "cortex-m0",
            machine: &["qemu-system-arm", "-M", "microbit"],
            needs_critical_section: true,
        }),
    },
    Target {
        triple: "thumbv7m-none-eabi",
        tools: "arm-none-eabi",
        emulation: "armelf",
        board: Some(Board {
            cpu: "cortex-m3",
            machine: &["qemu-system-arm", "-M", "lm3s6965evb"],
            needs_critical_section: false,
        }),
    },
    Target {
        triple: "riscv32imc-unknown-none-elf",
        tools: "riscv64-unknown-elf",
        emulation: "elf32lriscv",
        board: None,
    },
];

/// Every check.
pub(crate) fn counts(toolchain: &Toolchain, qemu: &Qemu) -> Result<Counts> {
    let (arm, riscv) = (Tools::new("arm", ARM)?, Tools::new("riscv", RISCV)?);
    let mut counts = Counts::default();
    for target in &TARGETS {
        let tools = if target.board.is_some() { &arm } else { &riscv };
        let own = "capi single-core";
        let small = target.archive(toolchain, tools, own, "32")?;
        let whole = target.archive(toolchain, tools, own, "")?;
        let (small_bytes, whole_bytes) = (text(&small)?, text(&whole)?);
        println!(
            "{:<28} 32-bit part {small_bytes} bytes (≤ {MOST_BYTES}), everything {whole_bytes}",
            target.triple
        );
        counts += Counts::one(small_bytes <= MOST_BYTES);
        let Some(board) = &target.board else { continue };
        let shared = expected()?;
        let mut programs =
            vec![("shared", own, &small, shared.as_str()), ("whole", own, &whole, WHOLE)];
        let lent;
        if board.needs_critical_section {
            let features = "capi critical-section";
            lent = target.archive(toolchain, tools, features, "32")?;
            programs.push(("shared", features, &lent, &shared));
        }
        for (program, features, archive, expected) in programs {
            let image = board.link(tools, program, features, archive)?;
            let name = format!("{}: {program}.c [{features}]", board.cpu);
            let (printed, success) = qemu.run(&name, board.machine, &image)?;
            let told: Vec<&str> = printed.lines().filter(|line| expected.contains(line)).collect();
            let good = success && told.join("\n") == expected.trim_end();
            if !good {
                eprintln!("✗ {name} printed {printed:?}, not {expected:?}");
            }
            counts += Counts::one(good);
        }
    }
    Ok(counts)
}

const WHOLE: &str = "wait 200000000 ns\n";

/// What `shared.c` prints of its bus: the delays as they are on every other machine. That main and interrupt
/// together took what was due it says by ending well; how they divided it differs from compiler to compiler.
fn expected() -> Result<String> {
    let backoff = Backoff32::new(4, 2, 100, Jitter32::Equal)?;
    let delays = (0..6).map(|attempt| format!(" {}", backoff.delay(7, 1, attempt)));
    Ok(format!("bus{}\n", delays.collect::<String>()))
}

impl Target {
    /// Makes an archive, and says where it lies.
    fn archive(
        &self,
        toolchain: &Toolchain,
        tools: &Tools,
        features: &str,
        part: &str,
    ) -> Result<PathBuf> {
        // A folder each, since the names are the same.
        let folder = machine::workshop(&format!("firmware-c/{}", features.replace(' ', "-")))?;
        let mut make = make(&folder);
        make.args(["static", &format!("TARGET={}", self.triple), &format!("PART={part}")]);
        make.arg(format!("FEATURES={features}"));
        for (variable, tool) in [("NM", "nm"), ("OBJCOPY", "objcopy"), ("AR", "ar")] {
            make.arg(format!("{variable}={}", tools.path(self.tools, tool)?.display()));
        }
        let linker = tools.path(self.tools, "ld")?;
        make.arg(format!("LD={} -m {}", linker.display(), self.emulation));
        toolchain.lend(&mut make)?;
        Step::new(format!("libtidegate{part}.a for {} [{features}]", self.triple))
            .run(&mut make)?;
        Ok(folder.join(self.triple).join("c/libtidegate").join(format!("libtidegate{part}.a")))
    }
}

impl Board {
    /// Compiles a program and links it with the archive, and nothing else.
    fn link(
        &self,
        tools: &Tools,
        program: &str,
        features: &str,
        archive: &Path,
    ) -> Result<PathBuf> {
        let folder = machine::workshop("firmware-c")?;
        let image =
            folder.join(format!("{program}-{}-{}.elf", self.cpu, features.replace(' ', "-")));
        let mut gcc = command(&tools.path("arm-none-eabi", "gcc")?, machine::root());
        gcc.args([
            "-std=c99",
            "-Os",
            "-mthumb",
            "-ffreestanding",
            "-nostdlib",
            "-ffunction-sections",
        ]);
        gcc.arg(format!("-mcpu={}", self.cpu)).args(["-Wall", "-Wextra", "-Wpedantic", "-Werror"]);
        gcc.args([
            "-Iffi/include",
            "-T",
            "firmware/c/device.ld",
            "-Wl,--gc-sections,-z,noexecstack",
        ]);
        gcc.args(["firmware/c/startup.c", &format!("firmware/c/{program}.c")]);
        if features.contains("critical-section") {
            gcc.arg("firmware/c/critical_section.c");
        }
        gcc.arg(archive).args(["-lgcc", "-o"]).arg(&image);
        Step::new(format!("{program}.c for {} [{features}]", self.cpu)).run(&mut gcc)?;
        Ok(image)
    }
}

/// A compiler and binutils: the machine's own, or Debian's without installing them.
struct Tools {
    unpacked: Option<Unpacked>,
}

const ARM: &str = "gcc-arm-none-eabi";
const RISCV: &str = "binutils-riscv64-unknown-elf";

impl Tools {
    fn new(folder: &str, package: &'static str) -> Result<Tools> {
        let program = if package == ARM { "arm-none-eabi-gcc" } else { "riscv64-unknown-elf-ld" };
        if machine::find(program).is_some() {
            return Ok(Tools { unpacked: None });
        }
        let what = format!("{program} (Debian: {package})");
        Ok(Tools { unpacked: Some(Unpacked::new(folder, &what, &[&[package]])?) })
    }

    fn path(&self, prefix: &str, tool: &str) -> Result<PathBuf> {
        let name = format!("{prefix}-{tool}");
        match &self.unpacked {
            Some(unpacked) => unpacked.path(&format!("usr/bin/{name}")),
            None => machine::find(&name).with_context(|| format!("{name} is missing: install it")),
        }
    }
}

/// The bytes of code and constants of an archive's one object, which lies beside it.
fn text(archive: &Path) -> Result<u64> {
    let name = archive
        .file_stem()
        .context("no name")?
        .to_string_lossy()
        .replace("libtidegate", "tidegate");
    let data = fs::read(archive.with_file_name(format!("{name}.o")))?;
    let object = object::File::parse(&*data)?;
    let is_kept = |kind| {
        matches!(kind, SectionKind::Text | SectionKind::ReadOnlyData | SectionKind::ReadOnlyString)
    };
    let bytes = object
        .sections()
        .filter(|section| is_kept(section.kind()))
        .map(|section| section.size())
        .sum();
    ensure!(bytes > 0, "{} is empty", archive.display());
    Ok(bytes)
}
