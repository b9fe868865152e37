//! The documented error codes: name, status, sentence. One table an API.

/// One row of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) name: &'static str,
    pub(crate) status: u16,
    pub(crate) sentence: &'static str,
}

/// Makes a constant of each row, and the list of all.
macro_rules! codes {
    ($($name:ident $status:literal $sentence:literal)*) => {
        $(pub(crate) const $name: Code =
            Code { name: stringify!($name), status: $status, sentence: $sentence };)*
        pub(crate) const ALL: &[Code] = &[$($name),*];
    };
}

/// StackFlow, "Error Code Reference".
pub(crate) mod stackflow {
    use super::Code;
    codes! {
        TOKEN_MISSING 401 "Authorization header absent"
        TOKEN_EXPIRED 401 "JWT token has expired"
        TOKEN_INVALID 401 "JWT signature or format invalid"
        WRONG_TOKEN_TYPE 403 "Access token used instead of ID token"
        INSUFFICIENT_ROLE 403 "User role lacks required permission"
        TENANT_MISMATCH 403 "Resource belongs to different tenant"
        RESOURCE_NOT_FOUND 404 "Record does not exist or was deleted"
        VALIDATION_ERROR 400 "Request body failed validation"
        INVALID_STATE_TRANSITION 409 "State machine transition not allowed"
        RATE_LIMIT_EXCEEDED 429 "Per-user rate limit reached"
        THROTTLED 429 "API Gateway burst limit reached"
        INTERNAL_ERROR 500 "Unexpected Lambda error"
        DATABASE_ERROR 503 "Aurora or Neptune unreachable"
        AI_MODEL_ERROR 503 "Bedrock API error or model throttling"
    }
}

/// VelaFlows, "HTTP Status Codes".
pub(crate) mod velaflows {
    use super::Code;
    codes! {
        BAD_REQUEST 400 "The request body is malformed or missing required fields"
        UNAUTHORIZED 401 "Authentication failed: token is missing, invalid, or expired"
        FORBIDDEN 403 "The token doesn't have permission for this action"
        NOT_FOUND 404 "The requested resource doesn't exist"
        CONFLICT 409 "The action conflicts with the current state"
        VALIDATION_ERROR 422 "Validation failed"
        TOO_MANY_REQUESTS 429 "Rate limit exceeded"
        INTERNAL_ERROR 500 "Something went wrong on our end"
    }
}
