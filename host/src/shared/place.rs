//! `SharedPlace`: where a shared limiter's file lies, and how it is opened, made and removed.
//!
//! A file gets its name when it is whole: it is made without one, as long as it will ever be and with
//! its header written, and then linked. So a process that is killed while it makes one leaves nothing
//! behind, and of two that make one at the same time the second finds the first one's.
//!
//! A file from before the system started anew is removed by whoever finds it, under a lock of that very
//! file, and after looking whether the name still leads to it; else two that find it at the same time might
//! remove each other's new one.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use rustix::{
    fs::{AtFlags, CWD, FallocateFlags, FlockOperation, OFlags},
    io::Errno,
};

use super::SharedError;

/// Where a shared limiter lies: a name that all processes of a user know, or a path.
///
/// # Examples
///
/// ```
/// use tidegate_host::SharedPlace;
///
/// let place = SharedPlace::named("openai")?;
/// let user = rustix::process::geteuid().as_raw();
/// assert_eq!(place.path().to_str(), Some(&*format!("/dev/shm/tidegate-{user}-openai")));
/// # Ok::<(), tidegate_host::SharedError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedPlace {
    path: PathBuf,
}

impl SharedPlace {
    /// Of a name, in `/dev/shm`: it is gone when the system starts anew. Each user has names of his own.
    ///
    /// # Errors
    ///
    /// [`SharedError::Name`]: not 1 to 100 of the characters `A-Z a-z 0-9 . _ -`, or a dot first.
    pub fn named(name: &str) -> Result<SharedPlace, SharedError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let is_name =
            (1..=100).contains(&name.len()) && name.bytes().all(allowed) && !name.starts_with('.');
        if !is_name {
            return Err(SharedError::Name { name: name.to_owned() });
        }
        let user = rustix::process::geteuid().as_raw();
        Ok(SharedPlace { path: Path::new(FOLDER).join(format!("tidegate-{user}-{name}")) })
    }

    /// A path. On a disk the limiter outlives its processes, but not a new start of the system.
    pub fn at(path: impl Into<PathBuf>) -> SharedPlace {
        SharedPlace { path: path.into() }
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the file, and says whether there was one. Those who have it open go on sharing it among
    /// themselves; who opens it anew makes another.
    ///
    /// # Errors
    ///
    /// [`SharedError::System`].
    pub fn remove(&self) -> Result<bool, SharedError> {
        match std::fs::remove_file(&self.path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => self.system("remove", Err(error)),
        }
    }

    /// The file and its length; `None` if there is none. It is a file, ours, and nobody else may write
    /// it.
    pub(super) fn open(&self, write: bool) -> Result<Option<(File, usize)>, SharedError> {
        // Not waiting: a pipe of that name must not stop anybody.
        let flags = OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let mut options = OpenOptions::new();
        options.read(true).write(write).custom_flags(flags.bits() as i32);
        let file = match options.open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                let found = match error.raw_os_error().map(Errno::from_raw_os_error) {
                    Some(Errno::LOOP) => "a symbolic link",
                    Some(Errno::ISDIR) => "a folder",
                    Some(Errno::NXIO) => "a socket",
                    _ => return self.system("open", Err(error)),
                };
                return Err(SharedError::NotAFile { path: self.path.clone(), found });
            }
        };
        let facts = self.system("look at", file.metadata())?;
        let kind = facts.file_type();
        if !kind.is_file() {
            let found = match () {
                () if kind.is_dir() => "a folder",
                () if kind.is_fifo() => "a pipe",
                () => "a device",
            };
            return Err(SharedError::NotAFile { path: self.path.clone(), found });
        }
        let (owner, user) = (facts.uid(), rustix::process::geteuid().as_raw());
        let mode = facts.mode() & 0o7777;
        if owner != user || mode & 0o022 != 0 {
            return Err(SharedError::NotOurs { path: self.path.clone(), owner, user, mode });
        }
        // What has no whole header is told by what it begins with, of which zeros are not enough.
        Ok(Some((file, usize::try_from(facts.len()).unwrap_or(usize::MAX))))
    }

    /// Makes a file of so many zeros, lets `fill` write into it, and gives it its name, unless there is
    /// one of that name by then.
    pub(super) fn make(
        &self,
        bytes: u64,
        fill: impl FnOnce(&File) -> Result<(), SharedError>,
    ) -> Result<(), SharedError> {
        let folder = match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        match without_a_name(folder) {
            Ok(file) => {
                self.lengthen(&file, bytes)?;
                fill(&file)?;
                let here = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&file));
                self.link(&here, AtFlags::SYMLINK_FOLLOW)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.system("make", Err(error))
            }
            // The file system has no files without a name.
            Err(_) => self.make_beside(bytes, fill),
        }
    }

    /// As [`make`](Self::make), by another name first. Who is killed meanwhile leaves it behind.
    fn make_beside(
        &self,
        bytes: u64,
        fill: impl FnOnce(&File) -> Result<(), SharedError>,
    ) -> Result<(), SharedError> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let beside = self.path.with_file_name(format!(".{name}.{:016x}", crate::seed()));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true).mode(MODE);
        let file = self.system("make", options.open(&beside))?;
        let done = self
            .lengthen(&file, bytes)
            .and_then(|()| fill(&file))
            .and_then(|()| self.link(&beside, AtFlags::empty()));
        // What cannot be removed is in nobody's way.
        let _ = std::fs::remove_file(&beside);
        done
    }

    /// Gives a file its name, if there is none of that name.
    fn link(&self, from: impl AsRef<Path>, flags: AtFlags) -> Result<(), SharedError> {
        match rustix::fs::linkat(CWD, from.as_ref(), CWD, &self.path, flags) {
            Ok(()) | Err(Errno::EXIST) => Ok(()),
            Err(error) => self.system("name", Err(error.into())),
        }
    }

    /// Zeros for which there is room: who finds none later, in memory that is mapped, is killed.
    fn lengthen(&self, file: &File, bytes: u64) -> Result<(), SharedError> {
        let done = match rustix::fs::fallocate(file, FallocateFlags::empty(), 0, bytes) {
            Err(Errno::OPNOTSUPP) => {
                io::copy(&mut io::Read::take(io::repeat(0), bytes), &mut &*file)
                    .and_then(|_| (&*file).flush())
            }
            other => other.map_err(io::Error::from),
        };
        self.system("make room for", done)
    }

    /// Removes the file, which `file` is of, unless somebody has done it before.
    pub(super) fn remove_stale(&self, file: &File) -> Result<(), SharedError> {
        for _ in 0..TRIES {
            match rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {
                    let old = self.system("look at", file.metadata())?;
                    let is_it = std::fs::symlink_metadata(&self.path)
                        .is_ok_and(|now| (now.dev(), now.ino()) == (old.dev(), old.ino()));
                    return if is_it { self.remove().map(drop) } else { Ok(()) };
                }
                Err(Errno::WOULDBLOCK) => std::thread::sleep(core::time::Duration::from_millis(1)),
                Err(error) => return self.system("lock", Err(error.into())),
            }
        }
        Err(SharedError::Unstable { path: self.path.clone() })
    }

    /// What the system answered, as an error of this file.
    pub(super) fn system<T>(
        &self,
        action: &'static str,
        answer: io::Result<T>,
    ) -> Result<T, SharedError> {
        answer.map_err(|error| SharedError::System { path: self.path.clone(), action, error })
    }
}

/// A file that is gone when nobody has it open and nobody has named it.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn without_a_name(folder: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(MODE);
    options.custom_flags((OFlags::TMPFILE | OFlags::CLOEXEC).bits() as i32).open(folder)
}

/// Other systems have none.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn without_a_name(_: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Memory, on Linux.
const FOLDER: &str = "/dev/shm";
/// Its owner alone.
const MODE: u32 = 0o600;
/// A lock is held for a few system calls; whoever holds it for a second has been stopped.
const TRIES: u32 = 1_000;

#[cfg(test)]
mod tests {
    use super::SharedPlace;

    #[test]
    fn a_name_is_a_name() {
        for bad in ["", ".", "..", ".hidden", "a/b", "a b", "ä", "a\0", &"a".repeat(101)] {
            assert!(SharedPlace::named(bad).is_err(), "{bad:?}");
        }
        for good in ["a", "openai", "A-1_2.x", &"a".repeat(100)] {
            assert!(SharedPlace::named(good).is_ok(), "{good:?}");
        }
    }

    /// Where a file system knows no files without a name.
    #[test]
    fn a_file_that_is_made_beside_leaves_nothing_behind() {
        let folder = std::env::temp_dir().join(format!("tidegate-beside-{:x}", crate::seed()));
        std::fs::create_dir(&folder).unwrap();
        let place = SharedPlace::at(folder.join("limit"));
        let filled = std::cell::Cell::new(0);
        for _ in 0..2 {
            let fill = |_: &std::fs::File| {
                filled.set(filled.get() + 1);
                Ok(())
            };
            place.make_beside(4_096, fill).unwrap();
        }
        let names: Vec<_> =
            std::fs::read_dir(&folder).unwrap().map(|at| at.unwrap().path()).collect();
        assert_eq!((names, filled.get()), (vec![folder.join("limit")], 2));
        assert_eq!(place.open(true).unwrap().unwrap().1, 4_096);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
