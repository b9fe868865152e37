//! The model checker on every protocol of atomics: `cargo xtask loom`.
//!
//! `LOOM_MAX_PREEMPTIONS` asks for a longer run than the one to three preemptions of each model here.
#![cfg(loom)]

mod bucket;
mod keyed;
mod layers;
mod shared;
mod shared_rate;

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Three preemptions at most, unless `LOOM_MAX_PREEMPTIONS` says otherwise.
pub(crate) fn model(name: &str, body: impl Fn() + Send + Sync + 'static) {
    model_within(3, name, body);
}

pub(crate) fn model_within(
    preemptions: usize,
    name: &str,
    body: impl Fn() + Send + Sync + 'static,
) {
    let runs: &'static AtomicUsize = Box::leak(Box::new(AtomicUsize::new(0)));
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(preemptions));
    builder.check(move || {
        runs.fetch_add(1, Relaxed);
        body();
    });
    println!("{name}: {} interleavings", runs.load(Relaxed));
}
