//! What AWS' error codes say of a retry.
//!
//! Source: smithy-rs, `aws-runtime/src/retries/classifiers.rs`, whose two lists these are.

/// `throttled`, `transient`, or nothing.
pub fn class(code: &str) -> Option<&'static str> {
    match code {
        "BandwidthLimitExceeded"
        | "EC2ThrottledException"
        | "LimitExceededException"
        | "PriorRequestNotComplete"
        | "ProvisionedThroughputExceededException"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "SlowDown"
        | "ThrottledException"
        | "Throttling"
        | "ThrottlingException"
        | "TooManyRequestsException"
        | "TransactionInProgressException" => Some("throttled"),
        "RequestTimeout" | "RequestTimeoutException" => Some("transient"),
        _ => None,
    }
}
