//! Limiters that processes share, by way of their files: what is refused, and what goes on.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::{FileExt, PermissionsExt, symlink},
    path::PathBuf,
    sync::Barrier,
};

use tidegate::{
    Error, Instant, Outcome, Quota, RateLimiter, Span,
    limit::{Full, SharedFault, SharedHeader},
};
use tidegate_host::{
    SharedError, SharedKeyedRateLimiter, SharedPlace, SharedRateLimiter, SharedView, monotonic,
};

/// A folder of one test, in memory, removed with all that is in it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let path = PathBuf::from(format!("/dev/shm/tidegate-test-{:016x}", tidegate_host::seed()));
        fs::create_dir(&path).unwrap();
        Folder(path)
    }

    fn place(&self) -> SharedPlace {
        SharedPlace::at(self.0.join("limit"))
    }

    fn file(&self) -> File {
        OpenOptions::new().read(true).write(true).open(self.0.join("limit")).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn quota(limit: u64) -> Quota {
    Quota::new(limit, Span::from_secs(3_600), limit).unwrap()
}

fn bucket(place: &SharedPlace, limit: u64) -> Result<SharedRateLimiter, SharedError> {
    SharedRateLimiter::open(place, quota(limit))
}

fn keyed(place: &SharedPlace, capacity: usize) -> Result<SharedKeyedRateLimiter, SharedError> {
    SharedKeyedRateLimiter::open(place, capacity, quota(9), Full::Deny)
}

fn fault(error: SharedError) -> SharedFault {
    match error {
        SharedError::Fault { fault, .. } => fault,
        other => panic!("{other}"),
    }
}

#[test]
fn what_one_takes_the_others_do_not_have() {
    let folder = Folder::new();
    let now = monotonic();
    let all: Vec<_> = (0..3).map(|_| bucket(&folder.place(), 3).unwrap()).collect();
    assert!(all.iter().all(|limiter| limiter.try_acquire(1, now).is_allowed()));
    assert!(all.iter().all(|limiter| !limiter.try_acquire(1, now).is_allowed()));
    // Another has them back by the reservation of the first, and waits behind it otherwise.
    let hour = Span::from_secs(3_600);
    let waits: Vec<_> = all.iter().map(|limiter| limiter.reserve(1, hour, now).unwrap()).collect();
    let seconds: Vec<_> = waits.iter().map(|wait| wait.wait().as_secs_ceil()).collect();
    assert_eq!(seconds, [1_200, 2_400, 3_600]);
    let third = waits.into_iter().next_back().unwrap();
    assert_eq!(all[0].cancel(third, now), 1);
    drop(all);
    // It outlives those who used it.
    let wait = bucket(&folder.place(), 3).unwrap().peek(1, now).retry_after();
    assert_eq!(wait, Some(Span::from_secs(3_600)));
}

#[test]
fn keys_are_the_same_in_all_processes() {
    let folder = Folder::new();
    let now = monotonic();
    let [here, there] = [0, 1].map(|_| keyed(&folder.place(), 64).unwrap());
    for key in 0..8_u64 {
        let take = |limiter: &SharedKeyedRateLimiter, n| {
            limiter.counted(limiter.get().try_acquire_u64(key, &quota(9), n, now))
        };
        assert!(take(&here, 5).is_allowed() && !take(&there, 5).is_allowed());
        assert!(take(&there, 4).is_allowed() && !take(&here, 1).is_allowed());
    }
    assert_eq!(here.get().occupied(now), 8);
    assert_eq!((here.denied(), there.denied()), (16, 16));
    let view = SharedView::open(&folder.place()).unwrap();
    let seen: Vec<_> = view.occupants(now).iter().map(|(_, left)| *left).collect();
    assert_eq!((seen, view.denied(), view.capacity()), (vec![0; 8], 16, Some(64)));
    let later = now.saturating_add(Span::from_secs(1_000)); // two and a half tokens later
    assert!(view.occupants(later).iter().all(|(_, left)| *left == 2));
}

/// A process that stopped after it had read the clock is late, by however much, and is never taken for a
/// clock that stepped back.
#[test]
fn a_late_process_gains_nothing() {
    let folder = Folder::new();
    let limiter = bucket(&folder.place(), 2).unwrap();
    let now = Instant::from_nanos(10_000_000_000_000);
    let late = Instant::from_nanos(1_000_000_000_000);
    assert!(limiter.try_acquire(2, now).is_allowed());
    let Outcome::Denied { retry_after } = limiter.try_acquire(1, late) else { panic!() };
    assert_eq!(retry_after, Span::from_secs(9_000 + 1_800));
    assert_eq!(limiter.peek(1, now).retry_after(), Some(Span::from_secs(1_800)));

    let folder = Folder::new();
    let limiter = keyed(&folder.place(), 4).unwrap();
    assert!(limiter.try_acquire(b"a", 9, now).is_allowed());
    assert!(!limiter.try_acquire(b"a", 1, late).is_allowed());
    assert_eq!(limiter.try_acquire(b"a", 1, now).retry_after(), Some(Span::from_secs(400)));
}

#[test]
fn who_asks_for_another_is_told_both() {
    let folder = Folder::new();
    let place = folder.place();
    drop(bucket(&place, 5).unwrap());
    let error = bucket(&place, 6).unwrap_err();
    assert_eq!(error.row(), Error::SharedDiffers);
    assert!(
        error
            .to_string()
            .contains("its quota is 5 per 3600 s, burst 5; asked for was 6 per 3600 s, burst 6")
    );
    let differs = fault(keyed(&place, 4).unwrap_err());
    assert_eq!(differs, SharedFault::Kind { found: 1, wanted: 2 });
    place.remove().unwrap();
    drop(keyed(&place, 4).unwrap());
    let differs = fault(keyed(&place, 1_000).unwrap_err());
    assert_eq!(differs, SharedFault::Capacity { found: 4, wanted: 1_000 });
    let shares = SharedKeyedRateLimiter::open(&place, 4, quota(9), Full::Share).unwrap_err();
    assert_eq!(fault(shares), SharedFault::Kind { found: 2, wanted: 3 });
    assert!(place.remove().unwrap() && !place.remove().unwrap());
    assert!(bucket(&place, 6).is_ok());
}

#[test]
fn what_is_no_file_of_ours_is_refused() {
    let folder = Folder::new();
    let place = folder.place();
    let path = place.path();
    let refused = |found: &str| {
        for error in [bucket(&place, 5).unwrap_err(), SharedView::open(&place).unwrap_err()] {
            assert!(error.to_string().contains(found), "{error}");
            assert_eq!(error.row(), Error::SharedInvalid);
        }
    };
    symlink("/dev/shm/nowhere", path).unwrap();
    refused("a symbolic link");
    fs::remove_file(path).unwrap();
    fs::create_dir(path).unwrap();
    refused("a folder");
    fs::remove_dir(path).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(path).unwrap();
    refused("a socket");
    fs::remove_file(path).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, 0o600.into(), 0)
        .unwrap();
    refused("a pipe");
    fs::remove_file(path).unwrap();

    drop(bucket(&place, 5).unwrap());
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o7777, 0o600);
    fs::set_permissions(path, PermissionsExt::from_mode(0o620)).unwrap();
    refused("with permissions 0620");
    fs::set_permissions(path, PermissionsExt::from_mode(0o600)).unwrap();
    assert!(bucket(&place, 5).is_ok());

    let nowhere = SharedPlace::at(folder.0.join("no/folder/limit"));
    let error = bucket(&nowhere, 5).unwrap_err();
    assert_eq!(error.row(), Error::SharedUnavailable);
    assert!(error.to_string().starts_with("cannot make "), "{error}");
    assert_eq!(SharedView::open(&nowhere).unwrap_err().row(), Error::SharedUnavailable);
    let device = SharedPlace::at("/dev/null");
    assert!(bucket(&device, 5).unwrap_err().to_string().contains("is a device"));
    let error = SharedKeyedRateLimiter::open(&place, usize::MAX, quota(1), Full::Deny).unwrap_err();
    assert_eq!(error.row(), Error::SharedNameInvalid);
}

#[test]
fn a_file_of_another_length_version_or_content_is_refused() {
    let folder = Folder::new();
    let place = folder.place();
    drop(bucket(&place, 5).unwrap());
    let whole = fs::read(place.path()).unwrap();
    let page = whole.len() as u64;
    let fails = |bytes: &[u8]| {
        fs::write(place.path(), bytes).unwrap();
        let view = fault(SharedView::open(&place).unwrap_err());
        (fault(bucket(&place, 5).unwrap_err()), view)
    };
    for cut in [0, 1, 40, 1_024, 4_095] {
        let length = SharedFault::Length { found: cut as u64, needed: page };
        assert_eq!(fails(&whole[..cut]), (length, length));
    }
    let longer = [&*whole, &vec![0; whole.len()]].concat();
    let length = SharedFault::Length { found: 2 * page, needed: page };
    assert_eq!(fails(&longer).1, length);
    let with = |word: usize, value: u64| {
        let mut changed = whole.clone();
        changed[word * 8..word * 8 + 8].copy_from_slice(&value.to_ne_bytes());
        changed
    };
    let other = u64::from_ne_bytes(*b"#!/bin/s");
    assert_eq!(fails(&with(0, other)).0, SharedFault::Foreign { found: other });
    assert_eq!(fails(&with(1, 1 << 63 | 2)), {
        let version = SharedFault::Version { found: 2 };
        (version, version)
    });
    assert_eq!(fails(&with(2, 9)).1, SharedFault::Damaged);
    assert_eq!(fails(&with(6, 1 << 63 | 1)).1, SharedFault::Damaged);
    assert!(matches!(
        fails(&with(8, 1 << 63)),
        (SharedFault::Clock { found: 0 }, SharedFault::Clock { found: 0 })
    ));
    // Nobody has finished making it: who looks says so, and who wants it finishes it.
    fs::write(place.path(), with(0, 0)).unwrap();
    assert_eq!(fault(SharedView::open(&place).unwrap_err()), SharedFault::Unfinished);
    assert!(bucket(&place, 5).is_ok() && SharedView::open(&place).is_ok());
    fs::write(place.path(), vec![0; whole.len()]).unwrap();
    assert!(bucket(&place, 5).is_ok() && SharedView::open(&place).is_ok());
}

/// After a new start of the system the times in a file mean nothing. However many find it so at once, they
/// all come to the same new one.
#[test]
fn a_file_of_before_is_made_anew_once() {
    let folder = Folder::new();
    let place = folder.place();
    for _ in 0..50 {
        let _ = place.remove();
        assert_eq!(bucket(&place, 8).unwrap().drain(monotonic()), 8);
        folder.file().write_all_at(&[7; 16], 9 * 8).unwrap(); // another boot
        assert_eq!(fault(SharedView::open(&place).unwrap_err()), SharedFault::Stale);
        let together = Barrier::new(4);
        let taken: u64 = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        together.wait();
                        bucket(&place, 8).unwrap().drain(monotonic())
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(taken, 8);
    }
}

/// Any bytes are a file: each is refused or answers, and nothing panics.
#[test]
fn any_content_is_an_answer() {
    let folder = Folder::new();
    let place = folder.place();
    let draw = |call: u64, attempt: u32| tidegate::retry::mix(5, call, attempt);
    let (mut opened, mut refused) = (0, 0);
    for case in 0..2_000 {
        let _ = place.remove();
        let is_bucket = case % 2 == 0;
        if is_bucket {
            drop(bucket(&place, 5).unwrap())
        } else {
            drop(keyed(&place, 16).unwrap())
        }
        let file = folder.file();
        let length = file.metadata().unwrap().len();
        for change in 0..1 + draw(case, 0) as u32 % 8 {
            let value = match draw(case, 3 * change + 1) % 4 {
                0 => u64::MAX - draw(case, 3 * change + 2) % 3,
                1 => 1 << (draw(case, 3 * change + 2) % 64),
                2 => draw(case, 3 * change + 2) % 10,
                _ => draw(case, 3 * change + 2),
            };
            // The header's words, the slots, and the limiter's own.
            let places = [0, SharedHeader::BYTES as u64, length - 64];
            let at = places[draw(case, 3 * change + 3) as usize % 3];
            let at = at + draw(case, 3 * change + 3) / 3 % 14 * 8;
            file.write_all_at(&value.to_ne_bytes(), at.min(length - 8)).unwrap();
        }
        if let Ok(view) = SharedView::open(&place) {
            let _ = (view.occupants(monotonic()), view.bucket(monotonic()), view.denied());
        }
        let now = monotonic();
        if is_bucket {
            let Ok(limiter) = bucket(&place, 5) else {
                refused += 1;
                continue;
            };
            let _ = limiter.try_acquire(1, now);
            if let Ok(kept) = limiter.reserve(2, Span::MAX, now) {
                limiter.settle(kept, 1, now);
            }
            limiter.pause_until(now.saturating_add(Span::from_secs(1)), now);
            let _ = (limiter.refund(1, now, now), limiter.snapshot(now), limiter.drain(now));
        } else {
            let Ok(limiter) = keyed(&place, 16) else {
                refused += 1;
                continue;
            };
            for key in 0..20_u64 {
                let _ = limiter.get().try_acquire_u64(key, &quota(9), 1, now);
            }
            let _ = (limiter.get().occupied(now), limiter.get().overflowed());
        }
        opened += 1;
    }
    assert!(opened > 300 && refused > 300, "{opened} {refused}");
}

/// The words of one limiter are those of a limiter of a single process: a history of each gives the same.
#[test]
fn it_decides_as_a_limiter_of_one_process() {
    let folder = Folder::new();
    let quota = Quota::new(7, Span::from_secs(1), 5).unwrap();
    let shared = SharedRateLimiter::open(&folder.place(), quota).unwrap();
    let alone = RateLimiter::new(quota);
    alone.trust_clock();
    let mut now = Instant::from_nanos(1);
    for step in 0..20_000_u64 {
        let draw = tidegate::retry::mix(11, step, 0);
        now = now.saturating_add(Span::from_nanos(draw % 400_000_000));
        let n = draw >> 32 & 3;
        assert_eq!(shared.try_acquire(n, now), alone.try_acquire(n, now), "{step}");
        if draw.is_multiple_of(5) {
            let reserve = |limiter: &RateLimiter| {
                let kept = limiter.reserve(n, Span::from_secs(1), now)?;
                let wait = kept.wait();
                Ok::<_, tidegate::Refused>((wait, limiter.settle(kept, n / 2, now)))
            };
            assert_eq!(reserve(&shared), reserve(&alone), "{step}");
        }
    }
    assert_eq!(shared.snapshot(now), alone.snapshot(now));
    let view = SharedView::open(&folder.place()).unwrap();
    assert_eq!(view.bucket(now), Some(alone.peek(0, now)));
    assert_eq!(view.quota(), &quota);
    assert_eq!(view.capacity(), None);
}
