//! The dialects: which headers each reads, and what they say.

use crate::reference::SECOND;
use crate::reference::reset::Form;

/// Which headers are read.
#[derive(Clone, Debug)]
pub struct Dialect {
    families: &'static [&'static str],
    /// What a reset is.
    pub reset: Form,
    /// Whether numbers may have a fraction.
    pub decimals: bool,
}

impl Dialect {
    /// A dialect by its name.
    pub fn named(name: &str) -> Option<Dialect> {
        let epoch = Form::Epoch(SECOND);
        let wait = Form::Wait(SECOND);
        let (families, reset, decimals): (&'static [&'static str], Form, bool) = match name {
            "common" => (
                &[
                    "x",
                    "ietf",
                    "gitlab",
                    "series",
                    "anthropic",
                    "shopify",
                    "millis",
                    "should",
                    "beta",
                ],
                Form::Auto,
                true,
            ),
            "ietf" => (&["ietf"], wait, false),
            "github" | "twitter" | "okta" => (&["x"], epoch, false),
            "gitlab" => (&["ietf", "gitlab"], epoch, false),
            "discord" => (&["x"], epoch, true),
            "shopify" => (&["shopify"], Form::Auto, true),
            "stripe" => (&["should"], Form::Auto, false),
            "openai" => (&["series", "millis", "should"], Form::Duration, true),
            "anthropic" => (&["anthropic", "should", "millis"], Form::Rfc3339, true),
            "reddit" => (&["x"], wait, true),
            "slack" => (&[], Form::Auto, false),
            "atlassian" => (&["x", "ietf", "beta"], Form::Rfc3339, false),
            "azure" | "aws" => (&["millis"], Form::Auto, false),
            _ => return None,
        };
        Some(Dialect { families, reset, decimals })
    }

    /// What a header of this name says, if it is read.
    pub fn fact(&self, name: &str) -> Option<String> {
        let name = name.to_ascii_lowercase();
        let (family, fact) = meaning(&name)?;
        (family.is_empty() || self.families.contains(&family)).then_some(fact)
    }
}

/// The family of a header, and its meaning: a word, or a group, a name and a part.
fn meaning(name: &str) -> Option<(&'static str, String)> {
    let word = |family, word: &str| Some((family, word.to_owned()));
    match name {
        "retry-after" | "date" | "age" => return word("", name),
        "retry-after-ms" | "x-ms-retry-after-ms" | "x-amz-retry-after" => {
            return word("millis", "retry-millis");
        }
        "x-should-retry" | "stripe-should-retry" => return word("should", "should-retry"),
        "x-shopify-shop-api-call-limit" => return word("shopify", "call-limit"),
        _ => {}
    }
    for (prefix, beta) in
        [("x-ratelimit-", ""), ("x-rate-limit-", ""), ("x-beta-ratelimit-", "beta")]
    {
        let Some(rest) = name.strip_prefix(prefix) else { continue };
        let family = if beta.is_empty() { "x" } else { beta };
        match rest {
            "limit" | "remaining" | "reset" | "used" | "window" | "reset-after" => {
                return word(family, &format!("x  {rest}"));
            }
            "resource" | "bucket" | "scope" | "global" => return word(family, rest),
            _ => {}
        }
        let (part, series) = rest.split_once('-')?;
        let known = ["requests", "tokens", "second", "minute", "hour", "day"].contains(&series);
        let numbers = ["limit", "remaining", "reset"].contains(&part);
        return if known && numbers && beta.is_empty() {
            word("series", &format!("series {series} {part}"))
        } else {
            None
        };
    }
    if let Some(rest) = name.strip_prefix("anthropic-ratelimit-") {
        let (series, part) = rest.rsplit_once('-')?;
        let known = ["requests", "tokens", "input-tokens", "output-tokens"].contains(&series);
        let numbers = ["limit", "remaining", "reset"].contains(&part);
        return if known && numbers {
            word("anthropic", &format!("anthropic {series} {part}"))
        } else {
            None
        };
    }
    let (beta, rest) = match name.strip_prefix("beta-") {
        Some(rest) => (true, rest),
        None => (false, name),
    };
    let family = |family| if beta { "beta" } else { family };
    match rest {
        "ratelimit" => word(family("ietf"), "rate-limit"),
        "ratelimit-policy" => word(family("ietf"), "rate-limit-policy"),
        "ratelimit-limit" => word(family("ietf"), "legacy-limit"),
        "ratelimit-remaining" => word(family("ietf"), "legacy  remaining"),
        "ratelimit-reset" => word(family("ietf"), "legacy  reset"),
        "ratelimit-observed" => word(family("gitlab"), "legacy  used"),
        "ratelimit-resettime" => word(family("gitlab"), "reset-time"),
        "ratelimit-name" => word(family("gitlab"), "resource"),
        _ => None,
    }
}
