//! `tg_version`, `tg_abi_check`: do header and library belong together?

use core::ffi::c_char;

use tidegate::Error;

use crate::{
    adaptive_rate::tg_adaptive_rate,
    adaptive_throttle::tg_adaptive_throttle,
    advice::{tg_advice, tg_advice_values},
    allowance::tg_allowance,
    announce::{tg_announced, tg_announcement},
    api::{tg_admission, tg_api},
    attempts::{tg_attempts, tg_retry_rules},
    backoff::tg_backoff,
    backoff32::tg_backoff32,
    body::tg_error_body,
    breaker::tg_circuit_breaker,
    call::{tg_call, tg_step},
    caller::answer,
    carry::tg_snapshot,
    client_address::tg_client_address,
    dialect::tg_dialect,
    error::OK,
    first_use::tg_first_use_window,
    hints::{tg_hints, tg_hints_values},
    keyed::{tg_keyed, tg_occupant, tg_slot_set},
    layers::{tg_layer, tg_layered},
    lease::tg_lease,
    limiter::tg_limiter,
    limiter32::{tg_limiter32, tg_quota32},
    outcome::tg_outcome,
    pages::{tg_batch, tg_pages},
    paging::{tg_page, tg_page_paths, tg_page_query, tg_paging},
    policy::tg_policy_error,
    quota::tg_quota,
    reader::tg_reader,
    request::tg_request,
    reservation::tg_reservation,
    retry_after::tg_retry_after,
    retry_budget::tg_retry_budget,
    retry_quota::{tg_retry_costs, tg_retry_quota},
    retry_throttle::tg_retry_throttle,
    shared::{tg_shared_found, tg_shared_layout},
    strict::tg_strict_window,
    webhook::tg_webhook,
    window::tg_window,
};

/// The version of the ABI; another one is another library. It grows when a struct or a function
/// changes, and stays when something is added.
pub const TG_ABI_VERSION: u32 = 3;

/// The version of the library ("0.1.0"), static and never NULL.
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
pub extern "C" fn tg_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// Whether the library has this version of the ABI and its structs have these sizes in bytes, in the
/// order in which tg_abi_matches gives them; `count` may be lower than what the library knows. Use
/// tg_abi_matches, which knows what this header says.
///
/// Returns TG_OK, TG_ERR_ABI_MISMATCH, TG_ERR_NULL_POINTER or TG_ERR_BUFFER_TOO_SHORT (an impossible
/// count).
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_abi_check(abi_version: u32, sizes: *const usize, count: usize) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let sizes = caller.array(sizes, count)?;
            let known = SIZES.get(..count).ok_or(Error::AbiMismatch)?;
            if abi_version == TG_ABI_VERSION && sizes == known {
                Ok(OK)
            } else {
                Err(Error::AbiMismatch)
            }
        })
    }
}

/// What tg_abi_matches gives; append-only.
const SIZES: [usize; 54] = [
    size_of::<tg_limiter>(),
    size_of::<tg_window>(),
    size_of::<tg_backoff>(),
    size_of::<tg_hints>(),
    size_of::<tg_api>(),
    size_of::<tg_call>(),
    size_of::<tg_outcome>(),
    size_of::<tg_retry_after>(),
    size_of::<tg_hints_values>(),
    size_of::<tg_error_body>(),
    size_of::<tg_request>(),
    size_of::<tg_admission>(),
    size_of::<tg_step>(),
    size_of::<tg_limiter32>(),
    size_of::<tg_quota32>(),
    size_of::<tg_backoff32>(),
    size_of::<tg_quota>(),
    size_of::<tg_reservation>(),
    size_of::<tg_snapshot>(),
    size_of::<tg_layer>(),
    size_of::<tg_layered>(),
    size_of::<tg_slot_set>(),
    size_of::<tg_keyed>(),
    size_of::<tg_occupant>(),
    size_of::<tg_lease>(),
    size_of::<tg_first_use_window>(),
    size_of::<tg_strict_window>(),
    size_of::<tg_retry_quota>(),
    size_of::<tg_retry_costs>(),
    size_of::<tg_retry_throttle>(),
    size_of::<tg_retry_budget>(),
    size_of::<tg_adaptive_throttle>(),
    size_of::<tg_adaptive_rate>(),
    size_of::<tg_circuit_breaker>(),
    size_of::<tg_dialect>(),
    size_of::<tg_advice>(),
    size_of::<tg_advice_values>(),
    size_of::<tg_allowance>(),
    size_of::<tg_announcement>(),
    size_of::<tg_announced>(),
    size_of::<tg_policy_error>(),
    size_of::<tg_reader>(),
    size_of::<tg_pages>(),
    size_of::<tg_batch>(),
    size_of::<tg_retry_rules>(),
    size_of::<tg_attempts>(),
    size_of::<tg_client_address>(),
    size_of::<tg_shared_layout>(),
    size_of::<tg_shared_found>(),
    size_of::<tg_paging>(),
    size_of::<tg_page_query>(),
    size_of::<tg_page>(),
    size_of::<tg_page_paths>(),
    size_of::<tg_webhook>(),
];
