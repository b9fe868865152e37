//! Several limits, all or nothing.

use napi::bindgen_prelude::{BigInt, External};
use napi_derive::napi;
use tidegate::{peek_all, try_acquire_all};
use tidegate_host::with_layers;

use crate::{
    errors::{Answer, answer},
    limiter::{Decision, Limiter},
    values,
};

/// Charges every limiter its cost, or none, or only looks: which layer decided, and what; nothing of
/// what can never be.
#[napi]
pub(crate) fn layers_decide(
    limiters: Vec<&External<Limiter>>,
    costs: Vec<BigInt>,
    now: Option<BigInt>,
    wall: Option<BigInt>,
    take: bool,
) -> Answer<(u32, Option<Decision>)> {
    let layers: Vec<_> = limiters
        .iter()
        .zip(&costs)
        .map(|(limiter, cost)| limiter.layer(values::count(cost)))
        .collect();
    let decide = || {
        let (now, wall) = (values::now(now)?, values::wall(wall)?);
        let ask = if take { try_acquire_all } else { peek_all };
        let layered = with_layers(&layers, |layers| ask(layers, now, wall));
        // OK because there are few layers.
        Ok((layered.layer as u32, Decision::of(layered.outcome)))
    };
    answer(decide())
}
