//! Structured fields: what is in their grammar, and how they come in lines.

use super::advice::show;
use super::sheet::Sheet;

/// Structured fields: one change to each byte, every type, every split.
pub(super) fn fields() -> String {
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

const VALUES: [&str; 49] = [
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
    "%\"%c3%bc%e2%82%ac%f0%9f%98%80\"",
    "%\"%c3\"",
    "%\"%c3x\"",
    "%\"%ff\"",
    "%\"%ed%a0%80\"",
    "%\"%c\"",
    "%\"",
    "(1 2)",
    "()",
    "é",
];
