//! Hedging: a second send while the first is out, after gRPC's proposal A6.
//!
//! The twin is a call of its own, so that whoever drives it needs nothing new: ask [`Call::next`], send,
//! report. Whichever is done first is the result; the other is reported as
//! [`Failure::Aborted`](super::Failure::Aborted).

use super::{Api, Call};
use crate::{retry::RetryCause, time::Instant};

impl Call {
    /// When a second send may go while this one is out: so long after the send as the policy says, and
    /// again after each second send. A second send that is late puts off the next one: two never go at once.
    ///
    /// `None`: none may. There is no send in flight, the policy has no hedging or no more of it, doing it
    /// twice is not the same as once, or the server has just ordered everybody to wait.
    pub fn hedge_at<const KEYS: usize>(&self, api: &Api<KEYS>) -> Option<Instant> {
        let hedge = api.policy().hedge?;
        if !self.may_hedge() || self.hedges >= hedge.most {
            return None;
        }
        let at = self.hedge_from.saturating_add(hedge.after);
        (at <= self.deadline && self.pause(api)? <= at).then_some(at)
    }

    /// A twin of this call, to be sent beside it, if it is time and the budget has a retry left.
    ///
    /// It is never tried again by itself: when it fails, the first is still out. It takes as much of the
    /// budget as a retry, and gives that back when it succeeds, or when it is reported as
    /// [`Failure::Aborted`](super::Failure::Aborted) before it was sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Api, Instant, Method, Policy, Request, Span, Step, UnixTime, api::Hedge};
    ///
    /// let hedge = Hedge { after: Span::from_millis(200), most: 1 };
    /// let api: Api<2> = Api::new(Policy::stackflow().with_hedge(Some(hedge)), 7);
    /// let (start, wall) = (Instant::from_nanos(0), UnixTime::from_secs(1_716_134_400));
    /// let mut call = api.call(&Request::new(Method::Get, "/api/v1/incidents", b"alice"))?;
    /// assert_eq!(call.next(&api, start, wall), Step::Send);
    /// let at = call.hedge_at(&api).unwrap();
    /// assert_eq!(at, start.saturating_add(Span::from_millis(200)));
    /// let mut twin = call.hedge(&api, at).unwrap();
    /// assert_eq!(twin.next(&api, at, wall), Step::Send);
    /// assert!(call.hedge(&api, at).is_none());
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    pub fn hedge<const KEYS: usize>(&mut self, api: &Api<KEYS>, now: Instant) -> Option<Call> {
        if now < self.hedge_at(api)? {
            return None;
        }
        let cost = api.purse.lent().spend(RetryCause::Failure, now)?;
        (self.hedges, self.hedge_from) = (self.hedges.saturating_add(1), now);
        Some(self.twin(api.take_call_number(), cost))
    }
}
