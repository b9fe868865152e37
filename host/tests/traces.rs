//! The traces of `conformance/`, through the Rust surface.

#[path = "../examples/traces.rs"]
#[expect(dead_code, reason = "the example's main and its timing are not run here")]
mod traces;

#[test]
fn every_step_of_every_trace() {
    let (digest, steps) = traces::run().unwrap_or_else(|difference| panic!("{difference}"));
    assert!(steps >= 2_000, "only {steps} steps");
    println!("digest {digest} steps {steps}");
}
