//! The verbs of the keyed limiter.

use super::format;
use super::parse::{number, words};
use crate::reference::keyed::{Ask, Full, Keyed};
use crate::reference::quota::Quota;

/// The table that was made last.
#[derive(Debug, Default)]
pub(super) struct KeyedLimits {
    made: Option<Keyed>,
}

impl KeyedLimits {
    pub(super) fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        if verb == "keyed" {
            let [sets, seed, full] = words(args)?;
            let full = match full {
                "deny" => Full::Deny,
                "share" => Full::Share,
                "allow" => Full::Allow,
                _ => return Err(format!("unknown policy {full}")),
            };
            number::<u64>(seed)?;
            self.made = Some(Keyed::new(number::<u32>(sets)? > 0, full));
            return Ok("ok".to_owned());
        }
        let keyed = self.made.as_mut().ok_or("no keyed limiter")?;
        if verb == "keyed_full" {
            return Ok(keyed.overflowed().to_string());
        }
        let [now, key, limit, period, burst, n] = words(args)?;
        let key = match key.strip_prefix('#') {
            Some(key) => number::<u64>(key)?.to_le_bytes().to_vec(),
            None => key.as_bytes().to_vec(),
        };
        let quota = Quota::new(number(limit)?, number(period)?, number(burst)?);
        let (now, n) = (number(now)?, number(n)?);
        Ok(format::value(quota.map(|quota| {
            let ask = Ask { quota, n, now };
            if verb == "peek_key" { keyed.peek(&key, &ask) } else { keyed.acquire(&key, &ask) }
        })))
    }
}
