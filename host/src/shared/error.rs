//! `SharedError`: why a limiter cannot be shared, with what was found.

use std::{fmt, io, path::PathBuf};

use tidegate::{Error, Quota, Span, limit::SharedFault};

/// Why a limiter cannot be shared. It shows what was found and what is wanted.
#[derive(Debug)]
#[non_exhaustive]
pub enum SharedError {
    /// A name that is none.
    Name {
        /// What was given.
        name: String,
    },
    /// More keys than memory has room for.
    TooLarge,
    /// The system does not tell since when its clock counts, or its processor cannot change 64 bits in one
    /// step: then a lock of each process's own would stand in.
    Unsupported,
    /// The system refused something.
    System {
        /// The file.
        path: PathBuf,
        /// What was to be done.
        action: &'static str,
        /// What it said.
        error: io::Error,
    },
    /// The path leads to something other than a file.
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it leads to.
        found: &'static str,
    },
    /// The file is another user's, or others may write into it.
    NotOurs {
        /// The file.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Who this process is.
        user: u32,
        /// Its permissions.
        mode: u32,
    },
    /// What is in the file is not what was asked for.
    Fault {
        /// The file.
        path: PathBuf,
        /// In what it is another.
        fault: SharedFault,
    },
    /// The file was made and removed again and again.
    Unstable {
        /// The file.
        path: PathBuf,
    },
}

impl SharedError {
    /// The row of the table of errors.
    pub const fn row(&self) -> Error {
        match self {
            SharedError::Name { .. } | SharedError::TooLarge => Error::SharedNameInvalid,
            SharedError::Fault { fault, .. } => match fault {
                SharedFault::Kind { .. }
                | SharedFault::Capacity { .. }
                | SharedFault::Quota { .. } => Error::SharedDiffers,
                _ => Error::SharedInvalid,
            },
            SharedError::NotAFile { .. } | SharedError::NotOurs { .. } => Error::SharedInvalid,
            SharedError::Unsupported
            | SharedError::System { .. }
            | SharedError::Unstable { .. } => Error::SharedUnavailable,
        }
    }
}

impl fmt::Display for SharedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SharedError::Name { name } => write!(
                f,
                "the name {name:?} must be 1 to 100 of the characters A-Z a-z 0-9 . _ - and not begin with a dot"
            ),
            SharedError::TooLarge => f.write_str("so many keys need more memory than there can be"),
            SharedError::Unsupported => f.write_str(
                "processes can share limiters only where the system tells when it started (Linux does) \
                 and the processor has 64-bit atomics",
            ),
            SharedError::System { path, action, error } => {
                write!(f, "cannot {action} {}: {error}", path.display())
            }
            SharedError::NotAFile { path, found } => {
                write!(f, "{} is {found}, not a file", path.display())
            }
            SharedError::NotOurs { path, owner, user, mode } => write!(
                f,
                "{} is of user {owner} with permissions {mode:04o}; it must be of user {user} and \
                 nobody else may write it",
                path.display()
            ),
            SharedError::Fault { path, fault } => {
                write!(f, "{}: ", path.display())?;
                write_fault(f, fault)
            }
            SharedError::Unstable { path } => {
                write!(f, "{} is made and removed again and again by others", path.display())
            }
        }
    }
}

impl std::error::Error for SharedError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            SharedError::System { error, .. } => Some(error),
            _ => None,
        }
    }
}

fn write_fault(f: &mut fmt::Formatter<'_>, fault: &SharedFault) -> fmt::Result {
    match *fault {
        SharedFault::Foreign { found } => write!(
            f,
            "no shared limiter: its first bytes are {:02x?}, not \"tidegate\"",
            found.to_ne_bytes()
        ),
        SharedFault::Version { found } => {
            write!(f, "a shared limiter of layout {found}; this program knows layout 1")
        }
        SharedFault::Stale => f.write_str("made before the system started anew"),
        SharedFault::Clock { found } => write!(
            f,
            "made with clock {found:#x}, which is not the one that this process reads (another time \
             namespace?)"
        ),
        SharedFault::Kind { found, wanted } => {
            write!(f, "{}; asked for was {}", kind(found), kind(wanted))
        }
        SharedFault::Capacity { found, wanted } => {
            write!(f, "room for {found} keys; asked for were {wanted}")
        }
        SharedFault::Quota { found, wanted } => {
            write!(f, "its quota is {}; asked for was {}", quota(found), quota(wanted))
        }
        SharedFault::Length { found, needed } => {
            write!(f, "{found} bytes long; what it holds needs {needed}")
        }
        SharedFault::Damaged => f.write_str("what it says of itself cannot be: it is damaged"),
        SharedFault::Unfinished => f.write_str("nobody has finished making it"),
    }
}

fn kind(kind: u64) -> &'static str {
    match kind {
        1 => "a limiter of one bucket",
        2 => "a keyed limiter that denies when it is full",
        3 => "a keyed limiter that shares when it is full",
        4 => "a keyed limiter that allows when it is full",
        _ => "of no known kind",
    }
}

/// `500 a 1 min, burst 500`, or the numbers where they are no quota.
fn quota([limit, period, burst]: [u64; 3]) -> String {
    match Quota::new(limit, Span::from_nanos(period), burst) {
        Ok(_) => {
            format!("{limit} per {} s, burst {burst}", crate::secs_up(Span::from_nanos(period)))
        }
        Err(_) => format!("{limit} per {period} ns, burst {burst}"),
    }
}
