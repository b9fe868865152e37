//! An API as one thing: its limits, its dialect and its retry rules, for both sides.
//!
//! A [`Policy`] describes it, as a preset or from a JSON file; an [`Api`] holds what all callers share, a [`Call`] is one logical
//! request on the client's side, and [`Api::admit`] is the server's side.

mod admit;
mod build;
mod call;
mod class;
mod describe;
mod explain;
mod failure;
mod hedge;
mod learn;
mod limit;
mod list;
mod mirror;
mod pages;
mod paging;
mod parse;
mod presets;
mod protect;
mod refusal;
mod route;
mod skew;
mod state;

pub use admit::{Admission, LimitedBy};
pub use call::Call;
pub use class::{Class, CodeRule};
pub use describe::{Category, Policy, Role};
pub use failure::Failure;
pub use limit::Limit;
pub use pages::{Batch, PageStyle, Pages};
pub use paging::{Page, Paging};
pub use parse::{PolicyError, Problem};
pub use protect::{Breaker, Budget, Hedge};
pub use refusal::{Envelope, RefusalBody};
pub use route::{Method, Methods, Route};
pub use state::{Api, Request};

pub use crate::retry::{GiveUp, Reason, Step};

/// The policy files that come with the library: names and texts. `stackflow` and `velaflows` are the same as
/// the presets; of the others the figures are those that their vendors publish, named in each file.
pub const FILES: &[(&str, &str)] = &[
    ("stackflow", include_str!("../../policies/stackflow.json")),
    ("velaflows", include_str!("../../policies/velaflows.json")),
    ("github", include_str!("../../policies/github.json")),
    ("gitlab", include_str!("../../policies/gitlab.json")),
    ("stripe", include_str!("../../policies/stripe.json")),
    ("shopify", include_str!("../../policies/shopify.json")),
    ("openai", include_str!("../../policies/openai.json")),
    ("discord", include_str!("../../policies/discord.json")),
];

#[cfg(test)]
mod tests {
    use super::{FILES, Policy};

    #[test]
    fn every_file_is_a_policy_of_its_name() {
        for (name, text) in FILES {
            let policy = Policy::from_json(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(policy.name(), *name);
            assert_eq!(Policy::named(name), Ok(policy));
        }
    }

    #[test]
    fn the_presets_are_what_their_files_say() {
        for preset in [Policy::stackflow(), Policy::velaflows()] {
            let (_, text) = FILES.iter().find(|(name, _)| *name == preset.name()).unwrap();
            assert_eq!(Policy::from_json(text), Ok(preset));
        }
    }
}
