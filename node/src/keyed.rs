//! `KeyedRateLimiter`: a bucket for each of many keys.

use core::mem::MaybeUninit;
use std::sync::Arc;

use napi::{
    Env, JsValue, Unknown,
    bindgen_prelude::{BigInt, Either, External},
};
use napi_derive::napi;
use tidegate::{
    Instant, Outcome, Quota,
    limit::{Full, SlotSet},
};
use tidegate_host::OwnedKeyedRateLimiter;

use crate::{
    errors::{Answer, answer},
    key::{Key, Room},
    limiter::{Decision, decision},
    try_acquire_key,
    values::{self, QuotaOptions, ToldQuota},
};

/// The buckets of all keys, and the quota of those that come without one.
#[derive(Debug)]
pub(crate) struct Keyed {
    buckets: Arc<OwnedKeyedRateLimiter>,
    quota: Quota,
}

/// A keyed limiter's `tryAcquire` and the handle for everything else.
pub(crate) type Parts<'env> = Answer<(Unknown<'env>, External<Arc<Keyed>>)>;

/// A key that is in the table.
#[napi(object, object_from_js = false)]
pub(crate) struct Occupant {
    /// The keyed hash by which the table knows the key.
    pub fingerprint: BigInt,
    /// Milliseconds until its bucket is full again.
    pub full_after: f64,
    /// The same in nanoseconds.
    pub full_after_ns: BigInt,
}

/// An empty table. `null` when there is not that much memory.
#[napi]
pub(crate) fn create_keyed(
    env: &Env,
    quota: QuotaOptions,
    capacity: BigInt,
    when_full: String,
    seed: Option<BigInt>,
) -> napi::Result<Option<Parts<'_>>> {
    let quota = match answer(quota.quota()) {
        Either::A(row) => return Ok(Some(Either::A(row))),
        Either::B(quota) => quota,
    };
    let full = full(&when_full);
    let keys = usize::try_from(values::count(&capacity)).unwrap_or(usize::MAX);
    let buckets = match seed {
        None => OwnedKeyedRateLimiter::new(keys, full),
        Some(seed) => OwnedKeyedRateLimiter::with_seed(keys, seed.get_u128().1, full),
    };
    let Some(buckets) = buckets else { return Ok(None) };
    let memory = (buckets.get().capacity() / SlotSet::SLOTS).saturating_mul(size_of::<SlotSet>());
    parts(env, Keyed { buckets: Arc::new(buckets), quota }, memory).map(Some)
}

/// The same table under another quota.
#[napi]
pub(crate) fn keyed_with_quota<'env>(
    env: &'env Env,
    keyed: &External<Arc<Keyed>>,
    quota: QuotaOptions,
) -> napi::Result<Parts<'env>> {
    match answer(quota.quota()) {
        Either::A(row) => Ok(Either::A(row)),
        Either::B(quota) => parts(env, Keyed { buckets: Arc::clone(&keyed.buckets), quota }, 0),
    }
}

/// Takes from a key's bucket, or only looks.
#[napi]
pub(crate) fn keyed_decide(
    env: &Env,
    keyed: &External<Arc<Keyed>>,
    key: Unknown<'_>,
    quota: Option<QuotaOptions>,
    cost: BigInt,
    now: Option<BigInt>,
    take: bool,
) -> napi::Result<Answer<Decision>> {
    // Before the key is read: a clock of a test is JavaScript.
    let now = values::now(now);
    let mut room: Room = [const { MaybeUninit::uninit() }; size_of::<Room>()];
    // SAFETY: `env` is that of this call, `key` an argument of it; no JavaScript runs below.
    let key = match unsafe { Key::read(env.raw(), key.raw(), &mut room) } {
        Ok(key) => key,
        Err(wrong) => return Err(napi::Error::from_reason(wrong.message.to_string_lossy())), // checked before
    };
    let n = values::count(&cost);
    let decide = || {
        let quota = quota.map_or(Ok(keyed.quota), |quota| quota.quota())?;
        let now = now?;
        Ok(if take {
            keyed.acquire(&key, &quota, n, now)
        } else {
            keyed.peek(&key, &quota, n, now)
        })
    };
    Ok(decision(decide()))
}

/// The quota of those that come without one.
#[napi]
pub(crate) fn keyed_quota(keyed: &External<Arc<Keyed>>) -> ToldQuota {
    keyed.quota.into()
}

/// How many keys have room.
#[napi]
pub(crate) fn keyed_capacity(keyed: &External<Arc<Keyed>>) -> f64 {
    keyed.buckets.get().capacity() as f64
}

/// How many requests found all places of their key taken.
#[napi]
pub(crate) fn keyed_overflowed(keyed: &External<Arc<Keyed>>) -> f64 {
    keyed.buckets.get().overflowed() as f64
}

/// How many places are taken.
#[napi]
pub(crate) fn keyed_occupied(keyed: &External<Arc<Keyed>>, now: Option<BigInt>) -> Answer<BigInt> {
    answer(values::now(now).map(|now| (keyed.buckets.get().occupied(now) as u64).into()))
}

/// The keys that are in the table.
#[napi]
pub(crate) fn keyed_occupants(
    keyed: &External<Arc<Keyed>>,
    now: Option<BigInt>,
) -> Answer<Vec<Occupant>> {
    answer(values::now(now).map(|now| {
        let occupant = |occupant: tidegate::limit::Occupant| {
            let full_after = occupant.full_at.saturating_since(now);
            Occupant {
                fingerprint: occupant.fingerprint.into(),
                full_after: values::millis(full_after),
                full_after_ns: values::nanos(full_after),
            }
        };
        keyed.buckets.get().iter(now).map(occupant).collect()
    }))
}

/// How often processes were denied together; `null` of a limiter that is not shared.
#[napi]
pub(crate) fn keyed_denied(keyed: &External<Arc<Keyed>>) -> Option<f64> {
    keyed.buckets.denied().map(|denied| denied as f64)
}

/// What is done when no place is left, by its name.
pub(crate) fn full(name: &str) -> Full {
    match name {
        "deny" => Full::Deny,
        "allow" => Full::Allow,
        _ => Full::Share, // checked before
    }
}

pub(crate) fn parts(env: &Env, keyed: Keyed, memory: usize) -> napi::Result<Parts<'_>> {
    let keyed = Arc::new(keyed);
    let function = try_acquire_key::function(env, &keyed)?;
    Ok(Either::B((function, External::new_with_size_hint(keyed, memory))))
}

impl Keyed {
    pub(crate) fn new(buckets: OwnedKeyedRateLimiter, quota: Quota) -> Keyed {
        Keyed { buckets: Arc::new(buckets), quota }
    }

    /// Takes from a key's bucket under the quota of this limiter.
    #[inline]
    pub(crate) fn try_acquire(&self, key: &Key<'_>, n: u64, now: Instant) -> Outcome {
        self.acquire(key, &self.quota, n, now)
    }

    #[inline]
    fn acquire(&self, key: &Key<'_>, quota: &Quota, n: u64, now: Instant) -> Outcome {
        let buckets = self.buckets.get();
        self.buckets.counted(match key {
            Key::Bytes(bytes) => buckets.try_acquire(bytes, quota, n, now),
            Key::Long(bytes) => buckets.try_acquire(bytes, quota, n, now),
            Key::Number(number) => buckets.try_acquire_u64(*number, quota, n, now),
        })
    }

    fn peek(&self, key: &Key<'_>, quota: &Quota, n: u64, now: Instant) -> Outcome {
        let buckets = self.buckets.get();
        match key {
            Key::Bytes(bytes) => buckets.peek(bytes, quota, n, now),
            Key::Long(bytes) => buckets.peek(bytes, quota, n, now),
            Key::Number(number) => buckets.peek_u64(*number, quota, n, now),
        }
    }
}
