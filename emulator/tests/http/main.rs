//! The emulator over real HTTP on loopback, in a time that stands still.

mod faults;
mod limits;
mod stackflow;
mod support;
mod velaflows;
