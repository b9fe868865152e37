//! `Options`: what is emulated and which faults are injected, as flags.

use clap::{Parser, ValueEnum};
use core::str::FromStr;
use tidegate::{Error, Policy, Span};

/// What to emulate, and how badly.
///
/// # Examples
///
/// ```
/// use tidegate_emulator::{ApiName, Options};
///
/// let options = Options::new(ApiName::Stackflow);
/// assert_eq!((options.port, options.seed), (0, 0));
/// ```
#[derive(Clone, Debug, Parser)]
#[command(name = "tidegate-emulator", version)]
#[command(about = ABOUT, long_about = ABOUT, after_long_help = NOTES)]
pub struct Options {
    /// The API: its limits, headers, routes and error envelope
    #[arg(long, value_enum)]
    pub api: ApiName,

    /// The port on 127.0.0.1; 0 takes any free one, which the first line of output names
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub port: u16,

    /// A window in place of the documented one, in whole seconds: 2s, 1m, 15m
    #[arg(long, value_parser = span, value_name = "TIME")]
    pub window: Option<Span>,

    /// Share of admitted requests answered by 500 or 503, before anything was done
    #[arg(long, default_value = "0", value_name = "SHARE")]
    pub fail_share: Share,

    /// Share of admitted requests that are carried out and whose connection is then closed without
    /// an answer
    #[arg(long, default_value = "0", value_name = "SHARE")]
    pub drop_share: Share,

    /// Share of admitted requests that are carried out and answered late, by --slow
    #[arg(long, default_value = "0", value_name = "SHARE")]
    pub slow_share: Share,

    /// How late the slow answers are
    #[arg(long, default_value = "300ms", value_parser = span, value_name = "TIME")]
    pub slow: Span,

    /// How often at most one logical request (by X-Request-Id) is failed or dropped; any number of
    /// times if not given
    #[arg(long, value_name = "N")]
    pub strikes: Option<u32>,

    /// The form of the Retry-After header on a 429
    #[arg(long, value_enum, default_value_t = RetryAfterForm::Seconds, value_name = "FORM")]
    pub retry_after: RetryAfterForm,

    /// Decides every fault and every requestId: the same seed gives request N the same fate
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub seed: u64,

    /// End when standard input closes, so that the server does not outlive its parent
    #[arg(long)]
    pub until_stdin_closes: bool,
}

impl Options {
    /// No faults, documented windows, any free port, seed 0.
    pub fn new(api: ApiName) -> Options {
        Options {
            api,
            port: 0,
            window: None,
            fail_share: Share::NONE,
            drop_share: Share::NONE,
            slow_share: Share::NONE,
            slow: Span::from_millis(300),
            strikes: None,
            retry_after: RetryAfterForm::Seconds,
            seed: 0,
            until_stdin_closes: false,
        }
    }

    /// The API's description, with [`window`](Options::window) in place of its own.
    ///
    /// # Errors
    ///
    /// [`Error::WindowOutOfRange`] for a window that is not whole seconds or out of range.
    pub fn policy(&self) -> Result<Policy, Error> {
        let policy = match self.api {
            ApiName::Stackflow => Policy::stackflow(),
            ApiName::Velaflows => Policy::velaflows(),
        };
        self.window.map_or(Ok(policy), |window| policy.with_window(window))
    }
}

/// Which of the two documented APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ApiName {
    /// Per user and minute, behind a gateway of 5,000 requests a second.
    Stackflow,
    /// Per token and quarter of an hour.
    Velaflows,
}

/// How a 429 tells when to come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RetryAfterForm {
    /// `Retry-After: 23`
    Seconds,
    /// `Retry-After: Sun, 19 May 2024 16:01:00 GMT`
    Date,
    /// No `Retry-After`: the client has only X-RateLimit-Reset to go by
    Absent,
}

/// A share of requests, from none to all, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

impl Share {
    /// No request.
    pub const NONE: Share = Share(0);
    /// Every request.
    pub const ALL: Share = Share(1_000_000);

    /// This share in millionths.
    pub const fn millionths(self) -> u32 {
        self.0
    }
}

impl FromStr for Share {
    type Err = &'static str;

    /// Reads a decimal number from 0 to 1, rounding to the nearest millionth.
    fn from_str(text: &str) -> Result<Share, &'static str> {
        match text.parse::<f64>() {
            // OK because the product is from 0 to 1,000,000.
            Ok(share) if (0.0..=1.0).contains(&share) => {
                Ok(Share((share * f64::from(Share::ALL.0)).round() as u32))
            }
            _ => Err("a share is a number from 0 to 1"),
        }
    }
}

fn span(text: &str) -> Result<Span, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let nanos_a_unit: u64 = match unit {
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return Err("a time is a number and ms, s, m or h: 300ms, 2s, 15m".to_owned()),
    };
    let number: u64 = number.parse().map_err(|_| format!("`{number}` is not a whole number"))?;
    let nanos = number.checked_mul(nanos_a_unit).ok_or("longer than 584 years")?;
    Ok(Span::from_nanos(nanos))
}

const ABOUT: &str =
    "StackFlow or VelaFlows as a real HTTP server on 127.0.0.1, which judges its clients";

const NOTES: &str = "\
Keys: the limits are per `Authorization: Bearer KEY`; requests without one share a key of their own.
A key that ends in `.expired` or `.access` is refused as an expired token or a token of the wrong
type. `X-Role: service_account` multiplies the StackFlow limits by ten; `X-Role: viewer` may only
read. `X-Client: NAME` tells clients of one key apart, `X-Request-Id: ID` marks the attempts of one
logical request, and `Idempotency-Key: KEY` makes a repeated POST or PATCH return its first result.

Not limited: GET /_verdict judges the clients, POST /_reset clears the judge, GET /_health is 204.
Every documented error: GET /api/v1/errors/CODE, besides the requests that cause it naturally.";

#[cfg(test)]
mod tests {
    use super::{ABOUT, ApiName, Options, Share, span};
    use clap::{CommandFactory, Parser};
    use tidegate::{Error, Span};

    #[test]
    fn flags_are_sound_and_default_to_no_faults() {
        Options::command().debug_assert();
        let help = Options::command().render_long_help().to_string();
        assert!(help.starts_with(ABOUT), "not the documentation of the type");
        let parsed = Options::parse_from(["tidegate-emulator", "--api", "velaflows"]);
        assert_eq!(format!("{parsed:?}"), format!("{:?}", Options::new(ApiName::Velaflows)));
    }

    #[test]
    fn times_and_shares_are_read_exactly() {
        assert_eq!(span("300ms"), Ok(Span::from_millis(300)));
        assert_eq!(span("15m"), Ok(Span::from_secs(900)));
        for bad in ["", "5", "s", "1.5s", "-1s", "1 s", "99999999999999h"] {
            assert!(span(bad).is_err(), "{bad}");
        }
        assert_eq!("0.05".parse().map(Share::millionths), Ok(50_000));
        assert_eq!("1".parse(), Ok(Share::ALL));
        for bad in ["-0.1", "1.1", "NaN", "inf", "x"] {
            assert!(bad.parse::<Share>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_window_of_parts_of_a_second_is_refused() {
        let mut options = Options::new(ApiName::Stackflow);
        options.window = Some(Span::from_millis(1500));
        assert_eq!(options.policy().err(), Some(Error::WindowOutOfRange));
    }
}
