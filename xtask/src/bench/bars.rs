//! The bars: what a ratio must be, and whether it is.

use super::row::Row;

/// One bar: our figure against another of the same case, or against a sum of several.
pub(crate) struct Bar {
    pub(crate) what: &'static str,
    case: &'static str,
    ours: &'static str,
    /// Subjects whose figures are added.
    theirs: &'static [&'static str],
    pub(crate) most: f64,
}

const fn bar(
    what: &'static str,
    case: &'static str,
    theirs: &'static [&'static str],
    most: f64,
) -> Bar {
    Bar { what, case, ours: "tidegate", theirs, most }
}

static BARS: [Bar; 12] = [
    bar("a token is taken, clock given: bare CAS", "rust/bucket/allow", &["floor-cas"], 1.2),
    bar("a token is taken, clock given: governor", "rust/bucket/allow", &["governor"], 0.95),
    bar("a denial, clock given: bare CAS", "rust/bucket/deny", &["floor-cas"], 0.3),
    bar("a denial, clock given: governor", "rust/bucket/deny", &["governor"], 1.0),
    bar(
        "with the default clock: clock and CAS",
        "rust/bucket/clock",
        &["floor-clock-and-cas"],
        1.1,
    ),
    bar("two threads: bare CAS loop", "rust/threads/2", &["floor-cas-loop"], 1.15),
    bar("keyed, a million: governor", "rust/keyed-1e6/uniform", &["governor"], 0.3),
    bar("keyed, a million: line and CAS", "rust/keyed-1e6/uniform", &["floor-line-and-cas"], 2.0),
    bar("keyed, a thousand: governor", "rust/keyed-1e3/uniform", &["governor"], 0.6),
    bar("keyed, short strings: governor", "rust/keyed-1e3/string", &["governor"], 0.5),
    Bar {
        ours: "tidegate-static",
        ..bar("C, static: Rust", "c/bucket/allow", &["rust-called"], 1.15)
    },
    Bar {
        ours: "tidegate-shared",
        ..bar("C, shared: Rust", "c/bucket/allow", &["rust-called"], 1.3)
    },
];

impl Bar {
    /// Our figure as a multiple of theirs; `None` where a row is missing.
    fn ratio(&self, rows: &[Row]) -> Option<f64> {
        let median = |subject: &str| {
            let found = rows.iter().find(|row| row.case == self.case && row.subject == subject)?;
            Some(found.median)
        };
        let theirs = self.theirs.iter().map(|name| median(name)).sum::<Option<f64>>()?;
        Some(median(self.ours)? / theirs)
    }
}

/// Every bar that the rows have figures for, with the ratio.
pub(crate) fn ratios(rows: &[Row]) -> Vec<(&'static Bar, f64)> {
    BARS.iter().filter_map(|bar| Some((bar, bar.ratio(rows)?))).collect()
}

/// Prints them; and who else is ahead of us, since no row is left out.
pub(crate) fn print(rows: &[Row]) {
    let mut held = 0;
    let ratios = ratios(rows);
    for (bar, ratio) in &ratios {
        let holds = *ratio <= bar.most;
        held += usize::from(holds);
        let word = if holds { "holds" } else { "FALLS SHORT" };
        println!("{:<44}{ratio:>8.2} ×  bar {:>5} ×  {word}", bar.what, bar.most);
    }
    for case in rows.chunk_by(|one, next| one.case == next.case) {
        let Some(ours) = case.iter().find(|row| row.subject == "tidegate") else { continue };
        for row in case.iter().filter(|row| !row.is_ours() && !row.subject.starts_with("floor-")) {
            if row.median < ours.median {
                let times = ours.median / row.median;
                println!("{}: {} is ahead, {times:.2} ×", row.case, row.subject);
            }
        }
    }
    println!("{held} of {} bars hold", ratios.len());
}

#[cfg(test)]
mod tests {
    use super::{BARS, Row};

    fn row(subject: &str, median: f64) -> Row {
        Row {
            case: "rust/bucket/allow".into(),
            subject: subject.into(),
            median,
            low: median,
            high: median,
            bytes: None,
        }
    }

    #[test]
    fn a_bar_is_a_ratio_of_one_case() {
        let rows = [row("tidegate", 12.0), row("floor-cas", 10.0)];
        assert_eq!(BARS[0].ratio(&rows), Some(1.2));
        assert_eq!(BARS[1].ratio(&rows), None);
        assert_eq!(BARS[2].ratio(&rows), None);
    }
}
