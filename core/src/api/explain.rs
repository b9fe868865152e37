//! What a policy says, in words: `tidegate explain` in every language prints this.

use core::fmt::{self, Display, Formatter};

use super::{
    Batch, Breaker, Budget, CodeRule, Envelope, Hedge, Limit, Method, PageStyle, Pages, Policy,
    Route,
    describe::{Category, Role},
    protect::{BreakerRule, BudgetRule},
};
use crate::{
    retry::{Jitter, RetryCosts, RetryPolicy, StatusSet},
    time::{InUnits as Time, Span},
    wire::BodyPaths,
};

/// Line by line what it says, for people.
///
/// # Examples
///
/// ```
/// use tidegate::Policy;
///
/// let text = Policy::named("shopify")?.to_string();
/// let lines: Vec<_> = text.lines().collect();
/// assert_eq!(lines[0], "shopify, headers of the dialect shopify");
/// assert_eq!(lines[1], "each shop has limits of its own");
/// assert_eq!(lines[2], "category admin: at most 40 requests at once, refilled with 2 each 1 s");
/// # Ok::<(), tidegate::Error>(())
/// ```
impl Display for Policy {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}, ", self.name)?;
        match self.dialect {
            None => writeln!(f, "plain headers")?,
            Some(dialect) => writeln!(f, "headers of the dialect {}", dialect.name())?,
        }
        if !self.key.is_empty() {
            writeln!(f, "each {} has limits of its own", self.key)?;
        }
        for category in self.categories.iter() {
            self.category(f, category)?;
        }
        for limit in self.shared.iter() {
            f.write_str("all keys together: ")?;
            self.limit(f, limit)?;
            writeln!(f)?;
        }
        for Role { name, multiplier } in self.roles.iter() {
            writeln!(f, "role {name}: {multiplier} times the limits of a category")?;
        }
        for route in self.routes.iter() {
            self.route(f, route)?;
        }
        if let Some(first) = self.categories.get(0) {
            writeln!(f, "every other request: {}", first.name)?;
        }
        for CodeRule { status, code, class } in self.codes.iter() {
            match status {
                0 => writeln!(f, "code {code}: {}", class.name())?,
                status => writeln!(f, "code {code} with {status}: {}", class.name())?,
            }
        }
        if self.envelope != Envelope::Problem {
            writeln!(f, "refusals: in the envelope of {}", self.envelope.name())?;
        }
        Display::fmt(&self.retry, f)?;
        writeln!(f, "{}", self.budget)?;
        if let Some(breaker) = &self.breaker {
            writeln!(f, "{breaker}")?;
        }
        if let Some(Hedge { after, most }) = &self.hedge {
            writeln!(f, "hedging: up to {most} more, {} after the last", Time(*after))?;
        }
        if self.body != BodyPaths::ANY {
            self.error_paths(f)?;
        }
        if let Some(pages) = &self.pages {
            writeln!(f, "{pages}")?;
        }
        for Batch { path, items, max_items } in self.batches.iter() {
            writeln!(f, "batch {path}: up to {max_items} in {items}")?;
        }
        Ok(())
    }
}

impl Policy {
    fn category(&self, f: &mut Formatter<'_>, category: &Category) -> fmt::Result {
        write!(f, "category {}: ", category.name)?;
        if category.limits.len() == 0 {
            f.write_str("no limit of its own")?;
        }
        let mut and = "";
        for limit in self.limits(category) {
            f.write_str(and)?;
            self.limit(f, limit)?;
            and = "; and ";
        }
        match category.cache {
            Some(cache) => writeln!(f, "; a GET is good for {}", Time(cache)),
            None => writeln!(f),
        }
    }

    /// A limit, with the window that is in place of its own.
    fn limit(&self, f: &mut Formatter<'_>, limit: &Limit) -> fmt::Result {
        match (limit.kind(), self.window) {
            ("fixed_window", Some(window)) => {
                write!(f, "{} requests in each {} by the clock", limit.limit(), Time(window))
            }
            _ => write!(f, "{limit}"),
        }
    }

    fn error_paths(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let BodyPaths { code, message, request_id, fields, .. } = &self.body;
        let parts = [("code", code), ("message", message), ("request id", request_id)];
        for (part, [first, second]) in parts.into_iter().filter(|(_, [first, _])| !first.is_empty())
        {
            write!(f, "an error's {part}: {first}")?;
            if !second.is_empty() {
                write!(f, ", else {second}")?;
            }
            writeln!(f)?;
        }
        if fields.is_empty() { Ok(()) } else { writeln!(f, "an error's fields: {fields}") }
    }

    fn route(&self, f: &mut Formatter<'_>, route: &Route) -> fmt::Result {
        let all = Method::ALL.iter().all(|&method| route.methods.contains(method));
        if !all {
            for method in Method::ALL.iter().filter(|&&method| route.methods.contains(method)) {
                write!(f, "{method} ")?;
            }
        }
        let category = self.categories.get(route.category.into());
        writeln!(f, "{}: {}", route.path, category.map_or("", Category::name))
    }
}

impl Display for Limit {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (limit, per, unit) = (self.limit(), Time(self.period()), self.unit().name());
        match (self.kind(), self.burst()) {
            (_, Some(burst)) => {
                write!(f, "at most {burst} {unit} at once, refilled with {limit} each {per}")
            }
            ("fixed_window", _) => write!(f, "{limit} {unit} in each {per} by the clock"),
            ("strict_window", _) => write!(f, "{limit} {unit} in any {per}"),
            _ => write!(f, "{limit} {unit} in {per} from the first"),
        }
    }
}

impl Display for RetryPolicy {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "retries: {} sends in all, on {}", self.max_attempts, self.statuses)?;
        if self.denied_if_told != StatusSet::EMPTY {
            writeln!(f, "a denial, if the headers say so: {}", self.denied_if_told)?;
        }
        if let Some(wait) = self.default_429 {
            writeln!(f, "a denial that tells no wait: {}", Time(wait))?;
        }
        let [first, second, third, fourth] =
            [0, 1, 2, 3].map(|attempt| Time(self.backoff.base(attempt)));
        let cap = Time(self.backoff.cap());
        write!(f, "backoff: {first}, {second}, {third}, {fourth}, … up to {cap}")?;
        let jitter = self.backoff.jitter();
        match jitter {
            Jitter::None => writeln!(f, ", not spread")?,
            Jitter::Additive(spread) => writeln!(f, ", and up to {} more", Time(spread))?,
            Jitter::Around(part) => writeln!(f, ", give or take {}", Part(part))?,
            Jitter::Above(part) => writeln!(f, ", and up to {} of it more", Part(part))?,
            _ => writeln!(f, ", spread by {} jitter", jitter.name())?,
        }
        write!(f, "a server's wait: obeyed up to {}", Time(self.max_server_delay))?;
        if self.server_jitter > Span::ZERO {
            write!(f, ", and up to {} more", Time(self.server_jitter))?;
        }
        writeln!(f)?;
        if let Some(timeout) = self.attempt_timeout {
            writeln!(f, "one send: at most {}", Time(timeout))?;
        }
        if self.max_wait < Span::MAX {
            writeln!(f, "all waits of a call: at most {}", Time(self.max_wait))?;
        }
        Ok(())
    }
}

/// `429 500-599`
impl Display for StatusSet {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (mut status, mut space) = (400, "");
        while status < 656 {
            let first = status;
            while self.contains(status) {
                status = status.saturating_add(1);
            }
            match status.saturating_sub(first) {
                0 => {
                    status = status.saturating_add(1);
                    continue;
                }
                1 => write!(f, "{space}{first}")?,
                _ => write!(f, "{space}{first}-{}", status.saturating_sub(1))?,
            }
            space = " ";
        }
        if space.is_empty() { f.write_str("no status") } else { Ok(()) }
    }
}

impl Display for Budget {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            BudgetRule::Unlimited => f.write_str("budget of retries: none"),
            BudgetRule::Quota { capacity, costs } => {
                let RetryCosts { failure, transient, throttled, first_success } = costs;
                write!(
                    f,
                    "budget of retries: {capacity} tokens; a failure takes {failure}, a lost answer \
                     {transient}, a denial {throttled}; a first success brings {first_success}"
                )
            }
            BudgetRule::Ratio { window, millionths, reserve } => write!(
                f,
                "budget of retries: {} of the requests in {}, and {reserve} more",
                Part(millionths),
                Time(window)
            ),
            BudgetRule::Throttle { max_tokens, ratio } => write!(
                f,
                "budget of retries: {max_tokens} tokens, more than half must be left; a failure takes 1, \
                 a success brings {}",
                Part(ratio.saturating_mul(1_000))
            ),
        }
    }
}

impl Display for Breaker {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (open_for, probes) = match self.0 {
            BreakerRule::Consecutive { failures, open_for, probes } => {
                write!(f, "breaker: opens after {failures} failures in turn")?;
                (open_for, probes)
            }
            BreakerRule::Ratio { window, millionths, least, open_for, probes } => {
                let (part, window) = (Part(millionths), Time(window));
                write!(f, "breaker: opens when {part} of at least {least} calls in {window} fail")?;
                (open_for, probes)
            }
        };
        let close = if probes == 1 { "probe closes" } else { "probes in turn close" };
        write!(f, ", for {}; {probes} {close} it", Time(open_for))
    }
}

impl Display for Pages {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.style {
            PageStyle::Number => write!(f, "pages: ?{}=, from {}", self.parameter, self.first)?,
            PageStyle::Offset => write!(f, "pages: ?{}= of the first", self.parameter)?,
            PageStyle::Cursor => write!(f, "pages: ?{}= of the last", self.parameter)?,
            PageStyle::Link => f.write_str("pages: the next of Link")?,
        }
        if !self.size.is_empty() {
            let Pages { size, default_size, max_size, .. } = self;
            write!(f, "; ?{size}= up to {max_size}, otherwise {default_size}")?;
        }
        let Pages { items, more, next, last, .. } = self;
        for (words, path) in [
            ("items in", items),
            ("more if", more),
            ("the next cursor in", next),
            ("the next cursor in the last item's", last),
        ] {
            if !path.is_empty() {
                write!(f, "; {words} {path}")?;
            }
        }
        Ok(())
    }
}

/// Millionths as a percentage.
struct Part(u32);

impl Display for Part {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let whole = self.0.checked_div(10_000).unwrap_or(0);
        match self.0.checked_rem(10_000) {
            Some(0) | None => write!(f, "{whole} %"),
            Some(part) => write!(f, "{whole}.{part:04} %"),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::{Limit, Policy, RetryPolicy, Span};
    use std::string::ToString;

    #[test]
    fn the_length_of_a_trial_is_that_of_every_fixed_window() {
        let hour = Span::from_secs(3_600);
        let policy = Policy::new("mine", RetryPolicy::DEFAULT)
            .with_category("all", &[Limit::fixed_window("own", 5, hour).unwrap()], None)
            .and_then(|it| it.with_shared(Limit::fixed_window("shared", 9, hour)?))
            .and_then(|it| it.with_window(Span::from_secs(2)))
            .unwrap();
        let text = policy.to_string();
        let mut lines = text.lines().skip(1);
        assert_eq!(lines.next(), Some("category all: 5 requests in each 2 s by the clock"));
        assert_eq!(lines.next(), Some("all keys together: 9 requests in each 2 s by the clock"));
    }
}
