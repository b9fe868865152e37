//! One behaviour for every implementation of tidegate: traces, and the exact model behind them.
//!
//! A trace is a text file of steps with the answers that are right (see `README.md` for the format).
//! The answers come from [`mod@reference`], which is written for reading and shares no code with the
//! library. Every implementation, in every language, replays every step of every trace.

mod effort;
pub mod generate;
pub mod interpreter;
pub mod reference;
pub mod replay;
pub mod trace;

pub use effort::histories;
