//! The server's side: each category at its limit, and histories of many keys.

use super::draw::Draw;
use super::sheet::Sheet;

const SECOND: u64 = 1_000_000_000;
/// 2024-05-19T16:00:00Z, the start of a window of both APIs.
const WALL: u64 = 1_716_134_400 * SECOND;

/// Every route with every method, and every category until it denies.
pub(super) fn limits() -> String {
    let mut sheet = Sheet::new("Routes of both APIs, and small categories until they deny.");
    for api in ["stackflow", "velaflows"] {
        sheet.note(&format!("{api}: every method on every kind of route."));
        sheet.step(format!("api {api} - 0"));
        for path in ["/items", "/items/bulk", "/ai/complete", "/auth/login", "/items/search"] {
            for method in ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] {
                sheet.step(format!("admit 0 {WALL} {method} {path} k -"));
            }
        }
        sheet.note("Paths that are almost a route.");
        for path in [
            "/",
            "//",
            "/bulk",
            "/bulk/",
            "/bulk/1",
            "/a/b/c/bulk",
            "/bulky",
            "/Bulk",
            "/a/bulk?x=1",
            "/a?x=/bulk",
            "/ai",
            "/ai/",
            "/a/ai",
            "/a/ai/b/c",
            "/aid",
            "/air/ai",
            "/search",
            "/a/search",
            "/search/a",
            "/research",
            "/auth",
            "/a/auth/b",
            "/oauth",
            "/ai/bulk",
            "/bulk/ai",
            "/auth/bulk",
            "/bulk/auth/x",
            "/ai/search",
            "/search?q=ai/",
            "/?",
            "//bulk",
            "/a//ai//b",
        ] {
            sheet.step(format!("admit 0 {WALL} GET {path} paths -"));
        }
    }
    for (api, window, requests) in [
        ("stackflow", 60, [("POST", "/a/bulk", 10), ("POST", "/a", 60)]),
        ("velaflows", 900, [("POST", "/a/bulk", 10), ("POST", "/auth/login", 20)]),
    ] {
        sheet.note(&format!(
            "{api}: to the limit, at it, at the last nanosecond, and in the next window."
        ));
        sheet.step(format!("api {api} - 0"));
        let edge = window * SECOND;
        for (method, path, limit) in requests {
            for at in 0..limit {
                let at = at * SECOND / 3;
                sheet.step(format!("admit {at} {} {method} {path} k -", WALL + at));
            }
            for at in [20 * SECOND, edge - SECOND, edge - 1, edge] {
                sheet.step(format!("admit {at} {} {method} {path} k -", WALL + at));
            }
            sheet.step(format!("admit {edge} {} {method} {path} other -", WALL + edge));
        }
    }
    sheet.finish()
}

/// Histories of several keys, roles and windows.
pub(super) fn random() -> String {
    let mut sheet =
        Sheet::new("Histories of a server: several keys and categories, short windows.");
    let mut draw = Draw::new(5);
    for (api, window) in
        [("stackflow", "2000000000"), ("velaflows", "5000000000"), ("stackflow", "-")]
    {
        sheet.note(&format!("{api}, window {window}."));
        sheet.step(format!("api {api} {window} 1"));
        let mut now = draw.below(SECOND);
        for _ in 0..110 {
            now += draw.below(SECOND / 6);
            let method = *draw.one_of(&["GET", "POST", "DELETE"]);
            let path = *draw.one_of(&["/a/bulk", "/a/bulk", "/a/bulk", "/a/ai/b", "/auth/x", "/a"]);
            let key = *draw.one_of(&["alice", "alice", "bob"]);
            let role = if api == "stackflow" && draw.one_in(12) { "service_account" } else { "-" };
            sheet.step(format!("admit {now} {} {method} {path} {key} {role}", WALL + now));
        }
    }
    sheet.finish()
}
