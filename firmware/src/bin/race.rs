//! An interrupt against the program that it interrupts, on one limiter: together they must take
//! exactly what is there, round after round.
//!
//! QEMU counts time in instructions, and the timer's period changes each time, so that interrupts
//! come between any two instructions of `try_acquire`.
#![no_std]
#![no_main]

use core::sync::atomic::{AtomicU32, Ordering::SeqCst};

use firmware::{entry, finish, print, print_number};
use tidegate::{Quota32, RateLimiter32};

const BURST: u32 = 500;
const ROUNDS: u32 = 40;
static QUOTA: Quota32 = match Quota32::new(1, 1_000, BURST) {
    Ok(quota) => quota,
    Err(_) => panic!("checked by the compiler"),
};
static LIMITERS: [RateLimiter32; ROUNDS as usize] =
    [const { RateLimiter32::new() }; ROUNDS as usize];

/// Which limiter it is about; written by the program.
static ROUND: AtomicU32 = AtomicU32::new(0);
/// Written by the interrupt only.
static INTERRUPTS: AtomicU32 = AtomicU32::new(0);
static TAKEN: AtomicU32 = AtomicU32::new(0);

/// The clock stands still, so that nothing flows back.
const NOW: u32 = 0xffff_fff0;

#[entry]
fn main() -> ! {
    timer::start();
    let (mut exact, mut taken) = (0, 0);
    for (round, limiter) in LIMITERS.iter().enumerate() {
        // In this order: the bucket of the last round is empty, so the interrupt takes nothing in
        // between.
        let (before, mut own) = (TAKEN.load(SeqCst), 0);
        ROUND.store(round as u32, SeqCst);
        while limiter.try_acquire(&QUOTA, 1, NOW).is_allowed() {
            own += 1;
        }
        // The bucket is empty now, so the interrupt takes no more from it either.
        let sum = own + TAKEN.load(SeqCst) - before;
        exact += u32::from(sum == BURST);
        taken += own;
    }
    timer::stop();
    print(b"main ");
    print_number(taken);
    print(b" interrupt ");
    print_number(TAKEN.load(SeqCst));
    print(b" of ");
    print_number(BURST * ROUNDS);
    print(b" exact ");
    print_number(exact);
    print(b" of ");
    print_number(ROUNDS);
    print(b"\n");
    // If the interrupt had taken next to nothing there would have been no race.
    finish(exact == ROUNDS && TAKEN.load(SeqCst) >= BURST)
}

/// Takes one token, and says how many timer ticks to wait for the next time.
fn interrupt() -> u32 {
    let number = INTERRUPTS.load(SeqCst).wrapping_add(1);
    INTERRUPTS.store(number, SeqCst);
    let limiter = LIMITERS.get(ROUND.load(SeqCst) as usize);
    if limiter.is_some_and(|limiter| limiter.try_acquire(&QUOTA, 1, NOW).is_allowed()) {
        TAKEN.store(TAKEN.load(SeqCst).wrapping_add(1), SeqCst);
    }
    // 211 is prime: the place where the next interrupt comes wanders.
    100 + (number.wrapping_mul(211) & 127)
}

#[cfg(target_arch = "arm")]
mod timer {
    use cortex_m::peripheral::SYST;
    use cortex_m_rt::exception;

    pub fn start() {
        // SAFETY: SysTick is used here only, and interrupts of it are wanted from now on.
        unsafe {
            (*SYST::PTR).rvr.write(100);
            (*SYST::PTR).cvr.write(0);
            (*SYST::PTR).csr.write(0b111); // the processor's clock, interrupt, enable
        }
    }

    pub fn stop() {
        // SAFETY: as above.
        unsafe { (*SYST::PTR).csr.write(0) }
    }

    #[exception]
    fn SysTick() {
        let ticks = super::interrupt();
        // SAFETY: as above. Writing the current value starts the new period.
        unsafe {
            (*SYST::PTR).rvr.write(ticks);
            (*SYST::PTR).cvr.write(0);
        }
    }
}

#[cfg(target_arch = "riscv32")]
mod timer {
    use core::ptr::{read_volatile, write_volatile};

    use riscv::{interrupt::Interrupt, register::mie};
    use riscv_rt::core_interrupt;

    /// The core-local interruptor of QEMU's `virt`.
    const COMPARE: *mut u32 = 0x0200_4000 as *mut u32;
    const TIME: *const u32 = 0x0200_bff8 as *const u32;

    pub fn start() {
        after(100);
        // SAFETY: the handler is below.
        unsafe {
            mie::set_mtimer();
            riscv::interrupt::enable();
        }
    }

    pub fn stop() {
        riscv::interrupt::disable();
    }

    /// The next interrupt; the race is over long before 2³² ticks.
    fn after(ticks: u32) {
        // SAFETY: the machine has these registers. The high half first, so that no moment in
        // between is in the past.
        unsafe {
            write_volatile(COMPARE.add(1), 0);
            write_volatile(COMPARE, read_volatile(TIME).wrapping_add(ticks));
        }
    }

    #[core_interrupt(Interrupt::MachineTimer)]
    fn machine_timer() {
        after(super::interrupt());
    }
}
