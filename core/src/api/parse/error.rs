//! `PolicyError`: what was wrong with a policy file, where, and what is allowed there.

use core::fmt;

use crate::{error::Error, text::Text};

/// What was wrong with a policy file.
///
/// # Examples
///
/// ```
/// use tidegate::Policy;
///
/// let text = r#"{"name": "mine", "categories": [{"name": "read", "limit": 5}]}"#;
/// let error = Policy::from_json(text).unwrap_err();
/// assert_eq!(error.to_string(), "line 1, column 50: categories[0].limit: there is no such member; \
///     there are: name, limits, cache");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// The line, counted from 1.
    pub line: u32,
    /// The column, in characters, counted from 1.
    pub column: u32,
    /// The member, as `categories[0].limits[1].per`; empty for the whole.
    pub member: Text<79>,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a member of a policy file, and what is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// It is not JSON.
    NotJson,
    /// It should be something else.
    Expected(&'static str),
    /// It is none of these.
    OneOf(&'static [&'static str]),
    /// There is no such member; there are these.
    UnknownMember(&'static [&'static str]),
    /// This member is not there.
    MissingMember(&'static str),
    /// The member was there before.
    MemberTwice,
    /// The text has more bytes than this.
    TooLong(usize),
    /// There are more than this.
    TooMany(usize),
    /// There is no category of this name.
    NoSuchCategory,
    /// Another limit has this name: one of an earlier category that is not the same, or one of this
    /// category.
    NameTaken,
    /// It has a member that is not of its kind, which has these.
    NotOfKind(&'static [&'static str]),
    /// The value is out of its bounds.
    OutOfRange(Error),
}

impl PolicyError {
    /// The row of the error table: [`Error::PolicyInvalid`].
    pub const fn error(&self) -> Error {
        Error::PolicyInvalid
    }

    /// The problem at a byte of the text.
    pub(super) fn at(text: &str, at: usize, member: &str, problem: Problem) -> PolicyError {
        let before = text.get(..at).unwrap_or(text);
        let line_start =
            before.bytes().rposition(|it| it == b'\n').map_or(0, |end| end.saturating_add(1));
        let number = |count: usize| u32::try_from(count.saturating_add(1)).unwrap_or(u32::MAX);
        PolicyError {
            line: number(before.bytes().filter(|&byte| byte == b'\n').count()),
            column: number(before.get(line_start..).unwrap_or_default().chars().count()),
            member: Text::new(member),
            problem,
        }
    }
}

/// `line 3, column 14: categories[0].name: …`
impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        if !self.member.is_empty() {
            write!(f, "{}: ", self.member)?;
        }
        fmt::Display::fmt(&self.problem, f)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::NotJson => f.write_str("this is not JSON"),
            Problem::Expected(what) => write!(f, "this must be {what}"),
            Problem::OneOf(names) => list(f, "this must be one of: ", names),
            Problem::UnknownMember(names) => list(f, "there is no such member; there are: ", names),
            Problem::MissingMember(name) => write!(f, "the member {name} is missing"),
            Problem::MemberTwice => f.write_str("this member was there before"),
            Problem::TooLong(bytes) => write!(f, "this must have at most {bytes} bytes"),
            Problem::TooMany(count) => write!(f, "there must be at most {count} of these"),
            Problem::NoSuchCategory => f.write_str("there is no category of this name"),
            Problem::NameTaken => f.write_str("another limit has this name"),
            Problem::NotOfKind(names) => {
                list(f, "this has a member that is not of its kind, which has: ", names)
            }
            Problem::OutOfRange(error) => f.write_str(error.sentence()),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, before: &str, names: &[&str]) -> fmt::Result {
    f.write_str(before)?;
    let mut comma = "";
    for name in names {
        write!(f, "{comma}{name}")?;
        comma = ", ";
    }
    Ok(())
}

impl core::error::Error for PolicyError {}
