//! Limiters that the processes of a host share: `SharedRateLimiter`, `SharedKeyedRateLimiter`, and
//! `SharedView` for one who only looks.
//!
//! A limiter is a file of its own, in memory (`/dev/shm`) or on a disk, which every process maps. What is
//! in it, and why a process that is killed at any instruction leaves it usable, stands in
//! [`tidegate::limit::SharedHeader`]; [`place`] is about the file, [`mapping`] about the memory.
//!
//! # What can go wrong with a file
//!
//! Everything that it may hold is an answer: it is read by atomic loads of integers, of which any bits are
//! valid. What another process does to the *file* while it is mapped is another matter. Only the owner
//! of the file and root may open it, and it is as long as it will ever be before it has its name; but one of
//! those who cuts it off takes the memory away, and the system then ends whoever touches it, with SIGBUS.
//! No system call takes that right from an owner (seals are for files without a name). A limiter whose
//! file is *removed* goes on among those that have it open; who opens the name then makes another one.

mod error;
mod keyed;
mod limiter;
mod mapping;
mod place;
mod view;

pub use error::SharedError;
pub use keyed::SharedKeyedRateLimiter;
pub use limiter::SharedRateLimiter;
pub use place::SharedPlace;
pub use view::SharedView;

use std::fs::File;

use tidegate::limit::{SharedFault, SharedLayout};

use mapping::Mapping;

/// The memory of a limiter, made if there is none, and its seed.
fn open(place: &SharedPlace, layout: &SharedLayout) -> Result<(Mapping, u128), SharedError> {
    let bytes = layout.bytes(mapping::page() as u64).ok_or(SharedError::TooLarge)?;
    let seed = u128::from(crate::seed()) << u64::BITS | u128::from(crate::seed());
    let fault = |fault| SharedError::Fault { path: place.path().to_owned(), fault };
    for _ in 0..TRIES {
        let Some((file, found)) = place.open(true)? else {
            place.make(bytes, |file| {
                let memory = map(place, file, bytes as usize, bytes, true)?;
                memory.header().join(layout, bytes, seed).map(drop).map_err(fault)
            })?;
            continue;
        };
        let memory = map(place, &file, found, bytes, true)?;
        match memory.header().join(layout, found as u64, seed) {
            Ok(seed) => return Ok((memory, seed)),
            Err(SharedFault::Stale) => place.remove_stale(&file)?,
            Err(other) => return Err(fault(other)),
        }
    }
    Err(SharedError::Unstable { path: place.path().to_owned() })
}

/// The file in memory, if it has a length that can be.
fn map(
    place: &SharedPlace,
    file: &File,
    found: usize,
    needed: u64,
    write: bool,
) -> Result<Mapping, SharedError> {
    if !mapping::is_whole(found) {
        let fault = SharedFault::Length { found: found as u64, needed };
        return Err(SharedError::Fault { path: place.path().to_owned(), fault });
    }
    place.system("map", Mapping::new(file, found, write))
}

/// Each means that another process made or removed the file just then.
const TRIES: u32 = 100;
