//! `Faults`: which admitted requests go wrong, and how. Decided by the seed and the request's number
//! alone, so that a run can be repeated.

use crate::options::{Options, Share};
use tidegate::{Span, retry::mix};

/// What happens to one admitted request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing: it is carried out and answered.
    None,
    /// It is answered by this status, and nothing is done.
    Fail(u16),
    /// It is carried out, and the connection is closed without an answer.
    Drop,
    /// It is carried out, and answered this much later.
    Slow(Span),
}

/// The shares of the faults, and the seed that deals them out.
#[derive(Clone, Debug)]
pub(crate) struct Faults {
    seed: u64,
    fail: Share,
    drop: Share,
    slow: Share,
    delay: Span,
    strikes: Option<u32>,
}

impl Faults {
    /// The faults that the options ask for; `None` when the shares add up to more than all requests.
    pub(crate) fn new(options: &Options) -> Option<Faults> {
        let shares = [options.fail_share, options.drop_share, options.slow_share];
        let sum: u32 = shares.iter().map(|share| share.millionths()).sum();
        (sum <= Share::ALL.millionths()).then_some(Faults {
            seed: options.seed,
            fail: options.fail_share,
            drop: options.drop_share,
            slow: options.slow_share,
            delay: options.slow,
            strikes: options.strikes,
        })
    }

    /// Whether a logical request that was failed or dropped so often may be so again.
    pub(crate) fn may_strike(&self, before: u32) -> bool {
        self.strikes.is_none_or(|most| before < most)
    }

    /// The fate of request `number`. One draw falls into one of the shares, laid end to end.
    pub(crate) fn of(&self, number: u64) -> Fault {
        let draw = draw(self.seed, number);
        let fail = self.fail.millionths();
        let drop = fail + self.drop.millionths();
        let slow = drop + self.slow.millionths();
        match draw {
            _ if draw < fail => Fault::Fail(if draw.is_multiple_of(2) { 500 } else { 503 }),
            _ if draw < drop => Fault::Drop,
            _ if draw < slow => Fault::Slow(self.delay),
            _ => Fault::None,
        }
    }
}

/// A version 4 UUID for request `number`.
pub(crate) fn request_id(seed: u64, number: u64) -> String {
    let high = mix(seed, number, 1).to_be_bytes();
    let low = mix(seed, number, 2).to_be_bytes();
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&high);
    bytes[8..].copy_from_slice(&low);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// 0 to 999,999, evenly.
fn draw(seed: u64, number: u64) -> u32 {
    // OK because the product's upper half is below one million.
    ((u128::from(mix(seed, number, 0)) * u128::from(Share::ALL.millionths())) >> 64) as u32
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults, request_id};
    use crate::options::{ApiName, Options};
    use clap::Parser;

    fn options(flags: &[&str]) -> Options {
        Options::parse_from(["tidegate-emulator", "--api", "stackflow"].iter().chain(flags))
    }

    #[test]
    fn shares_are_met_and_repeat() {
        let flags =
            ["--fail-share", "0.05", "--drop-share", "0.03", "--slow-share", "0.1", "--seed", "7"];
        let faults = Faults::new(&options(&flags)).unwrap();
        let fates: Vec<Fault> = (0..100_000).map(|number| faults.of(number)).collect();
        let count = |is: fn(&Fault) -> bool| fates.iter().filter(|fate| is(fate)).count();
        assert_eq!(count(|f| matches!(f, Fault::Fail(500))), FAIL_500);
        assert_eq!(count(|f| matches!(f, Fault::Fail(503))), FAIL_503);
        assert_eq!(count(|f| matches!(f, Fault::Drop)), DROP);
        assert_eq!(count(|f| matches!(f, Fault::Slow(_))), SLOW);
    }

    // What seed 7 gives: near 2,500, 2,500, 3,000 and 10,000.
    const FAIL_500: usize = 2503;
    const FAIL_503: usize = 2529;
    const DROP: usize = 3022;
    const SLOW: usize = 9942;

    #[test]
    fn shares_beyond_all_requests_are_refused() {
        assert!(Faults::new(&options(&["--fail-share", "0.6", "--drop-share", "0.5"])).is_none());
        let none = Faults::new(&Options::new(ApiName::Stackflow)).unwrap();
        assert!((0..1000).all(|number| none.of(number) == Fault::None));
    }

    #[test]
    fn request_ids_are_version_4_and_differ() {
        let id = request_id(7, 0);
        assert_eq!((id.len(), &id[14..15]), (36, "4"));
        assert!("89ab".contains(&id[19..20]));
        assert_ne!(id, request_id(7, 1));
        assert_eq!(id, request_id(7, 0));
    }
}
