//! `tg_layer`: several limits, all or nothing.

use core::ffi::c_void;

use tidegate::{
    Error, Instant, Layer, Layered, UnixTime, limit::MAX_LAYERS, peek_all, try_acquire_all,
};

use crate::{
    caller::{Caller, Place, Plain, answer},
    first_use::tg_first_use_window,
    limiter::tg_limiter,
    object::Noun,
    outcome::{self, tg_outcome},
    strict::tg_strict_window,
    window::tg_window,
};

/// The most layers that a request can have.
pub const TG_LAYERS: usize = 8;

const _: () = assert!(TG_LAYERS == MAX_LAYERS);

/// One limit and how much of it a request needs.
#[repr(C)]
pub struct tg_layer {
    /// An initialized tg_limiter, tg_window, tg_first_use_window or tg_strict_window; which one, the
    /// object itself says.
    pub limit: *mut c_void,
    /// How many of its tokens.
    pub n: u64,
}

// SAFETY: a pointer and an integer.
unsafe impl Plain for tg_layer {}

/// What several limits answer together.
#[repr(C)]
pub struct tg_layered {
    /// TG_OK: the least that remains and the longest reset. TG_DENIED: the longest wait.
    pub outcome: tg_outcome,
    /// Which layer decided, counted from 0: of a denial the one with the longest wait, of TG_NEVER the
    /// one that can never hold its part, otherwise the one with the least that remains.
    pub layer: u64,
}

/// Charges every one of `count` layers, of any kinds, or none. `now_ns` is of one monotonic clock, for
/// limiters and strict windows; `wall_ns` the wall clock since 1970, for the other windows; both in
/// nanoseconds. No layers at all allow everything. `layered` may be NULL.
///
/// Returns TG_OK, TG_DENIED (nothing is taken of any layer once this returns), TG_NEVER (of one layer
/// more is asked than it can hold; or there are more than TG_LAYERS: then `layer` is the first that is
/// too many), TG_ERR_NULL_POINTER, TG_ERR_POINTER_MISALIGNED, TG_ERR_NOT_INITIALIZED (also for a pointer
/// to something else) or TG_ERR_BUFFER_TOO_SHORT (an impossible count).
///
/// Thread-safe: no layer ever admits more than alone. A denial leaves a charge behind only when two
/// layers that are limiters or first-use windows lose a race in one call; a call that has lost eight
/// races in a row is denied. So is one that has a limit in two layers, when their sum does not fit.
///
/// Threads: shared. Interrupts: 128-bit. Cost: by layer.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_try_acquire_all(
    layers: *const tg_layer,
    count: usize,
    now_ns: u64,
    wall_ns: u64,
    layered: *mut tg_layered,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let place = caller.place_if_any(layered)?;
            let (now, wall) = (Instant::from_nanos(now_ns), UnixTime::from_nanos(wall_ns));
            with(caller, layers, count, |layers| told(try_acquire_all(layers, now, wall), place))
        })
    }
}

/// What tg_try_acquire_all would answer; takes nothing and changes nothing.
///
/// Threads: shared. Interrupts: 128-bit. Cost: by layer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tg_peek_all(
    layers: *const tg_layer,
    count: usize,
    now_ns: u64,
    wall_ns: u64,
    layered: *mut tg_layered,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let place = caller.place_if_any(layered)?;
            let (now, wall) = (Instant::from_nanos(now_ns), UnixTime::from_nanos(wall_ns));
            with(caller, layers, count, |layers| told(peek_all(layers, now, wall), place))
        })
    }
}

/// Does something with the layers that C describes: all that may be, and the first that is too many.
fn with(
    caller: &Caller,
    layers: *const tg_layer,
    count: usize,
    act: impl FnOnce(&[Layer<'_>]) -> i32,
) -> Result<i32, Error> {
    let described = caller.array(layers, count)?;
    let Some((first, others)) = described.split_first() else { return Ok(act(&[])) };
    let mut layers = [layer(caller, first)?; TG_LAYERS + 1];
    let [_, places @ ..] = &mut layers;
    for (place, described) in places.iter_mut().zip(others) {
        *place = layer(caller, described)?;
    }
    Ok(act(layers.get(..count).unwrap_or(&layers)))
}

fn layer<'a>(caller: &'a Caller, described: &tg_layer) -> Result<Layer<'a>, Error> {
    let (limit, n) = (described.limit.cast_const(), described.n);
    Ok(match caller.tag(limit)? {
        tg_limiter::TAG => caller.shared(limit.cast::<tg_limiter>())?.layer(n),
        tg_window::TAG => caller.shared(limit.cast::<tg_window>())?.layer(n),
        tg_first_use_window::TAG => caller.shared(limit.cast::<tg_first_use_window>())?.layer(n),
        tg_strict_window::TAG => caller.shared(limit.cast::<tg_strict_window>())?.layer(n),
        _ => return Err(Error::NotInitialized),
    })
}

/// Writes what was decided, if it is wanted, and returns its code.
fn told(decided: Layered, place: Option<Place<'_, tg_layered>>) -> i32 {
    let (code, outcome) = outcome::told(decided.outcome);
    if let Some(place) = place {
        // OK because there are at most TG_LAYERS.
        place.write(tg_layered { outcome, layer: decided.layer as u64 });
    }
    code
}
