//! The workload that every language is given: requests of all categories, in one fixed order.

use std::path::PathBuf;

use crate::machine;

/// One of the two documented APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Api {
    Stackflow,
    Velaflows,
}

impl Api {
    pub(crate) const ALL: [Api; 2] = [Api::Stackflow, Api::Velaflows];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Api::Stackflow => "stackflow",
            Api::Velaflows => "velaflows",
        }
    }

    /// Its description as a file.
    pub(crate) fn policy_file(self) -> PathBuf {
        machine::root().join(format!("core/policies/{}.json", self.name()))
    }

    /// One kind of request for every category, and the limit of that category.
    pub(crate) fn kinds(self) -> &'static [Kind] {
        match self {
            Api::Stackflow => &STACKFLOW,
            Api::Velaflows => &VELAFLOWS,
        }
    }
}

/// Requests of one kind; `{}` in the path and the body is a number that changes.
pub(crate) struct Kind {
    /// Its share: how many of it belong to one window of the workload.
    pub(crate) weight: usize,
    pub(crate) method: &'static str,
    path: &'static str,
    body: &'static str,
}

impl Kind {
    pub(crate) fn path(&self, number: usize) -> String {
        self.path.replace("{}", &number.to_string())
    }

    pub(crate) fn body(&self, number: usize) -> String {
        self.body.replace("{}", &number.to_string())
    }
}

/// Reads 300, writes (with deletes) 60, AI 60, bulk 10, search 120.
const STACKFLOW: [Kind; 7] = [
    Kind { weight: 200, method: "GET", path: "/api/v1/incidents", body: "" },
    Kind { weight: 100, method: "GET", path: "/api/v1/incidents?page={}", body: "" },
    Kind {
        weight: 40,
        method: "POST",
        path: "/api/v1/incidents",
        body: r#"{"title":"Disk full","priority":"P2"}"#,
    },
    Kind { weight: 20, method: "DELETE", path: "/api/v1/incidents/old-{}", body: "" },
    Kind {
        weight: 60,
        method: "POST",
        path: "/api/v1/ai/summarize",
        body: r#"{"incidentId":"inc-1"}"#,
    },
    Kind {
        weight: 10,
        method: "POST",
        path: "/api/v1/incidents/bulk",
        body: r#"{"incidents":[{"title":"a","priority":"P3"}]}"#,
    },
    Kind { weight: 120, method: "GET", path: "/api/v1/incidents/search?q=disk", body: "" },
];

/// Reads 300, writes 100, deletes 50, authentication 20, bulk 10.
const VELAFLOWS: [Kind; 6] = [
    Kind {
        weight: 200,
        method: "GET",
        path: "/api/v1/inbox/conversations?page=1&limit=20",
        body: "",
    },
    Kind {
        weight: 100,
        method: "GET",
        path: "/api/v1/inbox/conversations?page={}&limit=5",
        body: "",
    },
    Kind {
        weight: 100,
        method: "POST",
        path: "/api/v1/contacts",
        body: r#"{"email":"a{}@example.com","firstName":"A"}"#,
    },
    Kind { weight: 50, method: "DELETE", path: "/api/v1/inbox/conversations/old-{}", body: "" },
    Kind {
        weight: 20,
        method: "POST",
        path: "/api/v1/auth/token",
        body: r#"{"refreshToken":"r"}"#,
    },
    Kind {
        weight: 10,
        method: "POST",
        path: "/api/v1/tags/bulk",
        body: r#"{"entityType":"conversation","entityIds":["conv-1"],"tagIds":["t"]}"#,
    },
];

/// So many lines `METHOD PATH [BODY]`, the kinds mixed evenly in the proportion of their weights.
pub(crate) fn lines(api: Api, calls: usize) -> String {
    let kinds = api.kinds();
    let total: usize = kinds.iter().map(|kind| kind.weight).sum();
    let mut credit = vec![0; kinds.len()];
    let mut lines = String::new();
    for number in 1..=calls {
        // Each kind earns its weight; the richest is sent and pays for all.
        for (credit, kind) in credit.iter_mut().zip(kinds) {
            *credit += kind.weight as i64;
        }
        let richest = (0..kinds.len()).max_by_key(|&index| credit[index]).unwrap_or(0);
        credit[richest] -= total as i64;
        let kind = &kinds[richest];
        let line = format!("{} {} {}", kind.method, kind.path(number), kind.body(number));
        lines.push_str(line.trim_end());
        lines.push('\n');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{Api, lines};

    #[test]
    fn kinds_come_in_proportion() {
        for api in Api::ALL {
            let total: usize = api.kinds().iter().map(|kind| kind.weight).sum();
            let lines = lines(api, total);
            assert_eq!(lines.lines().count(), total);
            let bulk = lines.lines().filter(|line| line.contains("/bulk")).count();
            assert_eq!(bulk, 10);
        }
    }
}
