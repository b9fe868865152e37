//! What a decision costs through the C library, static and shared, against the same call in Rust.
//!
//! They take turns, so that a busy machine is busy for all, and the fastest round of each counts. Rust puts
//! the decision into its caller's loop, which no library can; so it is called as a function too, as in C.

use std::{
    env,
    hint::black_box,
    path::{Path, PathBuf},
    process::Command,
    time,
};

use tidegate::{Instant, Outcome, Quota, RateLimiter, Span};

const TURNS: usize = 5;
/// As in `c/acquire.c`.
const ROUNDS: usize = 40;
const DECISIONS: u64 = 100_000;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = target();
    run(Command::new("make")
        .args(["-s", "-C"])
        .arg(root.join("ffi"))
        .env("CARGO_TARGET_DIR", &target));
    let library = target.join("c/libtidegate");
    let program = |name: &str, link: &[&str]| {
        let program = library.join(name);
        let mut cc = Command::new("cc");
        cc.args(["-std=c99", "-O2", "-D_POSIX_C_SOURCE=200809L", "-I"])
            .arg(root.join("ffi/include"));
        cc.arg(root.join("benches/c/acquire.c")).arg("-L").arg(&library).args(link);
        run(cc.arg("-o").arg(&program));
        program
    };
    let whole = program("acquire-static", &["-l:libtidegate.a"]);
    let shared = program("acquire-shared", &["-ltidegate", "-Wl,-rpath,$ORIGIN"]);
    let mut fastest = [u64::MAX; 4];
    for _ in 0..TURNS {
        for (place, took) in fastest.iter_mut().zip([
            rust(called),
            rust(RateLimiter::try_acquire),
            c(&whole),
            c(&shared),
        ]) {
            *place = took.min(*place);
        }
    }
    for (name, took) in
        ["Rust, called", "Rust, inlined", "C, static", "C, shared"].iter().zip(fastest)
    {
        let ratio = took as f64 / fastest[0] as f64;
        println!("{name:<13} {:>6.2} ns  {ratio:.2} x", took as f64 / 1000.0);
    }
}

#[inline(never)]
fn called(limiter: &RateLimiter, n: u64, now: Instant) -> Outcome {
    limiter.try_acquire(n, now)
}

/// The fastest round, in picoseconds a decision.
#[inline(always)]
fn rust(decide: impl Fn(&RateLimiter, u64, Instant) -> Outcome) -> u64 {
    let quota = Quota::new(1_000_000_000, Span::from_secs(1), 1_000_000);
    let limiter = RateLimiter::new(quota.expect("a quota within its bounds"));
    let mut now = 0;
    let round = |now: &mut u64| {
        let start = time::Instant::now();
        for _ in 0..DECISIONS {
            *now += 1;
            // All of the answer is made, as in C.
            let outcome = decide(black_box(&limiter), black_box(1), Instant::from_nanos(*now));
            assert!(black_box(&outcome).is_allowed());
        }
        start.elapsed().as_nanos() as u64 * 1000 / DECISIONS
    };
    (0..ROUNDS).map(|_| round(&mut now)).min().unwrap_or(u64::MAX)
}

fn c(program: &Path) -> u64 {
    let output = Command::new(program).output().expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("a number");
    text.trim().parse().expect("a number")
}

fn run(command: &mut Command) {
    assert!(command.status().is_ok_and(|status| status.success()), "failed: {command:?}");
}

/// Cargo's target folder, in which this program is release/deps/c-….
fn target() -> PathBuf {
    let program = env::current_exe().expect("this program has a place");
    program.ancestors().nth(3).expect("it is in a target folder").to_owned()
}
