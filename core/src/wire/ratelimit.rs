//! `RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers, drafts 3 to 10.
//!
//! ```text
//! 8 to 10   RateLimit-Policy: "burst";q=100;w=60;qu="requests";pk=:cHsdsRa894==:
//!           RateLimit: "burst";r=50;t=30;pk=:cHsdsRa894==:
//! 7         RateLimit-Policy: 100;w=60          RateLimit: limit=100, remaining=50, reset=30
//! 4 to 6    RateLimit-Policy: 100;w=60          RateLimit-Limit: 100
//! 3         RateLimit-Limit: 100, 100;w=60
//! ```
//!
//! A field with a malformed line says nothing: what was kept of it is forgotten. Lines are split between members, nowhere else: what an intermediary makes of a string
//! that is split has no defined result (RFC 9651 section 4.2).

use super::{
    advice::{Advice, Name, Policy},
    allowance::{Reset, Unit},
    header::{LONGEST, capped},
    names::{Fact, From},
    structured::{Bare, Input, Then, unescaped},
};
use crate::time::Span;

impl Advice {
    pub(super) fn rate_limit(&mut self, line: &[u8]) -> Option<()> {
        self.intact(Fact::RateLimit)?;
        if line.first() != Some(&b'"') {
            return self.dictionary(line);
        }
        members(line, &mut |input| {
            let standing = Standing::read(input)?;
            self.stands(&standing);
            Some(())
        })
    }

    pub(super) fn rate_limit_policy(&mut self, line: &[u8]) -> Option<()> {
        self.intact(Fact::RateLimitPolicy)?;
        members(line, &mut |input| {
            let promise = Promise::read(input)?;
            // A number without a window is no policy.
            (promise.name.is_some() || promise.window.is_some()).then_some(())?;
            self.promised(Fact::RateLimitPolicy, &promise);
            Some(())
        })
    }

    /// The limit, and in draft 3 the policies after it. A further line may begin with a policy.
    pub(super) fn legacy_limit(&mut self, line: &[u8]) -> Option<()> {
        self.intact(Fact::LegacyLimit)?;
        let promises = |take: &mut dyn FnMut(&Promise<'_>)| {
            let mut first = true;
            members(line, &mut |input| {
                let promise = Promise::read(input).filter(|it| it.name.is_none())?;
                (first || promise.window.is_some()).then_some(())?;
                first = false;
                take(&promise);
                Some(())
            })
        };
        // Looked through first: a place that was taken for the limit would stay taken.
        promises(&mut |_| {})?;
        promises(&mut |promise| {
            if promise.window.is_some() {
                self.promised(Fact::LegacyLimit, promise);
            } else if let Some(count) = self.count(From::Legacy, "", None) {
                count.limit = Some(promise.limit);
            }
        })
    }

    fn intact(&self, field: Fact) -> Option<()> {
        (!self.broken.contains(&field)).then_some(())
    }

    /// Draft 7: `limit`, `remaining` and `reset`, each a number; other members are passed over, but a
    /// line of others alone is malformed, as `quota;t=1` in an example of draft 10.
    fn dictionary(&mut self, line: &[u8]) -> Option<()> {
        let (mut limit, mut remaining, mut reset) = (None, None, None);
        members(line, &mut |input| {
            let key = input.key()?;
            let value = if input.take(b'=') { input.bare()? } else { Bare::Other };
            while input.parameter()?.is_some() {}
            match key {
                b"limit" => limit = Some(value),
                b"remaining" => remaining = Some(value),
                b"reset" => reset = Some(value),
                _ => {}
            }
            Some(())
        })?;
        let (limit, remaining) = (natural(limit)?, natural(remaining)?);
        let reset = natural(reset)?.map(after);
        let told = limit.or(remaining).is_some() || reset.is_some() || line.is_empty();
        told.then_some(())?;
        if let Some(count) = self.count(From::Dictionary, "", None) {
            count.limit = limit.or(count.limit);
            count.remaining = remaining.or(count.remaining);
            count.reset = reset.or(count.reset);
        }
        Some(())
    }

    fn stands(&mut self, standing: &Standing<'_>) {
        let Some(name) = self.name(standing.name) else { return };
        if let Some(count) = self.count(From::List, &name, standing.partition) {
            count.remaining = Some(standing.remaining);
            count.reset = standing.reset;
        }
    }

    fn promised(&mut self, field: Fact, promise: &Promise<'_>) {
        let Some(name) = self.name(promise.name.unwrap_or_default()) else { return };
        let policy = Policy {
            field,
            name,
            partition: promise.partition,
            limit: promise.limit,
            window: promise.window,
            unit: promise.unit,
            named: promise.name.is_some(),
        };
        let same = |old: &Policy| {
            let told = old.field == field && old.named == policy.named;
            let named = old.name == policy.name && old.partition == policy.partition;
            let number = policy.named || (old.limit, old.window) == (policy.limit, policy.window);
            told && named && number
        };
        if let Some(old) = self.policies.iter_mut().find(|old| same(old)) {
            *old = policy;
        } else if self.policies.push(policy).is_err() {
            self.dropped = self.dropped.saturating_add(1);
        }
    }

    /// A name that fits; one that does not is counted.
    fn name(&mut self, text: &[u8]) -> Option<Name> {
        let name = match text.contains(&b'\\') {
            // As it stands, which is ASCII.
            false => core::str::from_utf8(text).ok().and_then(|text| Name::try_from(text).ok()),
            true => {
                let mut name = Name::new();
                let whole = unescaped(text).try_for_each(|character| name.push(character));
                whole.ok().map(|()| name)
            }
        };
        if name.is_none() {
            self.dropped = self.dropped.saturating_add(1);
        }
        name
    }
}

/// One member of `RateLimit`.
struct Standing<'a> {
    name: &'a [u8],
    partition: Option<u64>,
    remaining: u64,
    reset: Option<Reset>,
}

impl<'a> Standing<'a> {
    fn read(input: &mut Input<'a>) -> Option<Standing<'a>> {
        let Bare::Text(name) = input.bare()? else { return None };
        let (mut r, mut t, mut pk) = (None, None, None);
        while let Some((key, value)) = input.parameter()? {
            match key {
                b"r" => r = Some(value),
                b"t" => t = Some(value),
                b"pk" => pk = Some(value),
                _ => {}
            }
        }
        let (remaining, reset) = (natural(r)??, natural(t)?.map(after));
        Some(Standing { name, partition: fingerprint(pk)?, remaining, reset })
    }
}

/// One member of `RateLimit-Policy`; before draft 8 it had no name.
struct Promise<'a> {
    name: Option<&'a [u8]>,
    partition: Option<u64>,
    limit: u64,
    window: Option<Span>,
    unit: Unit,
}

impl<'a> Promise<'a> {
    fn read(input: &mut Input<'a>) -> Option<Promise<'a>> {
        let head = input.bare()?;
        let (mut q, mut w, mut qu, mut pk) = (None, None, None, None);
        while let Some((key, value)) = input.parameter()? {
            match key {
                b"q" => q = Some(value),
                b"w" => w = Some(value),
                b"qu" => qu = Some(value),
                b"pk" => pk = Some(value),
                _ => {}
            }
        }
        let window = match natural(w)? {
            Some(0) => return None,
            seconds => seconds.map(|seconds| Span::from_secs(seconds).min(LONGEST)),
        };
        match head {
            Bare::Text(name) => Some(Promise {
                name: Some(name),
                partition: fingerprint(pk)?,
                limit: natural(q)??,
                window,
                unit: unit(qu)?,
            }),
            Bare::Integer(_) => Some(Promise {
                name: None,
                partition: None,
                limit: natural(Some(head))??,
                window,
                unit: Unit::Requests,
            }),
            _ => None,
        }
    }
}

/// Reads a list or dictionary, member by member. A line of nothing adds nothing.
fn members<'a>(line: &'a [u8], member: &mut dyn FnMut(&mut Input<'a>) -> Option<()>) -> Option<()> {
    let mut input = Input::new(line);
    if input.peek().is_none() {
        return Some(());
    }
    loop {
        member(&mut input)?;
        if input.then()? == Then::End {
            return Some(());
        }
    }
}

/// A number from 0, if it is there; the outer `None` is anything else.
fn natural(value: Option<Bare<'_>>) -> Option<Option<u64>> {
    match value {
        None => Some(None),
        Some(Bare::Integer(number)) => u64::try_from(number).ok().map(|it| Some(capped(it))),
        Some(_) => None,
    }
}

fn after(seconds: u64) -> Reset {
    Reset::After(Span::from_secs(seconds).min(LONGEST))
}

/// FNV-1a over the base64 digits of a partition key, without the padding.
fn fingerprint(key: Option<Bare<'_>>) -> Option<Option<u64>> {
    match key {
        None => Some(None),
        Some(Bare::Bytes(digits)) => Some(Some(
            digits
                .iter()
                .fold(FNV_OFFSET, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME)),
        )),
        Some(_) => None,
    }
}

fn unit(value: Option<Bare<'_>>) -> Option<Unit> {
    let text = match value {
        None => return Some(Unit::Requests),
        Some(Bare::Text(text)) => text,
        Some(_) => return None,
    };
    let is = |name: &str| unescaped(text).eq(name.chars());
    // The table of units in draft 10 says `request`, its text `requests`.
    Some(match () {
        () if is("requests") || is("request") => Unit::Requests,
        () if is("content-bytes") => Unit::ContentBytes,
        () if is("concurrent-requests") => Unit::ConcurrentRequests,
        () => Unit::Other,
    })
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x100_0000_01b3;
