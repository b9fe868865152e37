//! The arguments of a step.

use core::str::FromStr;

/// Exactly `N` words between single spaces.
pub(super) fn words<const N: usize>(args: &str) -> Result<[&str; N], String> {
    let words: Vec<_> = args.split(' ').collect();
    let count = words.len();
    words.try_into().map_err(|_| format!("{count} arguments, not {N}"))
}

/// A number within its type.
pub(super) fn number<T: FromStr>(word: &str) -> Result<T, String> {
    word.parse().map_err(|_| format!("not a number in range: {word}"))
}

/// `-` for none.
pub(super) fn optional<T: FromStr>(word: &str) -> Result<Option<T>, String> {
    if word == "-" { Ok(None) } else { number(word).map(Some) }
}

/// `""` for the empty text.
pub(super) fn text(word: &str) -> String {
    if word == "\"\"" { String::new() } else { word.to_owned() }
}
