//! `Retry-After`: a value, and in the last two bytes the month from which years of two digits are read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tidegate::{RetryAfter, UnixTime};
use tidegate_conformance::reference::{date, retry_after};
use tidegate_fuzz::{allocating_nothing, same_retry_after};

fuzz_target!(|input: &[u8]| {
    let Some((value, months)) = input.split_last_chunk::<2>() else { return };
    let seconds = u64::from(u16::from_le_bytes(*months) % 7_000) * 30 * 86_400;
    let (here, there) = allocating_nothing(|| {
        let reference = UnixTime::from_secs(seconds);
        (RetryAfter::parse(value), RetryAfter::parse_at(value, reference))
    });
    let exact = retry_after::parse(value, retry_after::REFERENCE_YEAR);
    assert!(same_retry_after(here, exact), "{here:?}, not {exact:?}");
    let exact = retry_after::parse(value, date::year_of(seconds));
    assert!(same_retry_after(there, exact), "{there:?}, not {exact:?}");
    if let Some(RetryAfter::Delay(delay)) = here {
        let written = delay.as_secs_ceil().to_string();
        assert_eq!(RetryAfter::parse(written.as_bytes()), here, "{written} is not read back");
    }
});
