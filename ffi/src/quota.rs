//! `tg_quota`: a limit, its period and its burst, checked once.

use tidegate::{Quota, Span};

use crate::{caller::answer, object::object};

/// How many tokens a period brings and how many may be saved up, for the functions that are given a
/// quota with each call. Plain data that nothing changes after tg_quota_init: it may be copied, and any
/// number of threads may share it.
#[repr(C)]
pub struct tg_quota {
    _s: [u64; 10],
}

object!(tg_quota, Quota, b"tg_quota");

/// Makes a quota of `limit` tokens each `period_ns` nanoseconds, of which up to `burst` may be taken at
/// one instant. A limit of 0 denies everything; the burst is then ignored.
///
/// Returns TG_OK, TG_ERR_PERIOD_OUT_OF_RANGE (1 ms to 366 days), TG_ERR_LIMIT_TOO_HIGH (10^9 a
/// period, one a nanosecond), TG_ERR_BURST_ZERO, TG_ERR_BURST_TOO_LARGE or TG_ERR_NULL_POINTER. Not
/// while other threads use it.
///
/// Threads: one. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_quota_init(
    quota: *mut tg_quota,
    limit: u64,
    period_ns: u64,
    burst: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(quota)?;
            caller.init(quota, Quota::new(limit, Span::from_nanos(period_ns), burst)?)
        })
    }
}
