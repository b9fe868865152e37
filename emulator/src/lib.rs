//! StackFlow and VelaFlows as one real HTTP server on 127.0.0.1: their limits, headers, routes and
//! errors, faults for the asking, and a judge who tells how well the clients behaved.
//!
//! The limits are decided by [`tidegate::Api::admit`] and by nothing else. The judge shares no code
//! with them.
//!
//! ```
//! use tidegate_emulator::{ApiName, Emulator, Options};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let emulator = Emulator::bind(&Options::new(ApiName::Stackflow)).await?;
//! println!("listening on {}", emulator.url());
//! let server = tokio::spawn(emulator.serve());
//! // … and to end it:
//! server.abort();
//! # Ok::<(), tidegate_emulator::StartError>(())
//! # }).unwrap();
//! ```

mod answer;
mod clock;
mod codes;
mod credentials;
mod decide;
mod exchange;
mod faults;
pub mod judge;
mod notice;
mod options;
mod recent;
mod resources;
mod server;
mod stackflow;
mod velaflows;
mod verdict;
mod world;

pub use crate::{
    clock::Clock,
    options::{ApiName, Options, RetryAfterForm, Share},
    server::{Emulator, StartError},
};
