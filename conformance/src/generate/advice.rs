//! Headers in every dialect: names, values, the examples of the drafts, and bounds.

use super::sheet::Sheet;

/// 2024-05-19T16:00:00Z, in nanoseconds.
pub(super) const NOW: &str = "1716134400000000000";
pub(super) const DIALECTS: [&str; 16] = [
    "common",
    "ietf",
    "github",
    "gitlab",
    "discord",
    "shopify",
    "stripe",
    "openai",
    "anthropic",
    "reddit",
    "twitter",
    "okta",
    "slack",
    "atlassian",
    "azure",
    "aws",
];

/// Shows everything that was told.
pub(super) fn show(sheet: &mut Sheet) {
    sheet.step(format!("advice {NOW}"));
    sheet.step("allowances");
    sheet.step(format!("tightest {NOW}"));
    sheet.step(format!("advised {NOW}"));
}

/// Every name in every dialect.
pub(super) fn names() -> String {
    let mut sheet = Sheet::new("Which headers each dialect reads, and how names are written.");
    for dialect in DIALECTS {
        sheet.note(dialect);
        for name in NAMES {
            let value = match name.to_ascii_lowercase().as_str() {
                name if name.ends_with("call-limit") => "32/40",
                name if name.ends_with("should-retry") || name.ends_with("global") => "true",
                name if name.ends_with("time") || name == "date" => "Sun, 19 May 2024 16:01:00 GMT",
                name if name.starts_with("anthropic") && name.ends_with("reset") => {
                    "2024-05-19T16:01:00Z"
                }
                "ratelimit" | "beta-ratelimit" => "\"a\";r=1;t=2",
                name if name.ends_with("policy") => "\"a\";q=1;w=2",
                _ => "60",
            };
            sheet.step(format!("dialect {dialect} - -"));
            if sheet.step(format!("tell {name} {value}")) == "read" {
                sheet.step(format!("advice {NOW}"));
                sheet.step("allowances");
            }
        }
    }
    sheet.note("No dialect.");
    for name in ["", "Github", "github ", "none"] {
        sheet.step(format!("dialect {} - -", if name.is_empty() { "\"\"" } else { name.trim() }));
    }
    sheet.finish()
}

/// Numbers and times under every meaning.
pub(super) fn values() -> String {
    let mut sheet = Sheet::new("Values in every form of a reset, with and without fractions.");
    for form in ["auto", "epoch_s", "epoch_ms", "s", "ms", "duration", "rfc3339"] {
        for decimals in ["yes", "no"] {
            sheet.note(&format!("{form}, decimals {decimals}"));
            for value in NUMBERS.iter().chain(TIMES) {
                sheet.step(format!("dialect common {form} {decimals}"));
                sheet.step(format!("tell X-RateLimit-Reset {value}"));
                sheet.step("allowances");
            }
        }
    }
    for decimals in ["yes", "no"] {
        sheet.note(&format!("Counts, waits and windows, decimals {decimals}"));
        for value in
            NUMBERS.iter().chain(&["true", "FALSE", "32/40", "40/32", "1/2/3", "/", "1/", "/1"])
        {
            sheet.step(format!("dialect common - {decimals}"));
            for name in [
                "X-RateLimit-Limit",
                "X-RateLimit-Remaining",
                "X-RateLimit-Used",
                "X-RateLimit-Reset-After",
                "X-RateLimit-Window",
                "Retry-After-Ms",
                "X-Shopify-Shop-Api-Call-Limit",
                "X-RateLimit-Global",
                "X-Should-Retry",
                "X-RateLimit-Scope",
                "Age",
            ] {
                sheet.step(format!("tell {name} {value}"));
            }
            show(&mut sheet);
            sheet.step(format!("dialect common - {decimals}"));
            sheet.step(format!("tell Retry-After {value}"));
            sheet.step(format!("advice {NOW}"));
        }
    }
    sheet.finish()
}

/// More than there is room for.
pub(super) fn bounds() -> String {
    let mut sheet = Sheet::new("Fixed bounds: what is beyond them is left out whole, and counted.");
    sheet.note("Eight limits, the ninth and the tenth are too many; a known one may change.");
    sheet.step("dialect ietf - -");
    for policy in 0..10 {
        sheet.step(format!("tell RateLimit-Policy \"p{policy}\";q={policy};w=60"));
        sheet.step(format!("tell RateLimit \"p{policy}\";r={policy};t={policy}"));
    }
    sheet.step("tell RateLimit \"p7\";r=70, \"p10\";r=0");
    sheet.step("tell RateLimit-Policy \"p7\";q=700");
    show(&mut sheet);
    sheet.step("tell RateLimit-Remaining 0");
    show(&mut sheet);
    sheet.note("Room comes back with a field that is forgotten.");
    sheet.step("tell RateLimit !");
    sheet.step("tell RateLimit-Remaining 0");
    show(&mut sheet);
    sheet.note("Names of 32 and 33 bytes, with and without escapes; buckets of 64 and 65.");
    for count in [1, 32, 33] {
        let name = "n".repeat(count);
        let escaped = "\\\\".repeat(count);
        for line in [
            format!("RateLimit \"{name}\";r=1;t=2"),
            format!("RateLimit \"{escaped}\";r=1;t=2"),
            format!("RateLimit-Policy \"{name}\";q=1;w=2"),
            format!("X-RateLimit-Resource {name}"),
            format!("X-RateLimit-Scope {name}"),
            format!("X-RateLimit-Bucket {name}{name}"),
            format!("X-RateLimit-Bucket {name}{name}x"),
        ] {
            sheet.step("dialect common - -");
            sheet.step("tell X-RateLimit-Limit 5");
            sheet.step(format!("tell {line}"));
            show(&mut sheet);
        }
    }
    sheet.note("Values of 1,024 and 1,025 bytes.");
    for name in ["X-RateLimit-Limit", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Unknown"] {
        for (text, count) in [("0", 1_024), ("0", 1_025), ("9", 1_024), ("9", 10_240)] {
            sheet.step("dialect common - -");
            sheet.step(format!("tell_repeat {name} {text} {count}"));
            show(&mut sheet);
        }
    }
    sheet.step("dialect ietf - -");
    sheet.step("tell_repeat RateLimit \"a\";r=1,\"a\";r=1 1");
    sheet.step("tell_repeat RateLimit \"a\";r=1, 127");
    show(&mut sheet);
    sheet.finish()
}

const NUMBERS: &[&str] = &[
    "0",
    "1",
    "00060",
    "60",
    "31622400",
    "31622400.000000001",
    "31622401",
    "999999999",
    "1000000000",
    "1716134460",
    "4102444800",
    "4102444800.5",
    "4102444801",
    "99999999999",
    "100000000000",
    "1716134460000",
    "4102444800001",
    "99999999999999",
    "100000000000000",
    "1716134460000000",
    "4102444800000001",
    "999999999999999",
    "1000000000000000",
    "18446744073709551615",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "0.5",
    "1.25",
    "598.0",
    "0.0000000001",
    "0.9999999991",
    "1661784139.727",
    "1661784139727.0001",
    "1.",
    ".5",
    "1..5",
    "1.5.5",
    "-1",
    "+1",
    "1e3",
    "0x10",
    "",
    "1 2",
    "1,2",
    "12, 12",
    "inf",
    "٣",
    "1\u{a0}",
];

const TIMES: &[&str] = &[
    "1s",
    "6m0s",
    "20ms",
    "1m30s",
    "1h",
    "2d",
    "366d",
    "367d",
    "1.5h",
    "1h1h",
    "30s1m",
    "1ms1s",
    "1us",
    "1µs",
    "1μs",
    "1us1µs",
    "7ns",
    "0.1ns",
    "1d2h3m4s5ms6us7ns",
    "99999999999999999999d1ns",
    "s",
    "1x",
    "1 s",
    "1S",
    "1m30",
    ".5s",
    "-1s",
    "2025-10-25T12:00:00Z",
    "2025-10-25t12:00:00z",
    "2025-10-25T14:00:00+02:00",
    "2025-10-25T11:30:00-00:30",
    "2025-10-25T12:00Z",
    "2026-03-26T16:00Z",
    "2025-10-25T12:00.5Z",
    "2025-10-25T12:00:00.5Z",
    "2025-10-25T12:00:00.12345678901Z",
    "2025-10-25T12:00:00.12345678901234567890Z",
    "2025-10-25T12:00:00.123456789012345678901Z",
    "2025-10-25T12:00:60Z",
    "2025-10-25T12:00:61Z",
    "2025-10-25T24:00:00Z",
    "2025-10-25T12:60:00Z",
    "2025-02-29T00:00:00Z",
    "2024-02-29T00:00:00Z",
    "2025-13-01T00:00:00Z",
    "2025-00-01T00:00:00Z",
    "2025-10-25",
    "2025-10-25T12:00:00",
    "2025-10-25 12:00:00Z",
    "2025-10-25T12:00:00+24:00",
    "2025-10-25T12:00:00+0200",
    "2025-1-25T12:00:00Z",
    "1969-12-31T23:30:00-01:00",
    "1970-01-01T00:30:00+01:00",
    "2099-12-31T23:59:59Z",
    "2100-01-01T00:00:00Z",
    "2100-01-01T00:00:00.1Z",
    "9999-12-31T23:59:60Z",
    "Sun, 19 May 2024 16:01:00 GMT",
    "Sunday, 19-May-24 16:01:00 GMT",
    "Sun May 19 16:01:00 2024",
    "Sun, 19 May 2024 16:01:00 UTC",
    "soon",
    "true",
];

const NAMES: [&str; 62] = [
    "Retry-After",
    "RETRY-AFTER",
    "Date",
    "Age",
    "retry-after-ms",
    "x-ms-retry-after-ms",
    "x-amz-retry-after",
    "x-amzn-retry-after",
    "x-should-retry",
    "Stripe-Should-Retry",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-RateLimit-Used",
    "X-RateLimit-Window",
    "X-RateLimit-Resource",
    "X-RateLimit-Bucket",
    "X-RateLimit-Scope",
    "X-RateLimit-Global",
    "X-RateLimit-Reset-After",
    "x-rate-limit-limit",
    "X-Rate-Limit-Remaining",
    "X-RATE-LIMIT-RESET",
    "X-RateLimit-Limit-Requests",
    "x-ratelimit-remaining-tokens",
    "x-ratelimit-reset-requests",
    "X-RateLimit-Limit-Second",
    "X-RateLimit-Limit-Minute",
    "X-RateLimit-Limit-Hour",
    "X-RateLimit-Remaining-Day",
    "X-RateLimit-Limit-Week",
    "X-RateLimit-Used-Minute",
    "X-RateLimit-Limit-",
    "X-RateLimit-",
    "X-RateLimit",
    "X-RateLimits-Limit",
    "anthropic-ratelimit-requests-limit",
    "anthropic-ratelimit-tokens-remaining",
    "anthropic-ratelimit-input-tokens-limit",
    "Anthropic-RateLimit-Output-Tokens-Reset",
    "anthropic-ratelimit-requests-reset",
    "anthropic-ratelimit-requests-used",
    "anthropic-ratelimit-limit",
    "anthropic-ratelimit-images-limit",
    "X-Shopify-Shop-Api-Call-Limit",
    "RateLimit",
    "RateLimit-Policy",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "RateLimit-Observed",
    "RateLimit-ResetTime",
    "RateLimit-Name",
    "ratelimit-other",
    "Beta-RateLimit",
    "Beta-RateLimit-Policy",
    "X-Beta-RateLimit-Reset",
    "X-Beta-RateLimit-Reset-Tokens",
    "Beta-Other",
    "Content-Type",
    "D",
    "é",
];
