//! An API as one thing: its limits, its dialect and its retry rules, for both sides.
//!
//! A [`Policy`] describes it, an [`Api`] holds what all callers share, a [`Call`] is one logical
//! request on the client's side, and [`Api::admit`] is the server's side.

mod admit;
mod call;
mod describe;
mod hedge;
mod limit;
mod list;
mod mirror;
mod presets;
mod protect;
mod route;
mod skew;
mod state;
mod step;

pub use admit::{Admission, LimitedBy};
pub use call::Call;
pub use describe::{Batch, Category, Class, CodeRule, PageStyle, Pages, Policy, Role};
pub use limit::Limit;
pub use protect::{Breaker, Budget, Hedge};
pub use route::{Method, Methods, Route};
pub use state::{Api, Request};
pub use step::{Failure, GiveUp, Reason, Step};
