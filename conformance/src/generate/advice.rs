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

/// Every example of the drafts, alone and together.
pub(super) fn drafts() -> String {
    let mut sheet = Sheet::new(
        "The examples of draft-ietf-httpapi-ratelimit-headers, drafts 3, 6, 7 and 10, as the published\n\
         text has them, with those that its own grammar does not allow.",
    );
    for (draft, examples) in [(10, DRAFT_10), (7, DRAFT_7), (6, DRAFT_6), (3, DRAFT_3)] {
        sheet.note(&format!("Draft {draft}: each field alone."));
        for (name, values) in examples {
            for value in *values {
                sheet.step("dialect ietf - -");
                sheet.step(format!("tell {name} {value}"));
                show(&mut sheet);
            }
        }
    }
    sheet.note("Draft 10: whole responses. Retry-After goes before t, whatever is left.");
    for response in [
        &[
            "Date Mon, 05 Aug 2019 09:27:00 GMT",
            "Retry-After Mon, 05 Aug 2019 09:27:05 GMT",
            "RateLimit \"default\";r=0;t=5",
        ][..],
        &[
            "Retry-After 20",
            "RateLimit-Policy \"dynamic\";q=100;w=60",
            "RateLimit \"dynamic\";r=15;t=40",
        ],
        &["RateLimit-Policy \"dynamic\";q=15;w=20", "RateLimit \"dynamic\";r=0;t=20"],
        &["RateLimit \"default\";r=0;t=50"],
        &[
            "RateLimit-Policy \"hour\";q=1000;w=3600, \"day\";q=5000;w=86400",
            "RateLimit \"day\";r=100;t=36000",
        ],
    ] {
        sheet.step("dialect ietf - -");
        for line in response {
            sheet.step(format!("tell {line}"));
        }
        sheet.step("advice 1564997220000000000");
        sheet.step("allowances");
        sheet.step("tightest 1564997220000000000");
        sheet.step("advised 1564997220000000000");
    }
    sheet.note("As a server in the wild writes drafts 6, 7 and 8.");
    for response in [
        &[
            "RateLimit-Policy 100;w=60",
            "RateLimit-Limit 100",
            "RateLimit-Remaining 99",
            "RateLimit-Reset 60",
        ][..],
        &["RateLimit-Policy 100;w=60", "RateLimit limit=100, remaining=99, reset=60"],
        &[
            "RateLimit \"100-in-1min\"; r=99; t=60",
            "RateLimit-Policy \"100-in-1min\"; q=100; w=60; pk=:YWJj:",
        ],
    ] {
        sheet.step("dialect common - -");
        for line in response {
            sheet.step(format!("tell {line}"));
        }
        show(&mut sheet);
    }
    sheet.finish()
}

/// Structured fields: one change to each byte, every type, every split.
pub(super) fn structured() -> String {
    let mut sheet =
        Sheet::new("Structured fields: what is in the grammar of RFC 9651, and what is not.");
    sheet.note("One byte less, one changed, one more.");
    for (name, good) in [
        ("RateLimit", "\"a\\\"b\";r=10;t=5;pk=:YWI=:, \"c\";r=0"),
        ("RateLimit", "limit=10, remaining=0;x, reset=7"),
        ("RateLimit-Policy", "\"a\";q=1;w=60;qu=\"request\", 7;w=1"),
        ("RateLimit-Limit", "5, 5;w=1;c=\"x\""),
    ] {
        for at in 0..good.len() {
            let (before, rest) = good.split_at(at);
            let changed = ["", "x", "\"", " ", "-", ",", ";", "=", "\t", "(", "1", "?"][at % 12];
            for line in [
                format!("{before}{}", &rest[1..]),
                format!("{before}{changed}{}", &rest[1..]),
                format!("{before}{changed}{rest}"),
            ] {
                sheet.step("dialect ietf - -");
                sheet.step(format!("tell {name} {line}"));
                sheet.step("allowances");
            }
        }
    }
    sheet.note("Values of every type, under a name that is ours and one that is not.");
    for value in VALUES {
        for name in ["r", "t", "x", "pk"] {
            sheet.step("dialect ietf - -");
            sheet.step(format!("tell RateLimit \"a\";r=3;{name}={value}"));
            sheet.step("allowances");
        }
        for name in ["q", "w", "qu", "pk", "x"] {
            sheet.step("dialect ietf - -");
            sheet.step(format!("tell RateLimit-Policy \"a\";q=3;{name}={value}"));
            sheet.step("allowances");
        }
        for line in
            [format!("tell RateLimit {value}"), format!("tell RateLimit limit=1, reset={value}")]
        {
            sheet.step("dialect ietf - -");
            sheet.step(line);
            sheet.step("allowances");
        }
        sheet.step("dialect ietf - -");
        sheet.step(format!("tell RateLimit-Policy {value};q=1;w=2"));
        sheet.step(format!("tell RateLimit-Limit {value}"));
        sheet.step("allowances");
    }
    sheet.note("One list in one line or in many, members in any order, empty lines between.");
    let members = ["\"a\";r=5;t=1", "\"b\";r=0;t=9", "\"c\";r=0;t=8;pk=:YQ==:", "\"a\";r=4"];
    for cut in 0..8 {
        sheet.step("dialect ietf - -");
        let mut line = String::new();
        for (place, member) in members.iter().enumerate() {
            line += member;
            if place == 3 || cut >> place & 1 == 1 {
                sheet.step(format!("tell RateLimit {line}"));
                sheet.step("tell RateLimit ");
                line.clear();
            } else {
                line += [", ", ",", " , ", "\t,\t"][cut % 4];
            }
        }
        sheet.step("tell RateLimit-Policy \"b\";q=9;w=9, \"c\";q=8;w=8;pk=:YQ==:");
        show(&mut sheet);
    }
    sheet.note(
        "A malformed line takes the whole field with it, before and after, and no other field.",
    );
    for bad in ["RateLimit \"a\"", "RateLimit-Policy x", "RateLimit-Limit 5, 6"] {
        sheet.step("dialect ietf - -");
        for line in [
            "RateLimit \"a\";r=0;t=5",
            "RateLimit-Policy \"a\";q=9;w=60, 10;w=1",
            "RateLimit-Limit 10, 10;w=7",
            "RateLimit-Remaining 1",
            bad,
            "RateLimit \"a\";r=0;t=5",
            "RateLimit-Policy \"a\";q=9;w=60, 10;w=1",
            "RateLimit-Limit 10, 10;w=7",
        ] {
            sheet.step(format!("tell {line}"));
        }
        show(&mut sheet);
    }
    sheet.finish()
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

const VALUES: [&str; 44] = [
    "0",
    "1",
    "-1",
    "00",
    "-0",
    "999999999999999",
    "1000000000000000",
    "31622400",
    "31622401",
    "1.0",
    "1.",
    ".1",
    "1.0000",
    "-",
    "\"x\"",
    "\"\"",
    "\"content-bytes\"",
    "\"concurrent-requests\"",
    "\"concurrent\\-requests\"",
    "\"\\\"\"",
    "\"",
    "tok",
    "*a/b:c",
    ":YQ==:",
    ":YQ:",
    ":Y:",
    ":YR==:",
    ":Y===:",
    "::",
    ":=:",
    "?0",
    "?1",
    "?2",
    "@1",
    "@-1",
    "@1.5",
    "@",
    "%\"a%c3%bc\"",
    "%\"%C3\"",
    "%\"%c\"",
    "%\"",
    "(1 2)",
    "()",
    "é",
];

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

type Examples = &'static [(&'static str, &'static [&'static str])];

const DRAFT_10: Examples = &[
    (
        "RateLimit-Policy",
        &[
            "\"burst\";q=100;w=60,\"daily\";q=1000;w=86400",
            "\"default\";q=100;w=10",
            "\"permin\";q=50;w=60,\"perhr\";q=1000;w=3600",
            "\"peruser\";q=100;w=60;pk=:cHsdsRa894==:",
            "\"peruser\";q=65535;qu=\"content-bytes\";w=10;pk=:sdfjLJUOUH==:",
            "\"somepolicy\";q=10000;w=1000",
            "\"basic\";q=100;w=60",
            "\"fixedwindow\";q=100;w=60",
            "\"dynamic\";q=100;w=60",
            "\"dynamic\";q=15;w=20",
            "quota;q=100;w=1",
            "quota;q=10",
            "\"hour\";q=1000;w=3600, \"day\";q=5000;w=86400",
            "\"sliding\";q=100;w=60;burst=1000",
            "\"fixed\";q=5000;w=3600;burst=0",
            "\"sliding\";q=12;w=1",
        ],
    ),
    (
        "RateLimit",
        &[
            "\"default\";r=50;t=30",
            "\"default\";r=999;pk=:dHJpYWwxMjEzMjM=:",
            "\"default\";r=300000000;t=60;pk=:QXBwLTk5OQ==:",
            "\"problemPolicy\";r=0;t=10",
            "\"default\";r=1;t=7",
            "\"daily\";r=1;t=36400",
            "\"somepolicy\";r=10000;t=10",
            "\"default\";r=0;t=50",
            "\"default\";r=0;t=48",
            "\"dayLimit\";r=100;t=36000",
            "\"basic\";r=60;t=58",
            "\"basic\";r=20;t=56",
            "\"default\";r=0;t=5",
            "\"fixedwindow\";r=99;t=50",
            "\"dynamic\";r=9;t=50",
            "\"dynamic\";r=0;t=20",
            "\"dynamic\";r=15;t=40",
            "quota;t=1",
            "\"day\";r=100;t=36000",
            "\"default\";r=50;t=60",
            "\"sliding\";r=50;t=44",
            "\"sliding\";q=12;r=6;t=1",
            "\"sliding\";q=12;r=1;t=1",
        ],
    ),
];

const UNNAMED: &[&str] = &[
    "100;w=10",
    "10;w=1, 50;w=60, 1000;w=3600, 5000;w=86400",
    "10;w=1;burst=1000, 1000;w=3600",
    "10;w=1, 10;w=60",
    "10000;w=1000",
    "100;w=60",
    "15;w=20",
    "1000;w=3600, 5000;w=86400",
    "100;w=60;burst=1000;comment=\"sliding window\", 5000;w=3600;burst=0;comment=\"fixed window\"",
    "12;w=1",
];

const DRAFT_7: Examples = &[
    ("RateLimit-Policy", UNNAMED),
    (
        "RateLimit",
        &[
            "limit=100, remaining=50, reset=5",
            "limit=10, remaining=0, reset=10",
            "limit=10, remaining=1, reset=7",
            "limit=1, remaining=1, reset=36000",
            "limit=10000, remaining=10000, reset=10",
            "limit=100, remaining=0, reset=50",
            "limit=100, remaining=0, reset=48",
            "limit=5000, remaining=100, reset=36000",
            "limit=100, remaining=60, reset=58",
            "limit=100, remaining=20, reset=56",
            "limit=100, remaining=0, reset=5",
            "limit=100, remaining=99, reset=50",
            "limit=10, remaining=9, reset=50",
            "limit=0, remaining=0, reset=20",
            "limit=15, remaining=15, reset=40",
            "limit=10, reset=1",
            "limit=100, remaining=50, reset=60",
            "limit=100, remaining=50, reset=44",
            "limit=12,",
        ],
    ),
];

const DRAFT_6: Examples = &[
    ("RateLimit-Limit", &["100", "10", "10000", "5000", "0", "15", "12"]),
    ("RateLimit-Policy", UNNAMED),
    ("RateLimit-Remaining", &["50", "0", "1", "10000", "100", "60", "20", "6"]),
    ("RateLimit-Reset", &["50", "10", "7", "36000", "58", "56", "5", "60", "1"]),
];

const DRAFT_3: Examples = &[(
    "RateLimit-Limit",
    &[
        "100, 100;w=10",
        "10, 10;w=1, 50;w=60, 1000;w=3600, 5000;w=86400",
        "10, 10;w=1;burst=1000, 1000;w=3600",
        "10000, 10000;w=1000",
        "100, 100;w=60",
        "10, 100;w=60",
        "0, 15;w=20",
        "15, 100;w=60",
        "5000, 1000;w=3600, 5000;w=86400",
        "100, 100;w=60;burst=1000;comment=\"sliding window\", 5000;w=3600;burst=0;comment=\"fixed window\"",
        "12, 12;w=1",
    ],
)];
