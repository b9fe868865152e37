//! The verbs of limits in any dialect: reading them and announcing them.

use super::format::{encoded, optional};
use super::parse::{number, text, words};
use super::told;
use crate::reference::advice::{Advice, Allowance};
use crate::reference::announce::{self, Announcement};
use crate::reference::dialect::Dialect;
use crate::reference::reset::{Form, Reset};
use crate::reference::{SECOND, retry_after::RetryAfter};

/// What was told since the dialect was chosen.
#[derive(Debug, Default)]
pub(super) struct Advised {
    advice: Option<Advice>,
}

/// The verbs of this file.
pub(super) const VERBS: [&str; 8] =
    ["dialect", "tell", "tell_repeat", "advice", "allowances", "tightest", "advised", "announce"];

impl Advised {
    pub(super) fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        if verb == "dialect" {
            let [name, form, decimals] = words(args)?;
            let Some(mut dialect) = Dialect::named(name) else { return Ok("unknown".to_owned()) };
            dialect.reset = reset_form(form, dialect.reset)?;
            dialect.decimals = match decimals {
                "-" => dialect.decimals,
                "yes" => true,
                "no" => false,
                _ => return Err(format!("not yes or no: {decimals}")),
            };
            self.advice = Some(Advice::new(dialect));
            return Ok("ok".to_owned());
        }
        if verb == "announce" {
            return announced(args);
        }
        let advice = self.advice.as_mut().ok_or("no dialect")?;
        match verb {
            "tell" => {
                let (name, value) = args.split_once(' ').unwrap_or((args, ""));
                Ok(told::field(advice.header(name.as_bytes(), value.as_bytes())))
            }
            "tell_repeat" => {
                let [name, text, count] = words(args)?;
                let value = text.repeat(number(count)?);
                Ok(told::field(advice.header(name.as_bytes(), value.as_bytes())))
            }
            "advice" => Ok(facts(advice, now(args)?)),
            "allowances" if args.is_empty() => {
                let all: Vec<_> = advice.allowances().iter().map(allowance).collect();
                Ok(optional((!all.is_empty()).then(|| all.join("; "))))
            }
            "tightest" => Ok(optional(advice.tightest(now(args)?).as_ref().map(allowance))),
            "advised" => Ok(told::hints(&advice.hints(now(args)?))),
            _ => Err(format!("arguments to {verb}")),
        }
    }
}

fn now(word: &str) -> Result<u128, String> {
    number::<u64>(word).map(u128::from)
}

fn reset_form(word: &str, own: Form) -> Result<Form, String> {
    Ok(match word {
        "-" => own,
        "auto" => Form::Auto,
        "epoch_s" => Form::Epoch(SECOND),
        "epoch_ms" => Form::Epoch(SECOND / 1_000),
        "s" => Form::Wait(SECOND),
        "ms" => Form::Wait(SECOND / 1_000),
        "duration" => Form::Duration,
        "rfc3339" => Form::Rfc3339,
        _ => return Err(format!("not a form of a reset: {word}")),
    })
}

fn facts(advice: &Advice, now: u128) -> String {
    let yes = |value: bool| if value { "yes" } else { "no" };
    let retry_after = advice.retry_after().map(|value| match value {
        RetryAfter::Delay(delay) => format!("delay:{delay}"),
        RetryAfter::Date(date) => format!("date:{date}"),
    });
    let text = |text: &Option<String>| optional(text.as_deref().map(encoded));
    format!(
        "retry_after {} date {} should_retry {} global {} cached {} bucket {} scope {} wait {} \
         invalid {} dropped {}",
        optional(retry_after),
        optional(advice.date),
        optional(advice.should_retry.map(yes)),
        optional(advice.global.map(yes)),
        yes(advice.cached),
        text(&advice.bucket),
        text(&advice.scope),
        optional(advice.wait(now)),
        advice.invalid,
        advice.dropped
    )
}

fn allowance(allowance: &Allowance) -> String {
    // FNV-1a with 64 bits over the digits of the key.
    let fingerprint = |digits: &String| {
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        format!("{:016x}", digits.bytes().fold(0xcbf2_9ce4_8422_2325, step))
    };
    let reset = allowance.reset.map(|reset| match reset {
        Reset::At(time) => format!("at:{time}"),
        Reset::After(wait) => format!("after:{wait}"),
    });
    format!(
        "name {} partition {} unit {} limit {} remaining {} used {} reset {} window {}",
        encoded(&allowance.name),
        optional(allowance.partition.as_ref().map(fingerprint)),
        allowance.unit,
        optional(allowance.limit),
        optional(allowance.remaining),
        optional(allowance.used),
        optional(reset),
        optional(allowance.window)
    )
}

/// `FORM NOW RETRY_AFTER`, and five words for each limit.
fn announced(args: &str) -> Result<String, String> {
    let words: Vec<_> = args.split(' ').collect();
    let [form, at, wait, limits @ ..] = words.as_slice() else {
        return Err("too few arguments".to_owned());
    };
    if !["x", "draft-6", "draft-7", "draft-10"].contains(form) {
        return Err(format!("not a form: {form}"));
    }
    let (limits, []) = limits.as_chunks::<5>() else {
        return Err("not five words for each limit".to_owned());
    };
    let announcement = |[name, limit, remaining, reset_after, window]: &[&str; 5]| {
        Ok::<_, String>(Announcement {
            name: text(name),
            limit: now(limit)?,
            remaining: now(remaining)?,
            reset_after: now(reset_after)?,
            window: now(window)?,
        })
    };
    let limits = limits.iter().map(announcement).collect::<Result<Vec<_>, _>>()?;
    let wait = if *wait == "-" { None } else { Some(now(wait)?) };
    let Some(headers) = announce::headers(form, &limits, wait, now(at)?) else {
        return Ok("refused".to_owned());
    };
    let header = |(name, value): &(String, String)| format!("{name}={}", encoded(value));
    Ok(headers.iter().map(header).collect::<Vec<_>>().join(";"))
}
