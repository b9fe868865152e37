//! `RefusalBody`: what the body of a 429 says, in the API's own envelope.
//!
//! Sources: StackFlow's and VelaFlows' documents; RFC 9457 with the problem type of
//! draft-ietf-httpapi-ratelimit-headers, *Quota Exceeded*.

use core::fmt::{self, Display, Formatter};

use super::{Admission, LimitedBy, Policy};
use crate::{
    json::{Inside, Quoted},
    time::Span,
};

/// In which form a server's side writes that a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// Problem details (RFC 9457).
    Problem,
    /// `{error, code, requestId, details}`.
    Stackflow,
    /// `{success, error: {code, message}}`.
    Velaflows,
}

impl Envelope {
    /// The name that it has in a policy file.
    pub const fn name(self) -> &'static str {
        match self {
            Envelope::Problem => "problem",
            Envelope::Stackflow => "stackflow",
            Envelope::Velaflows => "velaflows",
        }
    }

    /// The media type of a body in this form.
    pub const fn content_type(self) -> &'static str {
        match self {
            Envelope::Problem => "application/problem+json",
            Envelope::Stackflow | Envelope::Velaflows => "application/json",
        }
    }
}

/// The body of a refusal; printed, it is its JSON. Nothing is allocated, so its length has no bound but that
/// of the request id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusalBody<'a> {
    envelope: Envelope,
    key: &'a str,
    by: LimitedBy,
    code: &'a str,
    limit: &'a str,
    retry_after: Span,
    request_id: &'a str,
}

impl RefusalBody<'_> {
    /// Its media type.
    pub const fn content_type(&self) -> &'static str {
        self.envelope.content_type()
    }
}

impl Policy {
    /// The body of a refusal by a limit of this name, with a code and a wait, as [`Admission::body`] makes it
    /// of its own. An empty name of a limit or request id is left out.
    pub const fn refusal<'a>(
        &'a self,
        by: LimitedBy,
        code: &'a str,
        limit: &'a str,
        retry_after: Span,
        request_id: &'a str,
    ) -> RefusalBody<'a> {
        let (envelope, key) = (self.envelope, self.key.as_str());
        RefusalBody { envelope, key, by, code, limit, retry_after, request_id }
    }
}

impl Admission {
    /// The body of a refusal, in the policy's envelope; `None` for a request that was let in. `request_id` is
    /// the id by which people ask for support; "" for none.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{Api, Instant, Method, Policy, Request, UnixTime};
    ///
    /// let api: Api<4> = Api::new(Policy::velaflows(), 0);
    /// let (now, wall) = (Instant::from_nanos(0), UnixTime::from_secs(1_711_295_955));
    /// let request = Request::new(Method::Post, "/api/v1/tags/bulk", b"token");
    /// for _ in 0..10 {
    ///     assert!(api.admit(&request, now, wall)?.body("").is_none());
    /// }
    /// let denied = api.admit(&request, now, wall)?;
    /// assert_eq!(denied.body("").unwrap().to_string(), concat!(
    ///     r#"{"success":false,"error":{"code":"TOO_MANY_REQUESTS","#,
    ///     r#""message":"Rate limit exceeded. Try again in 45 seconds."}}"#,
    /// ));
    /// # Ok::<(), tidegate::Error>(())
    /// ```
    pub fn body<'a>(&'a self, request_id: &'a str) -> Option<RefusalBody<'a>> {
        let denial = self.denial.as_ref()?;
        Some(RefusalBody {
            envelope: denial.envelope,
            key: denial.key.as_str(),
            by: denial.by,
            code: denial.code.as_str(),
            limit: denial.limit.as_str(),
            retry_after: denial.retry_after,
            request_id,
        })
    }
}

impl Display for RefusalBody<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (code, id) = (Quoted(self.code), Quoted(self.request_id));
        match self.envelope {
            Envelope::Stackflow => {
                f.write_str("{\"error\":\"")?;
                match (self.by, self.key) {
                    (LimitedBy::Gateway, _) => f.write_str("API Gateway burst limit reached")?,
                    (LimitedBy::Category, "") => f.write_str("Rate limit reached")?,
                    (LimitedBy::Category, key) => {
                        // It is a part of a text, so without its own quotation marks.
                        write!(f, "Per-{} rate limit reached", Inside(key))?;
                    }
                }
                write!(f, "\",\"code\":{code}")?;
                if !self.request_id.is_empty() {
                    write!(f, ",\"requestId\":{id}")?;
                }
                f.write_str(",\"details\":{}}")
            }
            Envelope::Velaflows => {
                write!(f, "{{\"success\":false,\"error\":{{\"code\":{code}")?;
                write!(f, ",\"message\":\"Rate limit exceeded. {}\"}}}}", Wait(self.retry_after))
            }
            Envelope::Problem => {
                f.write_str(PROBLEM)?;
                write!(f, "\"detail\":\"{}\",\"code\":{code}", Wait(self.retry_after))?;
                if !self.request_id.is_empty() {
                    write!(f, ",\"requestId\":{id}")?;
                }
                if !self.limit.is_empty() {
                    write!(f, ",\"violated-policies\":[{}]", Quoted(self.limit))?;
                }
                f.write_str("}")
            }
        }
    }
}

/// When to try again, in words: whole seconds, rounded up as in the header.
struct Wait(Span);

impl Display for Wait {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0 == Span::MAX {
            return f.write_str("The request needs more than the limit can hold.");
        }
        let seconds = self.0.as_secs_ceil();
        write!(f, "Try again in {seconds} second{}.", if seconds == 1 { "" } else { "s" })
    }
}

const PROBLEM: &str = concat!(
    r#"{"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","#,
    r#""title":"Request cannot be satisfied as assigned quota has been exceeded","status":429,"#,
);
