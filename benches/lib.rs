//! What decisions cost: `cargo bench -p benches`.
//!
//! Machines differ and are shared, so read ratios of one run: against the floor, a bare
//! `load` + `compare_exchange` on the same word, and against governor on the same clock.
