//! `tg_retry_quota`: a budget of retries. Each takes tokens, and a success gives them back.

use tidegate::{
    Error,
    retry::{RetryCause, RetryCosts, RetryQuota},
};

use crate::{
    caller::{Plain, answer},
    error::{DENIED, OK},
    object::object,
};

/// Tokens that retries take, as in the standard retry mode of the AWS SDKs. Any number of threads may
/// share it once it is initialized.
///
/// Before a retry call tg_retry_quota_try_spend, and send only if it gives a cost; when the request has
/// succeeded, call tg_retry_quota_succeeded with the last cost it was given, or 0 if it was not repeated.
#[repr(C)]
pub struct tg_retry_quota {
    _s: [u64; 6],
}

object!(tg_retry_quota, RetryQuota, b"tgrquota");

/// What each cause of a retry costs, in tokens.
#[repr(C)]
pub struct tg_retry_costs {
    /// Of TG_CAUSE_FAILURE.
    pub failure: u32,
    /// Of TG_CAUSE_TRANSIENT.
    pub transient: u32,
    /// Of TG_CAUSE_THROTTLED.
    pub throttled: u32,
    /// What a success at the first try gives back.
    pub first_success: u32,
}

// SAFETY: integers.
unsafe impl Plain for tg_retry_costs {}

/// Why a request is to be sent again, for what it costs.
#[repr(i32)]
pub enum tg_cause {
    /// The server failed.
    TG_CAUSE_FAILURE = 1,
    /// The connection or the answer did not come in time, or was lost.
    TG_CAUSE_TRANSIENT = 2,
    /// The server refused: too many requests.
    TG_CAUSE_THROTTLED = 3,
}

const FAILURE: i32 = tg_cause::TG_CAUSE_FAILURE as i32;
const TRANSIENT: i32 = tg_cause::TG_CAUSE_TRANSIENT as i32;
const THROTTLED: i32 = tg_cause::TG_CAUSE_THROTTLED as i32;

/// The cause with this number.
pub(crate) fn cause_of(cause: i32) -> Result<RetryCause, Error> {
    Ok(match cause {
        FAILURE => RetryCause::Failure,
        TRANSIENT => RetryCause::Transient,
        THROTTLED => RetryCause::Throttled,
        _ => return Err(Error::UnknownCause),
    })
}

/// Makes a full quota of `capacity` tokens with costs of one's own. With a capacity of 0 nothing is sent
/// again.
///
/// Returns TG_OK or TG_ERR_NULL_POINTER. Not while other threads use it.
///
/// Threads: one. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_retry_quota_init(
    quota: *mut tg_retry_quota,
    capacity: u32,
    costs: *const tg_retry_costs,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(quota)?;
            let &tg_retry_costs { failure, transient, throttled, first_success } =
                caller.plain(costs)?;
            let costs = RetryCosts { failure, transient, throttled, first_success };
            caller.init(quota, RetryQuota::new(capacity, costs))
        })
    }
}

/// As tg_retry_quota_init, with the costs of AWS' Retry Behavior 2.0: a failure 5, what was lost on the
/// way 10, a refusal 5, and 1 back for a success at the first try. AWS' capacity is 500.
///
/// Threads: one. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_retry_quota_init_aws_2_0(
    quota: *mut tg_retry_quota,
    capacity: u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe { answer(|caller| caller.init(quota, RetryQuota::new(capacity, RetryCosts::AWS_2_0))) }
}

/// As tg_retry_quota_init, with the costs of AWS' Retry Behavior 2.1: a refusal 5, anything else 14, and
/// 1 back for a success at the first try.
///
/// Threads: one. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_retry_quota_init_aws_2_1(
    quota: *mut tg_retry_quota,
    capacity: u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe { answer(|caller| caller.init(quota, RetryQuota::new(capacity, RetryCosts::AWS_2_1))) }
}

/// Takes what a retry for this `cause`, one of enum tg_cause, costs. `cost` becomes that, and 0 with
/// TG_DENIED; it may be NULL.
///
/// Returns TG_OK, TG_DENIED (fewer tokens are left, and none was taken: do not send it again),
/// TG_ERR_UNKNOWN_CAUSE, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_retry_quota_try_spend(
    quota: *mut tg_retry_quota,
    cause: i32,
    cost: *mut u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (quota, place) = (caller.shared(quota)?, caller.place_if_any(cost)?);
            let spent = quota.try_spend(cause_of(cause)?);
            if let Some(place) = place {
                place.write(spent.unwrap_or(0));
            }
            Ok(if spent.is_some() { OK } else { DENIED })
        })
    }
}

/// Gives back what the last retry of a request that has succeeded cost; with 0, what a success at the
/// first try gives.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_retry_quota_succeeded(
    quota: *mut tg_retry_quota,
    last_cost: u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.shared(quota)?.succeeded(last_cost);
            Ok(OK)
        })
    }
}

/// Gives back the cost of a retry that was not sent.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_retry_quota_cancelled(quota: *mut tg_retry_quota, cost: u32) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.shared(quota)?.cancelled(cost);
            Ok(OK)
        })
    }
}

/// How many tokens are left.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER or TG_ERR_NOT_INITIALIZED.
///
/// Threads: shared. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_retry_quota_tokens(
    quota: *const tg_retry_quota,
    tokens: *mut u32,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (quota, place) = (caller.shared(quota)?, caller.place(tokens)?);
            place.write(quota.tokens());
            Ok(OK)
        })
    }
}
