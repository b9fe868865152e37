//! The one table of errors: number, name, sentence. Every surface shows the same rows.

/// Makes the enum, its `ALL` list and its three columns out of one table, so that they cannot
/// disagree.
macro_rules! table {
    ($($number:literal $name:ident $sentence:literal)*) => {
        /// What was wrong with an input. Numbers are append-only; C returns them negated.
        ///
        /// # Examples
        ///
        /// ```
        /// use tidegate::{Error, Quota, Span};
        ///
        /// let error = Quota::new(5, Span::from_nanos(10), 5).unwrap_err();
        /// assert_eq!(error, Error::PeriodOutOfRange);
        /// assert_eq!((error.number(), error.name()), (1, "PeriodOutOfRange"));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Error {
            $(#[doc = $sentence] $name = $number,)*
        }

        impl Error {
            /// Every row, in the order of their numbers.
            pub const ALL: &'static [Error] = &[$(Error::$name),*];

            /// The stable number, from 1.
            #[inline]
            pub const fn number(self) -> u8 {
                match self { $(Error::$name => $number,)* }
            }

            /// The name, as Rust spells it.
            #[inline]
            pub const fn name(self) -> &'static str {
                match self { $(Error::$name => stringify!($name),)* }
            }

            /// One sentence: what was wrong and what is allowed.
            #[inline]
            pub const fn sentence(self) -> &'static str {
                match self { $(Error::$name => $sentence,)* }
            }

            /// The row with this number.
            #[inline]
            pub const fn from_number(number: u8) -> Option<Error> {
                match number { $($number => Some(Error::$name),)* _ => None }
            }
        }
    };
}

table! {
    1 PeriodOutOfRange "the period must be from 1 ms to 366 days"
    2 LimitTooHigh "the limit must be at most 1,000,000,000 a period and one a nanosecond"
    3 BurstZero "the burst must be at least 1; to deny everything set the limit to 0"
    4 BurstTooLarge "the burst must be at most 4,294,967,296 and refill within 45 years"
    5 BackoffOutOfRange "a backoff needs delays above 0 and no longer than the cap, a factor of 1 or at least 1.01, and a jitter within the cap (in proportion: at most all of it)"
    6 UnknownApi "the API must be one of: stackflow, velaflows, github, gitlab, stripe, shopify, openai, discord"
    7 UnknownMethod "the method must be one of: GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE"
    8 PathInvalid "the path must start with '/'"
    9 KeyEmpty "the key (user or token) must not be empty"
    10 UnknownRole "the role is not one that the API describes"
    11 WindowOutOfRange "a window in place of the documented one must be whole seconds, from 1 s to 366 days"
    12 OutOfOrder "an answer or a failure was reported although no send is in flight"
    13 StatusOutOfRange "the status must be from 100 to 599"
    14 UnknownFailure "the failure must be one of: connect_refused, connect_timeout, read_timeout, reset, aborted, tls"
    15 TimeOutOfRange "a time must be finite, not negative, and below 584 years"
    16 NullPointer "a pointer that must not be null was null"
    17 BufferTooShort "the buffer is too short for the result"
    18 NotText "the text is not valid UTF-8"
    19 AbiMismatch "the header and the library are of different versions"
    20 UnknownJitter "the jitter must be one of: none, full, equal, additive, around, above, decorrelated, decorrelated_v2"
    21 NotInitialized "the object was used before it was initialized"
    22 PointerMisaligned "a pointer was not aligned as its type demands"
    23 LeaseOutOfRange "a lease needs a size of at least 1, and a life in which fewer tokens come than the burst"
    24 UnknownCarry "the carry must be one of: keep, proportional, reset"
    25 UnknownFull "what a full table does must be one of: deny, share, allow"
    26 TicksTooCoarse "the period must be at least 1 tick for each token of it: choose shorter ticks"
    27 Burst32TooLarge "the burst must refill within 1,073,741,824 ticks"
    28 BudgetOutOfRange "a budget of retries needs a window from 1 s to 1 hour, a ratio of at most 1,000, and (for a throttle) 1 to 1,000 tokens and a ratio above 0"
    29 BreakerOutOfRange "a breaker needs 1 to 1,000,000,000 failures or calls, a part up to all of them, a window from 1 s to 1 hour, and an open time above 0"
    30 UnknownDialect "the dialect must be one of: common, ietf, github, gitlab, discord, shopify, stripe, openai, anthropic, reddit, twitter, okta, slack, atlassian, azure, aws"
    31 UnknownReset "the meaning of a reset must be one of: auto, epoch_s, epoch_ms, s, ms, duration, rfc3339"
    32 UnknownForm "the form of headers must be one of: x, draft-6, draft-7, draft-10"
    33 UnknownCause "the cause of a retry must be one of: failure, transient, throttled"
    34 AnnouncementInvalid "an announcement needs at least one limit, names of printable ASCII, and values that fit 384 bytes"
    35 PolicyInvalid "the policy is not valid JSON of its schema; what was wrong, and where, is told with it"
    36 PrefixOutOfRange "the prefix of IPv6 addresses must be from 32 to 128 bits"
    37 SignatureMalformed "the signature of a webhook must have its time in seconds since 1970, at least one signature and, where its scheme has one, an id"
    38 SignatureOutOfWindow "the webhook was signed too long ago or too far ahead: it is a replay, or a clock is wrong"
    39 SignatureWrong "no signature of the webhook is that of its body and a secret"
    40 PageSizeOutOfRange "the size of a page must be at least 1 and at most what the policy allows"
    41 SharedNameInvalid "the name of a shared limiter must be 1 to 100 of the characters A-Z a-z 0-9 . _ - and not begin with a dot"
    42 SharedInvalid "the file is no shared limiter of this layout, clock and user; what it is instead is told with it"
    43 SharedDiffers "the shared limiter was made with another quota, capacity or kind: all processes must come with the same"
    44 SharedUnavailable "the system does not let this limiter be shared; what it said is told with it"
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.sentence())
    }
}

impl core::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::Error;

    #[test]
    fn numbers_are_dense_and_found_again() {
        for (index, &error) in Error::ALL.iter().enumerate() {
            assert_eq!(usize::from(error.number()), index + 1);
            assert_eq!(Error::from_number(error.number()), Some(error));
        }
        assert_eq!(Error::from_number(0), None);
    }
}
