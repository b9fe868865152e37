//! Limiters that the processes of this machine share.

use napi::{
    Env,
    bindgen_prelude::{BigInt, Either, External},
};
use napi_derive::napi;
use tidegate::{Error, Quota};
use tidegate_host::{
    LiveRateLimiter, OwnedKeyedRateLimiter, SharedError, SharedKeyedRateLimiter, SharedPlace,
    SharedRateLimiter,
};

use crate::{
    keyed::{self, Keyed},
    limiter::{self, Limiter},
    values::{self, QuotaOptions},
};

/// Why a limiter cannot be shared: a row of the table, and what was found.
#[napi(object, object_from_js = false)]
pub(crate) struct Unshared {
    /// The row's number.
    pub number: u32,
    /// What was found, and what was asked for.
    pub message: String,
}

impl From<SharedError> for Unshared {
    fn from(error: SharedError) -> Unshared {
        Unshared { number: error.row().number().into(), message: error.to_string() }
    }
}

impl From<Error> for Unshared {
    fn from(error: Error) -> Unshared {
        Unshared { number: error.number().into(), message: error.sentence().to_owned() }
    }
}

/// The limiter that processes share by this name, or by the path that stands for it.
#[napi]
pub(crate) fn host_limiter(
    env: &Env,
    name: String,
    path: Option<String>,
    quota: QuotaOptions,
) -> napi::Result<Either<Unshared, limiter::Parts<'_>>> {
    let open = || -> Result<SharedRateLimiter, Unshared> {
        Ok(SharedRateLimiter::open(&place(&name, path)?, quota.quota()?)?)
    };
    Ok(match open() {
        Err(why) => Either::A(why),
        Ok(shared) => {
            let limiter = Ok(LiveRateLimiter::shared(shared));
            Either::B(limiter::parts(env, limiter, Limiter::Bucket)?)
        }
    })
}

/// The keyed limiter that processes share by this name, or by the path that stands for it.
#[napi]
pub(crate) fn host_keyed(
    env: &Env,
    name: String,
    path: Option<String>,
    quota: QuotaOptions,
    capacity: BigInt,
    when_full: String,
) -> napi::Result<Either<Unshared, keyed::Parts<'_>>> {
    let keys = usize::try_from(values::count(&capacity)).unwrap_or(usize::MAX);
    let open = || -> Result<(OwnedKeyedRateLimiter, Quota), Unshared> {
        let (place, quota) = (place(&name, path)?, quota.quota()?);
        let full = keyed::full(&when_full);
        let shared = SharedKeyedRateLimiter::open(&place, keys, quota, full)?;
        Ok((OwnedKeyedRateLimiter::shared(shared), quota))
    };
    Ok(match open() {
        Err(why) => Either::A(why),
        // Its memory is all processes' together, and not to be told to the collector of one.
        Ok((buckets, quota)) => Either::B(keyed::parts(env, Keyed::new(buckets, quota), 0)?),
    })
}

/// Removes the file of a name, or of the path that stands for it: whether there was one.
#[napi]
pub(crate) fn host_remove(name: String, path: Option<String>) -> Either<Unshared, bool> {
    match place(&name, path).and_then(|place| place.remove()) {
        Ok(removed) => Either::B(removed),
        Err(error) => Either::A(error.into()),
    }
}

/// How often processes were denied together; `null` of a limiter that is not shared.
#[napi]
pub(crate) fn limiter_denied(limiter: &External<Limiter>) -> napi::Result<Option<f64>> {
    Ok(limiter.bucket()?.denied().map(|denied| denied as f64))
}

fn place(name: &str, path: Option<String>) -> Result<SharedPlace, SharedError> {
    let named = SharedPlace::named(name)?;
    Ok(path.map_or(named, SharedPlace::at))
}
