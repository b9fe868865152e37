//! What AWS' error codes say of a retry.
//!
//! Source: the classifiers of the AWS SDK for Rust (smithy-rs, `aws-runtime/src/retries/classifiers.rs`).

use super::retry_quota::RetryCause;

impl RetryCause {
    /// The cause that an error code of AWS stands for; `None` for a code that by itself is no reason to
    /// send again: then the status decides.
    ///
    /// # Examples
    ///
    /// ```
    /// use tidegate::{ErrorBody, retry::RetryCause};
    ///
    /// let body = ErrorBody::scan(br#"{"__type":"com.amazon.coral#ThrottlingException","message":"Rate"}"#);
    /// let code = body.code().and_then(|code| code.as_str()).unwrap_or("");
    /// assert_eq!(RetryCause::of_aws_code(code), Some(RetryCause::Throttled));
    /// assert_eq!(RetryCause::of_aws_code("AccessDenied"), None);
    /// ```
    pub fn of_aws_code(code: &str) -> Option<RetryCause> {
        AWS_CODES.iter().find(|(known, _)| *known == code).map(|&(_, cause)| cause)
    }
}

/// Every code that is known.
const AWS_CODES: [(&str, RetryCause); 16] = [
    ("BandwidthLimitExceeded", RetryCause::Throttled),
    ("EC2ThrottledException", RetryCause::Throttled),
    ("LimitExceededException", RetryCause::Throttled),
    ("PriorRequestNotComplete", RetryCause::Throttled),
    ("ProvisionedThroughputExceededException", RetryCause::Throttled),
    ("RequestLimitExceeded", RetryCause::Throttled),
    ("RequestThrottled", RetryCause::Throttled),
    ("RequestThrottledException", RetryCause::Throttled),
    ("RequestTimeout", RetryCause::Transient),
    ("RequestTimeoutException", RetryCause::Transient),
    ("SlowDown", RetryCause::Throttled),
    ("ThrottledException", RetryCause::Throttled),
    ("Throttling", RetryCause::Throttled),
    ("ThrottlingException", RetryCause::Throttled),
    ("TooManyRequestsException", RetryCause::Throttled),
    ("TransactionInProgressException", RetryCause::Throttled),
];
