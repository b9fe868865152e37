//! `Credentials`: who asks, as far as the `Authorization` header tells.

/// The key that the limits count by, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// The token, or [`NOBODY`].
    pub(crate) key: String,
    pub(crate) standing: Standing,
}

/// Whether a token is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Valid,
    Missing,
    Invalid,
    Expired,
    WrongType,
}

/// The key of requests without a usable token. No token can be equal, since it has a space.
pub(crate) const NOBODY: &str = "no key";

impl Credentials {
    /// Reads `Bearer TOKEN`. A token that ends in `.expired` or `.access` is treated as its name
    /// says and still counted by its own key.
    pub(crate) fn read(authorization: Option<&str>) -> Credentials {
        let Some(value) = authorization else {
            return Credentials { key: NOBODY.to_owned(), standing: Standing::Missing };
        };
        let token = value.split_once(' ').and_then(|(scheme, token)| {
            scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
        });
        match token.filter(|token| !token.is_empty() && token.bytes().all(is_token_char)) {
            None => Credentials { key: NOBODY.to_owned(), standing: Standing::Invalid },
            Some(token) => {
                let standing = match token.rsplit_once('.') {
                    Some((_, "expired")) => Standing::Expired,
                    Some((_, "access")) => Standing::WrongType,
                    _ => Standing::Valid,
                };
                Credentials { key: token.to_owned(), standing }
            }
        }
    }
}

/// The characters of `b64token` (RFC 6750, section 2.1).
fn is_token_char(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::{Credentials, NOBODY, Standing};

    #[test]
    fn tokens_are_read() {
        for (header, key, standing) in [
            (None, NOBODY, Standing::Missing),
            (Some("Bearer"), NOBODY, Standing::Invalid),
            (Some("Bearer "), NOBODY, Standing::Invalid),
            (Some("Basic dXNlcg=="), NOBODY, Standing::Invalid),
            (Some("Bearer no key"), NOBODY, Standing::Invalid),
            (Some("bearer u1"), "u1", Standing::Valid),
            (Some("Bearer u1.expired"), "u1.expired", Standing::Expired),
            (Some("Bearer u1.access"), "u1.access", Standing::WrongType),
        ] {
            let read = Credentials::read(header);
            assert_eq!((read.key.as_str(), read.standing), (key, standing), "{header:?}");
        }
    }
}
