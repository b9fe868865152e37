//! What a call learns from an answer: of the server's clock, and of the limit that its headers are about.

use super::{
    Api, Call,
    limit::Rule,
    mirror::Told,
    skew::Trip,
    state::{AllApplied, Applied},
};
use crate::{
    time::{Instant, Span, UnixTime},
    wire::Hints,
};

/// What an answer told of the server.
pub(super) struct Server {
    /// The earliest that its clock may show.
    pub(super) now: UnixTime,
    /// When its window ends, if that is plausible.
    pub(super) reset: Option<UnixTime>,
}

impl Call {
    /// Takes what an answer says of clocks and limits; what is known of the server then.
    pub(super) fn learn<const KEYS: usize>(
        &self,
        api: &Api<KEYS>,
        hints: &Hints,
        denied: bool,
        now: Instant,
        wall: UnixTime,
    ) -> Server {
        let mut applied = AllApplied::new();
        api.apply(self.place, &mut applied);
        let own = api.policy().categories.get(usize::from(self.place.category));
        let meant = meant(&applied, own.map_or(0, |own| own.limits.len()), hints);
        let trip = Trip { sent: self.sent, answered: wall };
        let rule = meant.and_then(|index| applied.get(index)).map(|one| &*one.rule);
        let period = rule.map_or(Span::MAX, Rule::period);
        // Of the kinds, only a window that is aligned to the clock begins at a whole second.
        let window = match rule {
            Some(Rule::Fixed(_, window)) => Some(hints.window().unwrap_or(*window)),
            _ => None,
        };
        let (skew, reset) = api.skew.learn(hints, trip, period, window);
        for (index, (one, &turn)) in applied.iter().zip(&self.turns).enumerate() {
            let is_meant = meant == Some(index);
            if let Some((mirror, view)) = one.mirror(skew, wall) {
                let remaining = hints.remaining().filter(|_| is_meant);
                let reset = reset.filter(|_| is_meant);
                mirror.answered(&view, turn, &Told { remaining, reset, denied });
            } else if let (Rule::Bucket(quota), Some(remaining)) = (&*one.rule, hints.remaining())
                && is_meant
            {
                // Its own pace refills it: when the server's bucket is full again says nothing.
                let limit = hints.limit().unwrap_or(quota.burst());
                one.state.bucket.observe(quota, limit, remaining, Span::ZERO, now);
            }
        }
        Server { now: skew.earliest(wall), reset }
    }
}

/// Which of the limits an answer's headers are about: of those that count the same, the one whose window
/// has the length that was told, else the one with the limit or burst that was told, else the first of the
/// category's `own`. Of one that all share only numbers that fit are believed: a server may well tell of a
/// limit that is not described.
fn meant(applied: &AllApplied<'_>, own: usize, hints: &Hints) -> Option<usize> {
    let find = |fits: &dyn Fn(&Applied<'_>) -> bool| {
        applied.iter().position(|one| one.unit == hints.unit() && fits(one))
    };
    let by_window = hints.window().and_then(|window| find(&|one| one.rule.period() == window));
    let by_limit = || hints.limit().and_then(|limit| find(&|one| one.rule.is_told_as(limit)));
    by_window.or_else(by_limit).or_else(|| find(&|_| true).filter(|&index| index < own))
}
