//! The client's side: every status with every method, and the waits that follow.

use super::sheet::Sheet;

const SECOND: u64 = 1_000_000_000;
/// 2024-05-19T16:00:10Z, ten seconds into a window of both APIs.
const WALL: u64 = 1_716_134_410 * SECOND;

const STATUSES: [u16; 22] = [
    100, 200, 204, 304, 399, 400, 401, 403, 404, 408, 409, 422, 428, 429, 430, 499, 500, 501, 502,
    503, 504, 599,
];
const FAILURES: [&str; 6] =
    ["connect_refused", "connect_timeout", "read_timeout", "reset", "aborted", "tls"];

/// Each status and each failure, for each method with and without a key.
pub(super) fn answers(api: &str) -> String {
    let mut sheet = Sheet::new(&format!(
        "Calls of {api} that end once, by every status and every failure that decides something."
    ));
    let answered = STATUSES.map(|status| format!("answered 0 {status}"));
    let failed = FAILURES.map(|kind| format!("failed 0 {kind}"));
    for (method, key) in [("GET", "none"), ("POST", "none"), ("POST", "key")] {
        sheet.note(&format!("{method}, idempotency {key}."));
        sheet.step(format!("api {api} - 11"));
        for (index, end) in answered.iter().chain(&failed).enumerate() {
            // A key of its own, so that no pause of another call is in the way.
            sheet.step(format!("call 0 {method} /a k{index} - {key} -"));
            sheet.step(format!("next 0 0 {WALL}"));
            sheet.step(format!("{end} {SECOND} {}", WALL + SECOND));
            sheet.step(format!("next 0 {SECOND} {}", WALL + SECOND));
        }
    }
    sheet.finish()
}

/// Server delays around the cap, and every attempt until there is none.
pub(super) fn delays(api: &str) -> String {
    let mut sheet = Sheet::new(&format!(
        "Waits between the attempts of {api}: what the server names, what the policy adds, the end."
    ));
    for status in [429, 503] {
        sheet.note(&format!("A {status} that names a wait around the longest that is waited."));
        sheet.step(format!("api {api} - 12"));
        let waits = ["0", "1", "23", "45", "3599", "3600", "3601", "99999999999999999999"];
        for (index, seconds) in waits.iter().enumerate() {
            sheet.step(format!("call 1 GET /a k{index} - none -"));
            sheet.step(format!("next 1 5 {WALL}"));
            sheet.step(format!("header Retry-After {seconds}"));
            sheet.step(format!("answered 1 {status} 7 {WALL}"));
            sheet.step(format!("next 1 7 {WALL}"));
        }
        for seed in [0, 1, u64::MAX] {
            sheet.note(&format!("{status} until all attempts are used, seed {seed}."));
            sheet.step(format!("api {api} - {seed}"));
            for id in 0..2 {
                sheet.step(format!("call {id} GET /a k{id} - none -"));
                exhaust(&mut sheet, id, status);
            }
        }
    }
    sheet.finish()
}

/// Answers a call with a status as often as it sends.
fn exhaust(sheet: &mut Sheet, id: u8, status: u16) {
    let mut now = 0;
    loop {
        let step = sheet.step(format!("next {id} {now} {}", WALL + now));
        if step == "send" {
            sheet.step(format!("answered {id} {status} {now} {}", WALL + now));
        } else if let Some(until) = step.strip_prefix("wait ") {
            now = until.parse().expect("a time");
        } else {
            return;
        }
    }
}
