//! What a client takes from an answer: the server's clock, and what is left of the limit it is about.

use crate::reference::api::{Api, Applied};
use crate::reference::hints::Hints;
use crate::reference::layers::Limiter;
use crate::reference::policy::LimitKind;

/// A request that was answered.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'a> {
    /// The limits that it was counted in.
    pub applied: &'a [Applied],
    /// Of each that is mirrored, the generation of the mirror.
    pub generations: &'a [Option<u64>],
    /// When it was sent, by the wall clock.
    pub sent: u128,
    /// Whether the server denied it.
    pub denied: bool,
}

impl Api {
    /// Takes what an answer says of the clock and of the limits; its reset, if that is plausible.
    pub fn learn(
        &mut self,
        answered: Answered<'_>,
        hints: &Hints,
        now: u128,
        wall: u128,
    ) -> Option<u128> {
        let Answered { applied, generations, sent, denied } = answered;
        let meant = meant(applied, hints);
        if let Some(date) = hints.date {
            self.skew.date(date, sent, wall);
        }
        let reset = hints.reset.filter(|reset| match meant {
            Some(meant) => self.skew.is_plausible(*reset, applied[meant].limit.per.into(), wall),
            None => true,
        });
        // Only the end of a window that is aligned to the clock tells something of the clock.
        if let (Some(reset), Some(meant)) = (reset, meant)
            && applied[meant].limit.kind == LimitKind::Fixed
        {
            let window = hints.window.unwrap_or(applied[meant].limit.per.into());
            self.skew.reset(reset, window, sent, wall);
        }
        for (index, one) in applied.iter().enumerate() {
            let is_meant = meant == Some(index);
            let remaining = hints.remaining.filter(|_| is_meant);
            if let Some(generation) = generations[index] {
                let moment = one.moment(&self.skew, wall);
                let mirror = self.mirrors.entry(one.spot.clone()).or_default();
                let reset = reset.filter(|_| is_meant);
                mirror.answered(generation, !denied, remaining, reset, moment);
            } else if let Some(remaining) = remaining {
                let mut limiters = self.limiters(std::slice::from_ref(one));
                if let [Limiter::Bucket(bucket)] = &mut limiters[..] {
                    // Its own pace refills it.
                    let limit = hints.limit.unwrap_or(one.limit.burst.into());
                    bucket.observe(limit as u64, remaining as u64, 0, now as u64);
                }
                self.keep(std::slice::from_ref(one), limiters);
            }
        }
        reset
    }
}

/// The limit that headers are about: of those that count the same the one whose window was told, else the
/// one whose limit or burst was told, else the first of the category.
fn meant(applied: &[Applied], hints: &Hints) -> Option<usize> {
    let unit = if hints.unit.is_empty() { "requests" } else { hints.unit };
    let numbers = |one: &Applied| match one.limit.kind {
        LimitKind::Bucket => vec![one.limit.limit, one.limit.burst],
        _ => vec![one.limit.limit],
    };
    let find = |fits: &dyn Fn(&Applied) -> bool| {
        applied.iter().position(|one| one.limit.unit == unit && fits(one))
    };
    find(&|one| hints.window == Some(one.limit.per.into()))
        .or_else(|| find(&|one| numbers(one).iter().any(|&it| hints.limit == Some(it.into()))))
        .or_else(|| find(&Applied::is_own))
}
