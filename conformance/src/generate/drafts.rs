//! The examples of draft-ietf-httpapi-ratelimit-headers.

use super::advice::show;
use super::sheet::Sheet;

/// Every example of the drafts, alone and together.
pub(super) fn examples() -> String {
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
