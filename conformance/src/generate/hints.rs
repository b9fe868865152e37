//! Response headers: each field with each kind of value.

use super::sheet::Sheet;

/// Every field with values in and out of its bounds.
pub(super) fn values() -> String {
    let mut sheet = Sheet::new(
        "Response headers: every field with values good and bad. What is invalid is counted and\n\
         overwrites nothing; of two valid values the later counts.",
    );
    let numbers = [
        "0",
        "1",
        "60",
        "300",
        "00000000000000000000300",
        "31622400",
        "31622401",
        "4102444800",
        "4102444801",
        "18446744073709551615",
        "18446744073709551616",
        " 12\t",
        "",
        " ",
        "-1",
        "+1",
        "1.5",
        "1e3",
        "0x1",
        "12 ",
        "1 2",
        "12;w=60",
        "12, 34",
        "inf",
        "٣",
        "Sun, 19 May 2024 16:01:00 GMT",
    ];
    for name in
        ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Window"]
    {
        sheet.note(name);
        sheet.step(format!("header {name} 7"));
        for value in numbers {
            sheet.step(format!("header {name} {value}"));
        }
        sheet.step("hints");
    }
    for name in ["Date", "Retry-After"] {
        sheet.note(name);
        for value in [
            "Sun, 19 May 2024 16:01:00 GMT",
            "Sunday, 19-May-24 16:01:00 GMT",
            "Sun May 19 16:01:00 2024",
            "sun, 19 May 2024 16:01:00 GMT",
            "Sun, 19 May 2024 16:01:00 UTC",
            "Sun, 19 May 2024 16:01:00",
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "Sunday, 06-Nov-76 08:49:37 GMT",
            "Sunday, 06-Nov-77 08:49:37 GMT",
            "23",
            "1716134460",
            "",
            "-1",
            "2.0",
            "soon",
        ] {
            sheet.step(format!("header {name} {value}"));
            sheet.step("hints");
        }
    }
    sheet.note("Names in any case, and names that are almost ours.");
    for name in [
        "x-ratelimit-limit",
        "X-RATELIMIT-REMAINING",
        "x-RateLimit-reset",
        "X-Ratelimit-Window",
        "RETRY-AFTER",
        "date",
        "dAtE",
        "X-RateLimit",
        "X-RateLimit-",
        "X-RateLimit-Limits",
        "X-Rate-Limit-Limit",
        "XRateLimit-Limit",
        "RateLimit-Limit",
        "RateLimit",
        "RateLimit-Policy",
        "Retry-After-Ms",
        "Retry_After",
        "RetryAfter",
        "Content-Type",
        "Last-Modified",
        "Expires",
        "D",
        "é",
    ] {
        sheet.step(format!("header {name} 60"));
    }
    sheet.step("hints");
    sheet.note("Nothing was collected.");
    sheet.step("hints");
    sheet.finish()
}
