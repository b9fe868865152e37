//! The traces of `conformance/`, through the Rust surface.

#[path = "../examples/traces/main.rs"]
#[expect(dead_code, reason = "the example's main and its timing are not run here")]
mod traces;

#[test]
fn every_step_of_every_trace() {
    let agreement = traces::run().unwrap_or_else(|difference| panic!("{difference}"));
    assert!(agreement.steps >= 55_000, "only {} steps", agreement.steps);
    println!("{agreement}");
}
