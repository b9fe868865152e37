//! Leases against exact rationals: however many there are, and however they hoard and fire, no window
//! admits more than one bucket of the whole burst would.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tidegate::{Error, Instant, Lease, Outcome, Quota, RateLimiter, Span, retry::mix};

const SECOND: u64 = 1_000_000_000;

fn at(nanos: u64) -> Instant {
    Instant::from_nanos(nanos)
}

/// Eight owners with clocks of their own take, hoard, fire at once, and now and then give back.
#[test]
fn eight_leases_are_never_over() {
    for (number, (limit, period, burst, life)) in [
        (1_000, SECOND, 200, 50_000_000),
        (10, SECOND, 20, SECOND),
        (999_983, SECOND, 30_000, 20_000_000),
        (7, 3 * SECOND, 9, 2 * SECOND),
    ]
    .into_iter()
    .enumerate()
    {
        let whole = Quota::new(limit, Span::from_nanos(period), burst).unwrap();
        let life = Span::from_nanos(life);
        for history in 0..300 {
            let parent = RateLimiter::new(Lease::parent_quota(&whole, life).unwrap());
            let mut leases: Vec<_> =
                (0..8).map(|size| Lease::new(1 + size * burst / 20, life).unwrap()).collect();
            let (mut clock, mut admitted) = (history, Vec::<(u64, u64)>::new());
            for call in 0..400 {
                let draw = |part| mix(history, call * 8 + number as u64, part);
                clock += [0, 0, 1, draw(0) % (2 * period / limit), draw(0) % life.as_nanos()]
                    [draw(1) as usize % 5];
                let lease = &mut leases[draw(2) as usize % 8];
                let now = at(clock);
                if draw(3) % 40 == 0 {
                    let (unused, taken_at) = lease.give_back(now);
                    parent.refund(unused, taken_at, now);
                    continue;
                }
                // One or all that is held, or none but a grant.
                let n = if draw(4) % 3 == 0 { lease.held(now).max(1) } else { draw(5) % 2 };
                let asked = lease.try_acquire(n, now, |n| parent.acquire_up_to(n, now));
                if n > 0 && asked.is_allowed() {
                    admitted.push((clock, n));
                }
            }
            for (first, &(from, _)) in admitted.iter().enumerate() {
                let mut sum = 0;
                for &(to, n) in &admitted[first..] {
                    sum += u128::from(n);
                    let most = u128::from(burst) * u128::from(period)
                        + u128::from(limit) * (u128::from(to - from) + 1);
                    assert!(sum * u128::from(period) <= most, "{limit}/{period}: {sum} at {to}");
                }
            }
        }
    }
}

#[test]
fn what_is_leased_is_not_admitted_twice_by_eight_threads() {
    let whole = Quota::new(1, Span::from_secs(86_400), 10_000).unwrap();
    let life = Span::from_secs(3_600);
    let parent = RateLimiter::new(Lease::parent_quota(&whole, life).unwrap());
    let admitted = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut lease = Lease::new(7, life).unwrap();
                while lease.try_acquire(1, at(5), |n| parent.acquire_up_to(n, at(5))).is_allowed() {
                    admitted.fetch_add(1, Relaxed);
                }
                assert_eq!(lease.held(at(5)), 0);
            });
        }
    });
    assert_eq!(admitted.into_inner(), parent.quota().burst());
}

#[test]
fn a_lease_ends_with_its_life_and_says_what_it_cannot_hold() {
    let whole = Quota::new(10, Span::from_secs(1), 30).unwrap();
    let parent = RateLimiter::new(Lease::parent_quota(&whole, Span::from_secs(1)).unwrap());
    let mut lease = Lease::new(8, Span::from_secs(1)).unwrap();
    let mut ask = |n, now| lease.try_acquire(n, at(now), |n| parent.acquire_up_to(n, at(now)));
    assert_eq!(ask(9, 0), Outcome::Never);
    assert_eq!(ask(3, 0), Outcome::Allowed { remaining: 5, reset_after: Span::from_secs(1) });
    let last = ask(1, SECOND);
    assert_eq!(last, Outcome::Allowed { remaining: 4, reset_after: Span::ZERO });
    // A nanosecond later the four are gone, and eight others are taken.
    let none = ask(0, SECOND + 1);
    assert_eq!(none, Outcome::Allowed { remaining: 0, reset_after: Span::ZERO });
    let next = ask(1, SECOND + 1);
    assert_eq!(next, Outcome::Allowed { remaining: 7, reset_after: Span::from_secs(1) });
    assert_eq!(Lease::new(0, Span::ZERO).unwrap_err(), Error::LeaseOutOfRange);
    let too_long = Lease::parent_quota(&whole, Span::from_secs(3));
    assert_eq!(too_long, Err(Error::LeaseOutOfRange));
}
