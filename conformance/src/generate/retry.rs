//! Every growth and every spread of a backoff, at its bounds and far past its cap.

use super::draw::Draw;
use super::sheet::Sheet;

const SECOND: u64 = 1_000_000_000;
const MAX: u64 = u64::MAX;

/// Every kind of jitter with a number that suits a cap of a minute.
const JITTERS: [&str; 8] = [
    "none 0",
    "full 0",
    "equal 0",
    "additive 1000000000",
    "around 200000",
    "above 500000",
    "decorrelated 0",
    "decorrelated_v2 0",
];

/// Each bound, on both sides.
pub(super) fn bounds() -> String {
    let mut sheet = Sheet::new("The bounds of what a backoff is made of.");
    sheet.note("A ratio is 1 or at least 1.01.");
    for (top, bottom) in [
        (0, 0),
        (1, 0),
        (0, 1),
        (1, 1),
        (7, 7),
        (6, 7),
        (100, 99),
        (101, 100),
        (102, 101),
        (202, 200),
        (1_009, 1_000),
        (1_010, 1_000),
        (u32::MAX, u32::MAX - 1),
        (u32::MAX, 1),
        (u32::MAX, u32::MAX),
        (1, u32::MAX),
    ] {
        sheet.step(format!("backoff_ratio 1 {top} {bottom} 60 none 0"));
    }
    sheet.note("No first delay of 0, and none above the cap.");
    for (initial, cap) in [(0, 0), (0, 9), (9, 9), (10, 9), (MAX, MAX)] {
        sheet.step(format!("backoff_ratio {initial} 3 2 {cap} none 0"));
        sheet.step(format!("backoff_linear {initial} 0 {cap} none 0"));
        sheet.step(format!("backoff_polynomial {initial} 2 {cap} none 0"));
        sheet.step(format!("backoff_fibonacci {initial} {cap} none 0"));
        sheet.step(format!("backoff_list {initial} {cap} none 0"));
    }
    sheet.note("A list has one to eight delays, none of them 0 or above the cap.");
    for list in ["-", "1", "1,0", "0,1", "9,1", "1,10", "1,2,3,4,5,6,7,8", "1,2,3,4,5,6,7,8,9"] {
        sheet.step(format!("backoff_list {list} 9 none 0"));
    }
    sheet.note("Parts of a jitter in millionths: at most all.");
    for part in [0, 1, 999_999, 1_000_000, 1_000_001, u64::from(u32::MAX)] {
        sheet.step(format!("backoff_linear 5 1 9 around {part}"));
        sheet.step(format!("backoff_linear 5 1 9 above {part}"));
    }
    sheet.note("What is refused leaves the backoff before it.");
    sheet.step("backoff_list 7,8 9 none 0");
    sheet.step("backoff_at_once");
    sheet.step("backoff_list - 9 none 0");
    for attempt in 0..4 {
        sheet.step(format!("delay 0 0 {attempt}"));
    }
    sheet.finish()
}

/// Every growth, bare, from the first retry to the last number there is.
pub(super) fn growth() -> String {
    let mut sheet =
        Sheet::new("How delays grow: they never go down, never pass the cap, never stop.");
    for (initial, cap) in [(SECOND, 60 * SECOND), (1, MAX), (MAX, MAX), (3, 1_000)] {
        for shape in [
            format!("backoff_ratio {initial} 3 2 {cap}"),
            format!("backoff_ratio {initial} 11 10 {cap}"),
            format!("backoff_ratio {initial} 101 100 {cap}"),
            format!("backoff_ratio {initial} 4294967295 2 {cap}"),
            format!("backoff_ratio {initial} 7 7 {cap}"),
            format!("backoff_linear {initial} 0 {cap}"),
            format!("backoff_linear {initial} 7 {cap}"),
            format!("backoff_linear {initial} {MAX} {cap}"),
            format!("backoff_polynomial {initial} 0 {cap}"),
            format!("backoff_polynomial {initial} 2 {cap}"),
            format!("backoff_polynomial {initial} 4294967295 {cap}"),
            format!("backoff_fibonacci {initial} {cap}"),
            format!("backoff_list {cap},{initial} {cap}"),
        ] {
            sheet.step(format!("{shape} none 0"));
            for attempt in [0, 1, 2, 3, 4, 5, 9, 17, 60, 91, 92, 93, 500, 4_459, u32::MAX] {
                sheet.step(format!("delay 0 0 {attempt}"));
            }
        }
    }
    sheet.finish()
}

/// Every spread over every growth, below the cap, on the way to it and at it.
pub(super) fn spread() -> String {
    let mut sheet =
        Sheet::new("How delays are spread: within the cap, and still spread at the cap.");
    for shape in [
        "backoff_ratio 1000000000 2 1 60000000000",
        "backoff_linear 1000000000 500000000 60000000000",
        "backoff_list 50000000,100000000,60000000000 60000000000",
        "backoff_linear 60000000000 0 60000000000",
        "backoff_fibonacci 1 18446744073709551615",
    ] {
        for jitter in JITTERS {
            sheet.note(&format!("{shape} {jitter}"));
            sheet.step(format!("{shape} {jitter}"));
            for attempt in (0..10).chain([33, 62, 63, 64, 65, 66, 70, u32::MAX]) {
                sheet.step(format!("delay 11 0 {attempt}"));
                sheet.step(format!("delay 12 7 {attempt}"));
            }
        }
    }
    sheet.note("The smallest and the largest.");
    for jitter in ["around 1000000", "above 1000000", "decorrelated 0", "decorrelated_v2 0"] {
        for (initial, cap) in [(1, 1), (1, 2), (MAX, MAX), (1, MAX), (MAX - 1, MAX)] {
            sheet.step(format!("backoff_linear {initial} 1 {cap} {jitter}"));
            for (seed, attempt) in [(0, 0), (MAX, 1), (1, 63), (2, 64), (3, u32::MAX)] {
                sheet.step(format!("delay {seed} {MAX} {attempt}"));
            }
        }
    }
    sheet.finish()
}

/// Any parts, any seed, any attempt.
pub(super) fn random() -> String {
    let mut sheet = Sheet::new("Delays of drawn backoffs of every shape.");
    let mut draw = Draw::new(41);
    for _ in 0..150 {
        let initial = 1 + draw.below(10 * SECOND);
        let cap = initial + draw.below(1_000 * SECOND);
        let shape = match draw.below(6) {
            0 => format!("backoff_ratio {initial} {} 100 {cap}", 101 + draw.below(300)),
            1 => format!("backoff_ratio {initial} 1000 {} {cap}", 1 + draw.below(990)),
            2 => format!("backoff_linear {initial} {} {cap}", draw.below(SECOND)),
            3 => format!("backoff_polynomial {initial} {} {cap}", draw.below(5)),
            4 => format!("backoff_fibonacci {initial} {cap}"),
            _ => format!("backoff_list {},{},{initial} {cap}", 1 + draw.below(cap), cap),
        };
        let jitter = match draw.below(8) {
            3 => format!("additive {}", draw.below(cap + 1)),
            4 => format!("around {}", draw.below(1_000_001)),
            5 => format!("above {}", draw.below(1_000_001)),
            other => JITTERS[other as usize].to_owned(),
        };
        sheet.step(format!("{shape} {jitter}"));
        if draw.one_in(5) {
            sheet.step("backoff_at_once");
        }
        for attempt in [0, draw.below(12), draw.below(100), draw.below(1 << 32)] {
            sheet.step(format!("delay {} {} {attempt}", draw.any(), draw.any()));
        }
    }
    sheet.finish()
}
