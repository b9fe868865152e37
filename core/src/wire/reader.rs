//! `Reader`: the headers of one response, read in the dialect of an API.

use super::{Advice, Dialect, Field, Hints, Told};
use crate::time::UnixTime;

/// What reads the headers of one response: [`Hints`] where they are plain, [`Advice`] in a dialect.
///
/// [`Api::reader`](crate::Api::reader) makes the right one.
///
/// # Examples
///
/// ```
/// use tidegate::{Api, Field, Policy, Span, UnixTime};
///
/// let api: Api<2> = Api::new(Policy::named("shopify")?, 7);
/// let mut reader = api.reader();
/// assert_eq!(reader.header(b"X-Shopify-Shop-Api-Call-Limit", b"32/40"), Field::Read);
/// let hints = api.hints(&reader, UnixTime::from_secs(1_716_134_400));
/// assert_eq!((hints.limit(), hints.remaining()), (Some(40), Some(8)));
/// # Ok::<(), tidegate::Error>(())
/// ```
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is no heap to put the larger one on")]
pub enum Reader {
    /// `Retry-After`, `Date` and `X-RateLimit-*`.
    Plain(Hints),
    /// A dialect.
    Dialect(Advice),
}

impl Reader {
    /// A reader of which nothing was read; plain without a dialect.
    pub const fn new(dialect: Option<Dialect>) -> Reader {
        match dialect {
            None => Reader::Plain(Hints::new()),
            Some(dialect) => Reader::Dialect(Advice::new(dialect)),
        }
    }

    /// Takes one header. Names are compared without regard to case.
    #[inline]
    pub fn header(&mut self, name: &[u8], value: &[u8]) -> Field {
        match self {
            Reader::Plain(hints) => hints.header(name, value),
            Reader::Dialect(advice) => advice.header(name, value),
        }
    }

    /// What a [`Call`](crate::Call) learns from them; `server_now` is what is known of the server's
    /// clock.
    #[inline]
    pub fn hints(&self, server_now: UnixTime) -> Hints {
        match self {
            Reader::Plain(hints) => *hints,
            Reader::Dialect(advice) => advice.hints(server_now),
        }
    }

    /// What they say, in words; `server_now` is what is known of the server's clock.
    pub const fn told(&self, server_now: UnixTime) -> Told<'_> {
        Told::new(self, server_now)
    }
}
