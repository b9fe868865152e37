//! The traces of header dialects in `conformance/traces_dialects`, through the Rust surface.

use std::fmt::Display;

use tidegate::{
    Field, Hints, RetryAfter, Span, UnixTime,
    wire::{Advice, Allowance, Announcement, Dialect, Form, Reset, ResetForm},
};
use tidegate_conformance::replay::Implementation;

/// What the steps of one file act on.
#[derive(Default)]
pub(crate) struct World {
    advice: Advice,
}

impl Implementation for World {
    fn run(&mut self, verb: &str, args: &str) -> Result<String, String> {
        let word: Vec<&str> = args.split(' ').collect();
        let advice = &mut self.advice;
        Ok(match (verb, word.as_slice()) {
            ("dialect", [name, reset, decimals]) => {
                let Some(dialect) = Dialect::named(name) else { return Ok("unknown".into()) };
                *advice = Advice::new(adjusted(dialect, reset, decimals)?);
                "ok".into()
            }
            ("tell", _) => {
                let (name, value) = args.split_once(' ').unwrap_or((args, ""));
                show_field(advice.header(name.as_bytes(), value.as_bytes()))
            }
            ("tell_repeat", [name, text, count]) => {
                let count = number(count)? as usize;
                show_field(advice.header(name.as_bytes(), text.repeat(count).as_bytes()))
            }
            ("advice", [now]) => show_advice(advice, UnixTime::from_nanos(number(now)?)),
            ("allowances", [""]) => {
                let all: Vec<_> = advice.allowances().map(|it| show_allowance(&it)).collect();
                show((!all.is_empty()).then(|| all.join("; ")))
            }
            ("tightest", [now]) => {
                let tightest = advice.tightest(UnixTime::from_nanos(number(now)?));
                show(tightest.as_ref().map(show_allowance))
            }
            ("advised", [now]) => show_hints(&advice.hints(UnixTime::from_nanos(number(now)?))),
            ("announce", [form, now, wait, limits @ ..]) => announce(form, now, wait, limits)?,
            _ => return Err(format!("unknown verb {verb}, or not its arguments")),
        })
    }
}

fn number(word: &str) -> Result<u64, String> {
    word.parse().map_err(|_| format!("not a number: {word}"))
}

fn adjusted(dialect: Dialect, reset: &str, decimals: &str) -> Result<Dialect, String> {
    let dialect = match decimals {
        "-" => dialect,
        "yes" | "no" => dialect.with_decimals(decimals == "yes"),
        _ => return Err(format!("not yes or no: {decimals}")),
    };
    Ok(match reset {
        "-" => dialect,
        "auto" => dialect.with_reset(ResetForm::Auto),
        "epoch_s" => dialect.with_reset(ResetForm::EpochSeconds),
        "epoch_ms" => dialect.with_reset(ResetForm::EpochMillis),
        "s" => dialect.with_reset(ResetForm::Seconds),
        "ms" => dialect.with_reset(ResetForm::Millis),
        "duration" => dialect.with_reset(ResetForm::Duration),
        "rfc3339" => dialect.with_reset(ResetForm::Rfc3339),
        _ => return Err(format!("not a form: {reset}")),
    })
}

fn announce(form: &str, now: &str, wait: &str, limits: &[&str]) -> Result<String, String> {
    let form = Form::named(form).ok_or("not a form")?;
    let limits = limits.chunks(5).map(|words| {
        let [name, limit, remaining, reset_after, window] = words else {
            return Err("not five words for each limit".to_owned());
        };
        Ok(Announcement {
            name: if *name == "\"\"" { "" } else { name },
            limit: number(limit)?,
            remaining: number(remaining)?,
            reset_after: Span::from_nanos(number(reset_after)?),
            window: Span::from_nanos(number(window)?),
        })
    });
    let limits = limits.collect::<Result<Vec<_>, _>>()?;
    let wait = if wait == "-" { None } else { Some(Span::from_nanos(number(wait)?)) };
    let headers = form.headers(&limits, wait, UnixTime::from_nanos(number(now)?));
    let Some(headers) = headers else { return Ok("refused".into()) };
    let headers = headers.iter().map(|(name, value)| format!("{name}={}", percent(value)));
    Ok(headers.collect::<Vec<_>>().join(";"))
}

fn show_field(field: Field) -> String {
    match field {
        Field::Read => "read",
        Field::Unknown => "unknown",
        Field::Invalid => "invalid",
    }
    .to_owned()
}

fn show(value: Option<impl Display>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn show_retry_after(value: Option<RetryAfter>) -> String {
    show(value.map(|value| match value {
        RetryAfter::Delay(delay) => format!("delay:{}", delay.as_nanos()),
        RetryAfter::Date(date) => format!("date:{}", date.as_nanos()),
    }))
}

fn show_advice(advice: &Advice, now: UnixTime) -> String {
    let yes = |value: bool| if value { "yes" } else { "no" };
    format!(
        "retry_after {} date {} should_retry {} global {} cached {} bucket {} scope {} wait {} \
         invalid {} dropped {}",
        show_retry_after(advice.retry_after()),
        show(advice.date().map(UnixTime::as_nanos)),
        show(advice.should_retry().map(yes)),
        show(advice.global().map(yes)),
        yes(advice.is_cached()),
        show(advice.bucket().map(percent)),
        show(advice.scope().map(percent)),
        show(advice.wait(now).map(Span::as_nanos)),
        advice.invalid(),
        advice.dropped(),
    )
}

fn show_allowance(allowance: &Allowance<'_>) -> String {
    let reset = allowance.reset.map(|reset| match reset {
        Reset::At(instant) => format!("at:{}", instant.as_nanos()),
        Reset::After(wait) => format!("after:{}", wait.as_nanos()),
    });
    format!(
        "name {} partition {} unit {} limit {} remaining {} used {} reset {} window {}",
        percent(allowance.name),
        show(allowance.partition.map(|key| format!("{key:016x}"))),
        allowance.unit.name(),
        show(allowance.limit),
        show(allowance.remaining),
        show(allowance.used),
        show(reset),
        show(allowance.window.map(Span::as_nanos)),
    )
}

fn show_hints(hints: &Hints) -> String {
    format!(
        "limit {} remaining {} reset {} window {} retry_after {} date {} invalid {}",
        show(hints.limit()),
        show(hints.remaining()),
        show(hints.reset().map(UnixTime::as_nanos)),
        show(hints.window().map(Span::as_nanos)),
        show_retry_after(hints.retry_after()),
        show(hints.date().map(UnixTime::as_nanos)),
        hints.invalid(),
    )
}

/// Every byte but letters, digits, `_`, `.` and `-` as `%XX`; nothing at all as `""`.
fn percent(text: &str) -> String {
    if text.is_empty() {
        return "\"\"".to_owned();
    }
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
