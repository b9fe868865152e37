//! QEMU: the machines that the firmware images run on, one instruction at a time.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::{
    debian::Unpacked,
    machine,
    step::{Step, command},
};

/// QEMU for ARM and RISC-V: the machine's own, or Debian's without installing it.
pub(crate) struct Qemu {
    unpacked: Option<Unpacked>,
}

impl Qemu {
    pub(crate) fn new() -> Result<Qemu> {
        let here = PROGRAMS.iter().all(|name| machine::find(name).is_some());
        if here {
            return Ok(Qemu { unpacked: None });
        }
        let what = "QEMU (qemu-system-arm, qemu-system-riscv32)";
        let names: [&[&str]; 2] =
            [&["qemu-system-arm"], &["qemu-system-riscv", "qemu-system-misc"]];
        Ok(Qemu { unpacked: Some(Unpacked::new("qemu", what, &names)?) })
    }

    /// Runs an image to its end: what it printed, and whether it ended well.
    ///
    /// Time is counted in instructions, and every instruction is a unit of its own, so that timers
    /// interrupt between any two of them and each run is the same.
    pub(crate) fn run(&self, name: &str, machine: &[&str], image: &Path) -> Result<(String, bool)> {
        let mut qemu = self.command(machine, image)?;
        qemu.args(["-icount", "shift=7,align=off,sleep=off"]);
        Step::new(name).try_run(&mut qemu)
    }

    /// Runs an image to its end; the address of every instruction that it executed, in order, and
    /// whether it ended well.
    pub(crate) fn trace(
        &self,
        name: &str,
        machine: &[&str],
        image: &Path,
    ) -> Result<(Vec<u64>, bool)> {
        let log = machine::workshop("firmware")?.join("instructions.log");
        let _ = fs::remove_file(&log);
        let mut qemu = self.command(machine, image)?;
        qemu.args(["-d", "exec,nochain", "-D"]).arg(&log);
        let (_, success) = Step::new(name).try_run(&mut qemu)?;
        let text = fs::read_to_string(&log).context("QEMU wrote no log")?;
        // Trace 0: 0x7feabc0090c0 [00800400/00000164/00000510/ff000201] symbol
        let address = |line: &str| {
            let address = line.strip_prefix("Trace ")?.split_once('[')?.1.split('/').nth(1)?;
            u64::from_str_radix(address, 16).ok()
        };
        Ok((text.lines().filter_map(address).collect(), success))
    }

    fn command(&self, machine: &[&str], image: &Path) -> Result<Command> {
        let (program, machine) = machine.split_first().context("no machine")?;
        let mut qemu = self.program(program)?;
        let version = self.program(program)?.arg("--version").output()?;
        let version = String::from_utf8_lossy(&version.stdout).into_owned();
        let number = version.split(' ').find_map(|word| word.split_once('.'));
        let (major, minor) = number.with_context(|| format!("no version of QEMU: {version}"))?;
        let minor = minor.split('.').next().unwrap_or_default();
        let version: (u32, u32) = (major.parse()?, minor.parse()?);
        ensure!(version >= (7, 0), "QEMU is too old: 7.0 or newer is needed");
        if version >= (8, 1) {
            qemu.args(["-accel", "tcg,one-insn-per-tb=on"]);
        } else {
            qemu.arg("-singlestep");
        }
        qemu.args(machine).args(["-display", "none", "-monitor", "none", "-serial", "none"]);
        qemu.args(["-nodefaults", "-semihosting-config", "enable=on,target=native"]);
        if let Some(unpacked) = &self.unpacked {
            qemu.arg("-L").arg(unpacked.path("usr/share/qemu")?);
        }
        qemu.arg("-kernel").arg(image);
        Ok(qemu)
    }

    /// The program, which is stopped if it has not ended in a minute: an image that faults stands
    /// still for ever.
    fn program(&self, name: &str) -> Result<Command> {
        let path = match &self.unpacked {
            None => PathBuf::from(name),
            Some(unpacked) => unpacked.path(&format!("usr/bin/{name}"))?,
        };
        let mut qemu = match machine::find("timeout") {
            None => command(&path, machine::root()),
            Some(timeout) => {
                let mut qemu = command(&timeout, machine::root());
                qemu.arg("60").arg(path);
                qemu
            }
        };
        if let Some(unpacked) = &self.unpacked {
            qemu.env("LD_LIBRARY_PATH", unpacked.library_path()?);
        }
        Ok(qemu)
    }
}

const PROGRAMS: [&str; 2] = ["qemu-system-arm", "qemu-system-riscv32"];
