//! The verbs that only a bucket has.

use std::collections::HashMap;

use super::format;
use super::parse::{number, words};
use crate::reference::bucket::Bucket;
use crate::reference::carry::{Carry, Snapshot};
use crate::reference::quota::Quota;
use crate::reference::reservation::Reservation;

pub(super) const VERBS: [&str; 11] = [
    "up_to",
    "reserve",
    "settle",
    "cancel",
    "refund",
    "drain",
    "pause",
    "observe",
    "reconfigure",
    "snapshot",
    "restore",
];

/// What was taken from a bucket and is kept until it is used.
#[derive(Debug, Default)]
pub(super) struct Kept {
    reservations: HashMap<u8, Reservation>,
    snapshot: Snapshot,
}

impl Kept {
    pub(super) fn run(
        &mut self,
        bucket: &mut Bucket,
        verb: &str,
        args: &str,
    ) -> Result<String, String> {
        let mut reserved = |id: &str| {
            let reservation = self.reservations.remove(&number(id)?);
            reservation.ok_or_else(|| format!("no reservation {id}"))
        };
        Ok(match verb {
            "up_to" => {
                let [now, n] = words(args)?;
                let (taken, decision) = bucket.acquire_up_to(number(n)?, number(now)?);
                format!("taken {taken} {decision}")
            }
            "reserve" => {
                let [id, now, n, longest] = words(args)?;
                match bucket.reserve(number(n)?, number(longest)?, number(now)?) {
                    Ok(reservation) => {
                        let wait = reservation.wait;
                        self.reservations.insert(number(id)?, reservation);
                        format!("reserved wait {wait}")
                    }
                    Err(decision) => decision.to_string(),
                }
            }
            "settle" => {
                let [id, now, actual] = words(args)?;
                let back = bucket.settle(&reserved(id)?, number(actual)?, number(now)?);
                format!("returned {back}")
            }
            "cancel" => {
                let [id, now] = words(args)?;
                format!("returned {}", bucket.settle(&reserved(id)?, 0, number(now)?))
            }
            "refund" => {
                let [now, taken_at, n] = words(args)?;
                let back = bucket.refund(number(n)?, number(taken_at)?, number(now)?);
                format!("returned {back}")
            }
            "drain" => format!("taken {}", bucket.drain(number(args)?)),
            "pause" => {
                let [now, until] = words(args)?;
                bucket.pause_until(number(until)?, number(now)?);
                "ok".to_owned()
            }
            "observe" => {
                let [now, limit, remaining, reset] = words(args)?;
                let (limit, remaining) = (number(limit)?, number(remaining)?);
                bucket.observe(limit, remaining, number(reset)?, number(now)?);
                "ok".to_owned()
            }
            "reconfigure" => {
                let [now, limit, period, burst, carry] = words(args)?;
                let carry = match carry {
                    "keep" => Carry::Keep,
                    "proportional" => Carry::Proportional,
                    "reset" => Carry::Reset,
                    _ => return Err(format!("unknown carry {carry}")),
                };
                let quota = Quota::new(number(limit)?, number(period)?, number(burst)?);
                let result = format::ok(quota.as_ref().map_err(|error| *error));
                if let Ok(quota) = quota {
                    *bucket = bucket.reconfigure(quota, carry, number(now)?);
                }
                result
            }
            "snapshot" => {
                self.snapshot = bucket.snapshot(number(args)?);
                let Snapshot { remaining, full_after } = self.snapshot;
                format!("remaining {remaining} full_after {full_after}")
            }
            _ => {
                let [now, age] = words(args)?;
                *bucket = bucket.restore(self.snapshot, number(age)?, number(now)?);
                "ok".to_owned()
            }
        })
    }
}
