//! The pieces that every header value is made of.

/// Without the spaces and tabs around it.
pub(super) fn trim(value: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = value.iter().position(|byte| !blank(byte)).unwrap_or(value.len());
    let value = value.get(start..).unwrap_or_default();
    let end = value.iter().rposition(|byte| !blank(byte)).map_or(0, |last| last.saturating_add(1));
    value.get(..end).unwrap_or_default()
}

/// What stands before the first such byte, and behind it.
pub(super) fn divided(value: &[u8], by: u8) -> Option<(&[u8], &[u8])> {
    let at = value.iter().position(|&byte| byte == by)?;
    let (before, rest) = value.split_at_checked(at)?;
    Some((before, rest.get(1..)?))
}

/// The number of a value that is nothing but digits, saturating.
pub(super) fn digits(value: &[u8]) -> Option<u64> {
    if value.is_empty() {
        return None;
    }
    value.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit <= 9).then(|| number.saturating_mul(10).saturating_add(u64::from(digit)))
    })
}
