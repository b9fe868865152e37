//! `tg_attempts`: one operation of any kind across its attempts.

use core::ffi::c_void;

use tidegate::{
    Attempts, Backoff, Error, Instant, RetryRules, Span,
    retry::{Purse, Shared},
};

use crate::{
    backoff::tg_backoff,
    breaker::tg_circuit_breaker,
    call::tg_step,
    caller::{Caller, Plain, answer},
    error::OK,
    object::{Noun, object},
    retry_budget::tg_retry_budget,
    retry_quota::{cause_of, tg_retry_quota},
    retry_throttle::tg_retry_throttle,
};

/// How often an operation is tried, after which delays, and what all callers of these rules share. All zeros
/// are valid rules: no bound, and the delays of the library. What the pointers point to must stay as long as
/// the rules are used.
#[repr(C)]
pub struct tg_retry_rules {
    /// Attempts in all, the first included; 0 for no bound.
    pub max_attempts: u32,
    /// 0.
    pub reserved: u32,
    /// The time of all attempts and waits together in nanoseconds; 0 for no bound. No wait begins that would
    /// end at its end or later.
    pub timeout_ns: u64,
    /// How long one attempt may take in nanoseconds, which tg_attempts_left heeds; 0 for no bound.
    pub attempt_timeout_ns: u64,
    /// The most in nanoseconds that is added to a wait which the other side told.
    pub server_jitter_ns: u64,
    /// The longest wait of the other side in nanoseconds that is obeyed; 0 for no bound. A longer one ends
    /// the attempts.
    pub max_server_delay_ns: u64,
    /// The delays where the other side told none; NULL for half a second that doubles up to 20 s, each from
    /// half of that up.
    pub backoff: *const tg_backoff,
    /// What retries are paid out of: a tg_retry_quota, tg_retry_budget or tg_retry_throttle; which one, the
    /// object itself says. NULL for nothing.
    pub budget: *mut c_void,
    /// What each attempt passes; NULL for none.
    pub breaker: *mut tg_circuit_breaker,
}

// SAFETY: integers and pointers.
unsafe impl Plain for tg_retry_rules {}

/// One operation of any kind: how often it was tried, when it may be tried again, whether it is over. Plain
/// data; one thread at a time. Give every function the same rules.
///
/// Ask tg_attempts_next what to do, do it, report what came of it with tg_attempts_succeeded,
/// tg_attempts_failed or tg_attempts_aborted. All arguments named now_ns are of one monotonic clock, in
/// nanoseconds.
#[repr(C)]
pub struct tg_attempts {
    _s: [u64; 16],
}

object!(tg_attempts, Attempts, b"tgattmpt");

/// Makes an operation that was not tried yet; the timeout of all its attempts begins now. Its delays depend
/// on `seed`, which should differ between processes or devices, and on `call`, between the operations of one.
///
/// Returns TG_OK, TG_ERR_NULL_POINTER, TG_ERR_POINTER_MISALIGNED or TG_ERR_NOT_INITIALIZED (a backoff, budget
/// or breaker of the rules; also a pointer to something else).
///
/// Threads: one. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_attempts_init(
    attempts: *mut tg_attempts,
    rules: *const tg_retry_rules,
    seed: u64,
    call: u64,
    now_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            caller.vacant(attempts)?;
            let (rules, _) = read(caller, rules)?;
            caller.init(attempts, Attempts::new(&rules, seed, call, Instant::from_nanos(now_ns)))
        })
    }
}

/// What to do now. TG_STEP_SEND is to try once: it has passed the breaker, and only then anything is
/// counted. The first attempt is made at any time, later ones only before the end of the timeout.
/// TG_STEP_GIVE_UP gives back what the next attempt has paid, and says why it is not made.
///
/// Returns TG_OK, or an error as tg_attempts_init.
///
/// Threads: one. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_attempts_next(
    attempts: *mut tg_attempts,
    rules: *const tg_retry_rules,
    now_ns: u64,
    step: *mut tg_step,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let ((_, shared), place) = (read(caller, rules)?, caller.place(step)?);
            let attempts = caller.exclusive(attempts)?;
            let step = attempts.next(&shared, Instant::from_nanos(now_ns));
            place.write(tg_step { attempts: attempts.attempts(), ..step.into() });
            Ok(OK)
        })
    }
}

/// Reports that the attempt has succeeded.
///
/// Returns TG_OK, TG_ERR_OUT_OF_ORDER (no attempt runs), or an error as tg_attempts_init.
///
/// Threads: one. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_attempts_succeeded(
    attempts: *mut tg_attempts,
    rules: *const tg_retry_rules,
    now_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (_, shared) = read(caller, rules)?;
            caller.exclusive(attempts)?.succeeded(&shared, Instant::from_nanos(now_ns))?;
            Ok(OK)
        })
    }
}

/// Reports that the attempt has failed in a way that may be tried again: `cause` is one of enum tg_cause, and
/// `told_ns` the wait that the other side told, or NULL. tg_attempts_next then says when, or why not: of
/// several reasons the first of attempts, a wait too long to obey, the timeout, the budget. A refusal for the
/// rate (TG_CAUSE_THROTTLED) is no failure of the other side for the breaker.
///
/// Returns TG_OK, TG_ERR_OUT_OF_ORDER (no attempt runs), TG_ERR_UNKNOWN_CAUSE, or an error as
/// tg_attempts_init.
///
/// Threads: one. Interrupts: 128-bit. Cost: by attempt, to a bound.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_attempts_failed(
    attempts: *mut tg_attempts,
    rules: *const tg_retry_rules,
    cause: i32,
    told_ns: *const u64,
    now_ns: u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (rules, shared) = read(caller, rules)?;
            let cause = cause_of(cause)?;
            let told = match told_ns.is_null() {
                true => None,
                false => Some(Span::from_nanos(*caller.plain(told_ns)?)),
            };
            let now = Instant::from_nanos(now_ns);
            caller.exclusive(attempts)?.failed(&rules, &shared, cause, told, now)?;
            Ok(OK)
        })
    }
}

/// Reports that it is not tried again: the caller gave it up, or the attempt failed in a way that is not to
/// be tried again, which says nothing of the other side. A retry that was paid for and waits is given back.
///
/// Returns TG_OK, also for one that is over; or an error as tg_attempts_init.
///
/// Threads: one. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_attempts_aborted(
    attempts: *mut tg_attempts,
    rules: *const tg_retry_rules,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (_, shared) = read(caller, rules)?;
            caller.exclusive(attempts)?.aborted(&shared);
            Ok(OK)
        })
    }
}

/// How long the attempt that runs may go on, in nanoseconds: to the end of its own timeout or of that of all,
/// whichever is first; UINT64_MAX where there is neither.
///
/// Returns TG_OK, or an error as tg_attempts_init.
///
/// Threads: shared. Interrupts: 128-bit. Cost: constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_attempts_left(
    attempts: *const tg_attempts,
    rules: *const tg_retry_rules,
    now_ns: u64,
    left_ns: *mut u64,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let ((rules, _), place) = (read(caller, rules)?, caller.place(left_ns)?);
            let left = caller.shared(attempts)?.left(&rules, Instant::from_nanos(now_ns));
            place.write(left.as_nanos());
            Ok(OK)
        })
    }
}

/// The rules of C as core's, and what they share.
fn read(caller: &Caller, rules: *const tg_retry_rules) -> Result<(RetryRules, Shared<'_>), Error> {
    let rules = caller.plain(rules)?;
    let bound = |nanos| if nanos == 0 { Span::MAX } else { Span::from_nanos(nanos) };
    let backoff: &Backoff = match rules.backoff.is_null() {
        true => &const { RetryRules::DEFAULT.backoff },
        false => caller.shared(rules.backoff)?,
    };
    let purse = match rules.budget.is_null() {
        true => Purse::Unlimited,
        false => purse(caller, rules.budget.cast_const())?,
    };
    let breaker = match rules.breaker.is_null() {
        true => None,
        false => Some(caller.shared(rules.breaker.cast_const())?),
    };
    let read = RetryRules {
        max_attempts: rules.max_attempts,
        timeout: bound(rules.timeout_ns),
        attempt_timeout: bound(rules.attempt_timeout_ns),
        backoff: *backoff,
        server_jitter: Span::from_nanos(rules.server_jitter_ns),
        max_server_delay: bound(rules.max_server_delay_ns),
    };
    Ok((read, Shared { purse, breaker }))
}

fn purse(caller: &Caller, budget: *const c_void) -> Result<Purse<'_>, Error> {
    Ok(match caller.tag(budget)? {
        tg_retry_quota::TAG => Purse::Quota(caller.shared(budget.cast::<tg_retry_quota>())?),
        tg_retry_budget::TAG => Purse::Ratio(caller.shared(budget.cast::<tg_retry_budget>())?),
        tg_retry_throttle::TAG => {
            Purse::Throttle(caller.shared(budget.cast::<tg_retry_throttle>())?)
        }
        _ => return Err(Error::NotInitialized),
    })
}
