//! `Dialect` and `Advice`: what one response's headers say, in any dialect, of any number of limits.

use napi::bindgen_prelude::{BigInt, External};
use napi_derive::napi;
use tidegate::{
    Error, Hints,
    wire::{Advice, Dialect, Reader, Reset, ResetForm},
};

use crate::{
    errors::{Answer, answer},
    values,
    wire::{RetryAfter, bytes, field, retry_after},
};

/// What the headers of one answer said, but for its limits.
#[napi(object, object_from_js = false)]
pub(crate) struct AdviceValues {
    /// `Retry-After`, or the same in milliseconds.
    pub retry_after: Option<RetryAfter>,
    /// When the server answered, in milliseconds since 1970.
    pub date: Option<f64>,
    /// The same in nanoseconds.
    pub date_ns: Option<BigInt>,
    /// Whether the server says that sending again helps.
    pub should_retry: Option<bool>,
    /// Whether the limit that denied is one of the whole account.
    pub is_global: Option<bool>,
    /// Whether the answer came out of a cache.
    pub is_cached: bool,
    /// Which limit several routes share.
    pub bucket: Option<String>,
    /// Whose limit it is.
    pub scope: Option<String>,
    /// How many headers were known by name and invalid by value.
    pub invalid: u32,
    /// How many values were valid and found no room.
    pub dropped: u32,
}

/// One limit that a response told of.
#[napi(object, object_from_js = false)]
pub(crate) struct Allowance {
    /// The server's name for it.
    pub name: String,
    /// Which of several partitions.
    pub partition: Option<BigInt>,
    /// What is counted.
    pub unit: &'static str,
    /// How many a window; at most 10¹⁵ - 1, as the next two.
    pub limit: Option<f64>,
    /// How many are left.
    pub remaining: Option<f64>,
    /// How many were used.
    pub used: Option<f64>,
    /// When there will be more.
    pub reset: Option<AllowanceReset>,
    /// The length of a window in milliseconds.
    pub window: Option<f64>,
    /// The same in nanoseconds.
    pub window_ns: Option<BigInt>,
}

/// When there will be more: at an instant, or after a wait.
#[napi(object, object_from_js = false)]
pub(crate) struct AllowanceReset {
    /// Milliseconds since 1970, rounded up.
    pub at: Option<f64>,
    /// The same in nanoseconds.
    pub at_ns: Option<BigInt>,
    /// Milliseconds from the answer, rounded up.
    pub after: Option<f64>,
    /// The same in nanoseconds.
    pub after_ns: Option<BigInt>,
}

/// The dialect of this name, with another meaning of its reset, with or without fractions.
#[napi]
pub(crate) fn create_dialect(
    name: String,
    reset: Option<String>,
    decimals: Option<bool>,
) -> Answer<External<Dialect>> {
    let create = || {
        let dialect = Dialect::named(&name).ok_or(Error::UnknownDialect)?;
        let dialect = decimals.map_or(dialect, |decimals| dialect.with_decimals(decimals));
        let Some(reset) = reset else { return Ok(dialect) };
        Ok(dialect.with_reset(ResetForm::named(&reset).ok_or(Error::UnknownReset)?))
    };
    answer(create().map(External::new))
}

/// Its name.
#[napi]
pub(crate) fn dialect_name(dialect: &External<Dialect>) -> &'static str {
    dialect.name()
}

/// Nothing said, in this dialect.
#[napi]
pub(crate) fn create_advice(dialect: &External<Dialect>) -> External<Advice> {
    External::new_with_size_hint(Advice::new(**dialect), size_of::<Advice>())
}

/// Takes one header line: `read`, `unknown` or `invalid`.
#[napi]
pub(crate) fn advice_header(
    advice: &mut External<Advice>,
    name: String,
    value: String,
) -> &'static str {
    field(advice.header(&bytes(&name), &bytes(&value)))
}

/// Everything that was said, but for the limits.
#[napi]
pub(crate) fn advice_values(advice: &External<Advice>) -> AdviceValues {
    AdviceValues {
        retry_after: advice.retry_after().map(retry_after),
        date: advice.date().map(values::epoch),
        date_ns: advice.date().map(values::epoch_nanos),
        should_retry: advice.should_retry(),
        is_global: advice.global(),
        is_cached: advice.is_cached(),
        bucket: advice.bucket().map(str::to_owned),
        scope: advice.scope().map(str::to_owned),
        invalid: advice.invalid(),
        dropped: advice.dropped(),
    }
}

/// Every limit that was told.
#[napi]
pub(crate) fn advice_allowances(advice: &External<Advice>) -> Vec<Allowance> {
    advice.allowances().map(Allowance::from).collect()
}

/// The limit that stops a client first.
#[napi]
pub(crate) fn advice_tightest(
    advice: &External<Advice>,
    wall: Option<BigInt>,
) -> Answer<Option<Allowance>> {
    answer(values::wall(wall).map(|now| advice.tightest(now).map(Allowance::from)))
}

/// How long to send nothing: milliseconds rounded up, and nanoseconds.
#[napi]
pub(crate) fn advice_wait(
    advice: &External<Advice>,
    wall: Option<BigInt>,
) -> Answer<Option<(f64, BigInt)>> {
    let shown = |wait| (values::millis(wait), values::nanos(wait));
    answer(values::wall(wall).map(|now| advice.wait(now).map(shown)))
}

/// What it says, in words.
#[napi]
pub(crate) fn advice_explain(advice: &External<Advice>, wall: Option<BigInt>) -> Answer<String> {
    let reader = Reader::Dialect(Advice::clone(advice));
    answer(values::wall(wall).map(|wall| reader.told(wall).to_string()))
}

/// The same for a `Call`.
#[napi]
pub(crate) fn advice_hints(
    advice: &External<Advice>,
    wall: Option<BigInt>,
) -> Answer<External<Hints>> {
    answer(values::wall(wall).map(|now| External::new(advice.hints(now))))
}

impl From<tidegate::wire::Allowance<'_>> for Allowance {
    fn from(allowance: tidegate::wire::Allowance<'_>) -> Allowance {
        let count = |count: u64| count as f64;
        Allowance {
            name: allowance.name.to_owned(),
            partition: allowance.partition.map(BigInt::from),
            unit: allowance.unit.name(),
            limit: allowance.limit.map(count),
            remaining: allowance.remaining.map(count),
            used: allowance.used.map(count),
            reset: allowance.reset.map(AllowanceReset::from),
            window: allowance.window.map(values::millis),
            window_ns: allowance.window.map(values::nanos),
        }
    }
}

impl From<Reset> for AllowanceReset {
    fn from(reset: Reset) -> AllowanceReset {
        let nothing = AllowanceReset { at: None, at_ns: None, after: None, after_ns: None };
        match reset {
            Reset::At(instant) => AllowanceReset {
                at: Some(values::epoch(instant)),
                at_ns: Some(values::epoch_nanos(instant)),
                ..nothing
            },
            Reset::After(wait) => AllowanceReset {
                after: Some(values::millis(wait)),
                after_ns: Some(values::nanos(wait)),
                ..nothing
            },
        }
    }
}
