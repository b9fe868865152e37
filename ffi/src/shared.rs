//! `tg_shared_attach`: limiters in memory that processes share.

use core::ffi::c_void;

use tidegate::{
    Error, KeyedRateLimiter, RateLimiter,
    limit::{SharedClock, SharedFault, SharedHeader, SharedKind, SharedLayout, SlotSet},
};

use crate::{
    caller::{Caller, Lent, Shared, answer},
    error::OK,
    keyed::{self, tg_keyed, tg_slot_set},
    limiter::tg_limiter,
};

/// The clock that all processes read for now_ns.
#[repr(C)]
pub struct tg_shared_clock {
    /// Which clock: one number for each that differs from another, below 2^63.
    pub id: u64,
    /// Since when it counts: what the system draws anew whenever it starts, the lower half of it.
    pub boot_low: u64,
    /// The upper half.
    pub boot_high: u64,
}

/// What is to lie in the memory.
#[repr(C)]
pub struct tg_shared_layout {
    /// Tokens a period; of a keyed limiter of calls that bring no other quota.
    pub limit: u64,
    /// The period in nanoseconds.
    pub period_ns: u64,
    /// How many tokens may be taken at one instant.
    pub burst: u64,
    /// How many tg_slot_sets, of a keyed limiter; otherwise 0.
    pub sets: u64,
    /// What a keyed limiter does when it is full, of enum tg_full; otherwise 0.
    pub full: i32,
    /// The clock of everybody's now_ns.
    pub clock: tg_shared_clock,
}

/// Why memory cannot be shared.
#[repr(i32)]
pub enum tg_shared_fault {
    /// It can.
    TG_SHARED_NO_FAULT = 0,
    /// It does not begin as shared memory of a limiter does.
    TG_SHARED_FOREIGN = 1,
    /// Another version of the layout: `found[0]`.
    TG_SHARED_VERSION = 2,
    /// Made before the system started anew: remove it, and make it again.
    TG_SHARED_STALE = 3,
    /// Made with another clock: `found[0]`.
    TG_SHARED_CLOCK = 4,
    /// The other kind of limiter, or a keyed one that does something else when it is full: `found[0]` is
    /// of enum tg_full, or 0 for one bucket.
    TG_SHARED_KIND = 5,
    /// Room for another number of keys: `found[0]`.
    TG_SHARED_CAPACITY = 6,
    /// Another quota: its limit, period_ns and burst.
    TG_SHARED_QUOTA = 7,
    /// Not the length that its content needs, which is `found[0]`.
    TG_SHARED_LENGTH = 8,
}

/// What was found in memory that cannot be shared.
#[repr(C)]
pub struct tg_shared_found {
    /// Of enum tg_shared_fault.
    pub fault: i32,
    /// Numbers that it tells; otherwise 0.
    pub found: [u64; 3],
}

/// The first bytes of shared memory.
#[repr(C, align(64))]
struct Head {
    _s: [u8; SharedHeader::BYTES],
}

// SAFETY: the same size and alignment, as checked below, and any bits are valid.
unsafe impl Lent for Head {
    type Core = SharedHeader;
}

const _: () = {
    assert!(size_of::<Head>() == size_of::<SharedHeader>());
    assert!(align_of::<Head>() == align_of::<SharedHeader>());
};

// SAFETY: the core says that its first words are atomic and of any bits.
unsafe impl Shared for tg_limiter {
    const BYTES: usize = RateLimiter::SHARED_BYTES;
}

// SAFETY: as above.
unsafe impl Shared for tg_keyed {
    const BYTES: usize = KeyedRateLimiter::SHARED_BYTES;
}

/// How long memory must be that holds this, in whole pages of `page` bytes: `bytes`, and behind them one page
/// more, which is not shared.
///
/// Returns TG_OK, the errors of a quota as tg_limiter_init, TG_ERR_UNKNOWN_FULL, TG_ERR_NULL_POINTER or
/// TG_ERR_SHARED_NAME_INVALID (more than memory can be, or a page of 0).
///
/// Threads: shared. Interrupts: anywhere. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_shared_size(
    layout: *const tg_shared_layout,
    page: usize,
    bytes: *mut usize,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (layout, place) = (caller.plain(layout)?.core()?, caller.place(bytes)?);
            let bytes = layout.bytes(page as u64).ok_or(Error::SharedNameInvalid)?;
            place.write(usize::try_from(bytes).map_err(|_| Error::SharedNameInvalid)?);
            Ok(OK)
        })
    }
}

/// Makes a tg_limiter of memory that processes share, and tells where it lies. It is used as any other, but
/// not changed by tg_limiter_reconfigure, tg_limiter_reset_to and _init functions: the processes have one quota.
///
/// `memory` begins at a page and has `bytes` bytes that all processes see, as tg_shared_size tells; behind
/// them lies a page that is this process's own. Zeros are memory that is being made: whoever comes first makes
/// it, whoever comes while that lasts helps, and a process that is killed meanwhile stops nobody. The seed
/// is drawn at random. `now_ns` of its functions is of one clock for all, which cannot step back.
///
/// The limiter lives as long as the memory is mapped; a child of fork has it too.
///
/// Returns TG_OK, the errors of a quota as tg_limiter_init, TG_ERR_NULL_POINTER,
/// TG_ERR_POINTER_MISALIGNED, TG_ERR_BUFFER_TOO_SHORT (not even a header, or an impossible length),
/// TG_ERR_SHARED_INVALID or TG_ERR_SHARED_DIFFERS; of the last two `found`, which may be NULL, tells what is
/// there instead. TG_ERR_SHARED_UNAVAILABLE where the processor has no 64-bit atomics.
///
/// Threads: one. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_shared_attach(
    memory: *mut c_void,
    bytes: usize,
    layout: *const tg_shared_layout,
    seed_low: u64,
    seed_high: u64,
    limiter: *mut *mut tg_limiter,
    found: *mut tg_shared_found,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (layout, place) = (caller.plain(layout)?.core()?, caller.place(limiter)?);
            let layout = SharedLayout { kind: SharedKind::Bucket, ..layout };
            join(caller, memory, bytes, &layout, [seed_low, seed_high], found)?;
            let shared = RateLimiter::new(layout.quota);
            let (object, shared) = caller.straddle::<tg_limiter>(memory, bytes, shared)?;
            shared.trust_clock();
            place.write(object);
            Ok(OK)
        })
    }
}

/// As tg_shared_attach, a tg_keyed with room for `layout`->sets * 4 keys.
///
/// Returns as tg_shared_attach, and TG_ERR_UNKNOWN_FULL.
///
/// Threads: one. Interrupts: 64-bit. Cost: constant.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn tg_shared_attach_keyed(
    memory: *mut c_void,
    bytes: usize,
    layout: *const tg_shared_layout,
    seed_low: u64,
    seed_high: u64,
    keyed: *mut *mut tg_keyed,
    found: *mut tg_shared_found,
) -> i32 {
    // SAFETY: the caller keeps the contract of the crate.
    unsafe {
        answer(|caller| {
            let (layout, place) = (caller.plain(layout)?.core()?, caller.place(keyed)?);
            let SharedKind::Keyed { sets, full } = layout.kind else {
                return Err(Error::UnknownFull);
            };
            let seed = join(caller, memory, bytes, &layout, [seed_low, seed_high], found)?;
            let first = memory.cast::<u8>().wrapping_add(SharedHeader::BYTES);
            // They fit: the header was joined with a length that holds them.
            let sets = usize::try_from(sets).map_err(|_| Error::BufferTooShort)?;
            let sets: &[SlotSet] = caller.lent(first.cast::<tg_slot_set>(), sets)?;
            let shared = KeyedRateLimiter::new(sets, seed, full);
            let (object, shared) = caller.straddle::<tg_keyed>(memory, bytes, shared)?;
            shared.trust_clock();
            place.write(object);
            Ok(OK)
        })
    }
}

/// The seed of memory that holds the layout.
fn join(
    caller: &Caller,
    memory: *mut c_void,
    bytes: usize,
    layout: &SharedLayout,
    [low, high]: [u64; 2],
    place: *mut tg_shared_found,
) -> Result<u128, Error> {
    let place = caller.place_if_any(place)?;
    if !cfg!(target_has_atomic = "64") {
        return Err(Error::SharedUnavailable);
    }
    if bytes < SharedHeader::BYTES {
        return Err(Error::BufferTooShort);
    }
    let header = caller.lent(memory.cast::<Head>(), 1)?.first().ok_or(Error::NullPointer)?;
    let seed = u128::from(high) << u64::BITS | u128::from(low);
    header.join(layout, bytes as u64, seed).map_err(|fault| {
        let (fault, found, error) = told(fault);
        if let Some(place) = place {
            place.write(tg_shared_found { fault: fault as i32, found });
        }
        error
    })
}

fn told(fault: SharedFault) -> (tg_shared_fault, [u64; 3], Error) {
    use tg_shared_fault as is;

    let (invalid, differs) = (Error::SharedInvalid, Error::SharedDiffers);
    match fault {
        SharedFault::Version { found } => (is::TG_SHARED_VERSION, [found, 0, 0], invalid),
        SharedFault::Stale => (is::TG_SHARED_STALE, [0; 3], invalid),
        SharedFault::Clock { found } => (is::TG_SHARED_CLOCK, [found, 0, 0], invalid),
        SharedFault::Kind { found, .. } => {
            (is::TG_SHARED_KIND, [found.saturating_sub(1), 0, 0], differs)
        }
        SharedFault::Capacity { found, .. } => (is::TG_SHARED_CAPACITY, [found, 0, 0], differs),
        SharedFault::Quota { found, .. } => (is::TG_SHARED_QUOTA, found, differs),
        SharedFault::Length { needed, .. } => (is::TG_SHARED_LENGTH, [needed, 0, 0], invalid),
        SharedFault::Foreign { .. } | SharedFault::Damaged | SharedFault::Unfinished => {
            (is::TG_SHARED_FOREIGN, [0; 3], invalid)
        }
    }
}

impl tg_shared_layout {
    fn core(&self) -> Result<SharedLayout, Error> {
        let quota = tidegate::Quota::new(
            self.limit,
            tidegate::Span::from_nanos(self.period_ns),
            self.burst,
        )?;
        let kind = match self.full {
            0 if self.sets == 0 => SharedKind::Bucket,
            full => SharedKind::Keyed { sets: self.sets, full: keyed::full(full)? },
        };
        let tg_shared_clock { id, boot_low, boot_high } = self.clock;
        let boot = u128::from(boot_high) << u64::BITS | u128::from(boot_low);
        // The words of a header are below 2^63.
        let clock = SharedClock { id: id & (u64::MAX >> 1), boot };
        Ok(SharedLayout { kind, quota, clock })
    }
}
