//! The demo's result: rows, their promises, and a table.

use serde_json::json;

/// One language, one API, one phase.
pub(crate) struct Row {
    pub(crate) language: &'static str,
    pub(crate) api: &'static str,
    pub(crate) phase: &'static str,
    pub(crate) calls: u64,
    pub(crate) ok: u64,
    pub(crate) retries: u64,
    pub(crate) refused: u64,
    pub(crate) foreseeable_refusals: u64,
    pub(crate) early_retries: u64,
    pub(crate) duplicates: u64,
    pub(crate) lost: u64,
    pub(crate) waited_s: f64,
    pub(crate) digest: String,
    pub(crate) ns_per_decision: f64,
}

impl Row {
    pub(crate) fn title(&self) -> String {
        format!("{} {} {}", self.language, self.api, self.phase)
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        json!({
            "language": self.language,
            "api": self.api,
            "phase": self.phase,
            "calls": self.calls,
            "ok": self.ok,
            "retries": self.retries,
            "refused": self.refused,
            "foreseeable_refusals": self.foreseeable_refusals,
            "early_retries": self.early_retries,
            "lost": self.lost,
            "waited_s": self.waited_s,
            "digest": self.digest,
            "ns_per_decision": self.ns_per_decision,
        })
    }

    /// Every promise that this row breaks.
    pub(crate) fn broken(&self) -> impl Iterator<Item = String> + '_ {
        let alone = self.phase == "alone";
        [
            ("lost", self.lost, true),
            ("calls not ok", self.calls.abs_diff(self.ok), true),
            ("refused", self.refused, alone),
            ("foreseeable refusals", self.foreseeable_refusals, true),
            ("early retries", self.early_retries, true),
            ("effects done twice", self.duplicates, true),
        ]
        .into_iter()
        .filter(|&(_, count, promised)| promised && count > 0)
        .map(|(what, count, _)| format!("{}: {count} {what}", self.title()))
    }
}

/// One table of all rows, on standard output.
pub(crate) fn show(rows: &[Row]) {
    println!(
        "{:<8}{:<11}{:<7}{:>6}{:>6}{:>9}{:>9}{:>13}{:>7}{:>6}{:>10}{:>13}  digest",
        "",
        "api",
        "phase",
        "calls",
        "ok",
        "retries",
        "refused",
        "foreseeable",
        "early",
        "lost",
        "waited s",
        "ns/decision"
    );
    for row in rows {
        println!(
            "{:<8}{:<11}{:<7}{:>6}{:>6}{:>9}{:>9}{:>13}{:>7}{:>6}{:>10.1}{:>13.1}  {}",
            row.language,
            row.api,
            row.phase,
            row.calls,
            row.ok,
            row.retries,
            row.refused,
            row.foreseeable_refusals,
            row.early_retries,
            row.lost,
            row.waited_s,
            row.ns_per_decision,
            row.digest
        );
    }
}
