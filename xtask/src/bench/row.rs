//! `Row`: one figure, and the line of JSON that keeps it.

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// What one subject of a case cost.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// `<language>/<thing>/<variation>`.
    pub(crate) case: String,
    /// A package, or `floor-…`.
    pub(crate) subject: String,
    /// Nanoseconds an operation: the median round, and the quarters on both sides of it.
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// The memory of one key or waiter, where that is measured too.
    pub(crate) bytes: Option<f64>,
}

impl Row {
    /// Whether the subject is tidegate, linked or used in whatever way.
    pub(crate) fn is_ours(&self) -> bool {
        self.subject.starts_with("tidegate")
    }

    /// Whether the rounds agree so little that a ratio says nothing.
    pub(crate) fn is_wide(&self) -> bool {
        self.high > self.low * WIDE
    }

    /// The line of JSON, with its line feed.
    pub(crate) fn line(&self) -> String {
        let round = |nanos: f64| (nanos * 1_000.0).round() / 1_000.0;
        let value = json!({
            "case": self.case,
            "subject": self.subject,
            "median_ns": round(self.median),
            "low_ns": round(self.low),
            "high_ns": round(self.high),
            "bytes": self.bytes,
        });
        format!("{value}\n")
    }

    fn of(value: &Value) -> Option<Row> {
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        let number = |name: &str| value[name].as_f64().filter(|number| *number >= 0.0);
        Some(Row {
            case: text("case")?,
            subject: text("subject")?,
            median: number("median_ns")?,
            low: number("low_ns")?,
            high: number("high_ns")?,
            bytes: number("bytes"),
        })
    }
}

/// The rows of a file; a line that is none is named.
pub(crate) fn read(text: &str) -> Result<Vec<Row>> {
    let row = |(number, line): (usize, &str)| {
        let value: Value = serde_json::from_str(line).unwrap_or(Value::Null);
        Row::of(&value).with_context(|| format!("line {} is no row: {line}", number + 1))
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(row).collect()
}

/// The upper quarter against the lower one.
const WIDE: f64 = 1.25;

#[cfg(test)]
mod tests {
    use super::{Row, read};

    #[test]
    fn a_row_comes_back_from_its_line() {
        let row = |bytes, high| Row {
            case: "rust/bucket/allow".into(),
            subject: "tidegate".into(),
            median: 12.5,
            low: 12.0,
            high,
            bytes,
        };
        let rows = [row(None, 13.0), row(Some(22.9), 16.0)];
        let text: String = rows.iter().map(Row::line).collect();
        assert_eq!(read(&text).unwrap(), rows);
        assert_eq!(rows.map(|row| row.is_wide()), [false, true]);
        let error = read("{}").unwrap_err().to_string();
        assert_eq!(error, "line 1 is no row: {}");
    }
}
