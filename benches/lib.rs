//! What decisions cost: `cargo bench -p benches`.
//!
//! Machines differ and are shared, so read ratios of one run: against the floor, a bare
//! `load` + `compare_exchange` on the same word, and against governor on the same clock.

use std::time::Instant;

/// A piece of work and its name.
pub type Case<'a> = (&'a str, &'a dyn Fn());

/// Nanoseconds that each case takes, the median of 41 rounds. In a round every case runs `times` times,
/// so that what else the machine does hits all of them.
pub fn medians(times: u32, cases: &[Case<'_>]) -> Vec<f64> {
    let mut rounds = vec![Vec::new(); cases.len()];
    for _ in 0..41 {
        for ((_, work), round) in cases.iter().zip(&mut rounds) {
            let start = Instant::now();
            (0..times).for_each(|_| work());
            round.push(start.elapsed().as_nanos() as f64 / f64::from(times));
        }
    }
    let median = |mut round: Vec<f64>| {
        round.sort_by(f64::total_cmp);
        round[round.len() / 2]
    };
    rounds.into_iter().map(median).collect()
}
