//! `tg_retry_budget`: retries as a part of the requests of a window, and a reserve for quiet times.

use tidegate::{Instant, Span, retry::RetryBudget};

use crate::{
    caller::answer,
    error::{DENIED, OK},
    object::object,
};

/// At most so many retries for each request of the last window, and a reserve on top, as in Finagle. Any
/// number of threads may share it once it is initialized. No deposit is spent twice.
///
/// Call tg_retry_budget_deposit for each new request, and tg_retry_budget_try_withdraw before each retry:
/// send it only if that says so. The window is counted in five segments, the one that has begun included.
/// now_ns is of one monotonic clock, in nanoseconds.
#[repr(C, align(16))]
pub struct tg_retry_budget {
    _s: [u64; 14],
}

object!(tg_retry_budget, RetryBudget, b"tgbudget");

/// Makes a budget of `ratio` millionths of a retry (200,000: one for five) for each request of the last
/// `window_ns` nanoseconds, 1 s to 1 hour, and of `reserve` retries in each window besides.
///
/// Returns TG_OK, TG_ERR_BUDGET_OUT_OF_RANGE (the window; a ratio above 1,000, which is 10^9) or
/// TG_ERR_NULL_POINTER. Not while other threads use it.
///
/// Threads: one. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_retry_budget_init(
    budget: *mut tg_retry_budget,
    window_ns: u64,
    ratio: u32,
    reserve: u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(budget)?;
            let window = Span::from_nanos(window_ns);
            caller.init(budget, RetryBudget::new(window, ratio, reserve)?)
        })
    }
}

/// Counts a new request.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_retry_budget_deposit(budget: *mut tg_retry_budget, now_ns: u64) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.shared(budget)?.deposit(Instant::from_nanos(now_ns));
            Ok(OK)
        })
    }
}

/// Takes one retry out of the budget.
///
/// Returns TG_OK, TG_DENIED (there is none, and nothing was taken: do not send it again),
/// TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_retry_budget_try_withdraw(
    budget: *mut tg_retry_budget,
    now_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let taken = caller.shared(budget)?.try_withdraw(Instant::from_nanos(now_ns));
            Ok(if taken { OK } else { DENIED })
        })
    }
}

/// How many retries are left at `now_ns`.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_retry_budget_available(
    budget: *const tg_retry_budget,
    now_ns: u64,
    available: *mut u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (budget, place) = (caller.shared(budget)?, caller.place(available)?);
            place.write(budget.available(Instant::from_nanos(now_ns)));
            Ok(OK)
        })
    }
}
