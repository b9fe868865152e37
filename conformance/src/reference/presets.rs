//! The two presets: what each API's documents say about limits and retries.

use crate::reference::SECOND;
use crate::reference::backoff::Jitter;
use crate::reference::policy::{
    BudgetRule, Category, Class, Code, Limit, LimitKind, Policy, RetryRules, Route, doubling,
};

/// StackFlow's documents.
pub(super) fn stackflow() -> Policy {
    Policy {
        shared: vec![Limit {
            name: "gateway".to_owned(),
            kind: LimitKind::Bucket,
            limit: 5000,
            per: SECOND as u64,
            burst: 5000,
            unit: "requests".to_owned(),
        }],
        roles: vec![("service_account".to_owned(), 10)],
        codes: codes(&[
            ("RATE_LIMIT_EXCEEDED", 429, Class::Throttled),
            ("THROTTLED", 429, Class::ThrottledAll),
            ("TOKEN_EXPIRED", 401, Class::RefreshCredentials),
            ("TOKEN_MISSING", 401, Class::Permanent),
            ("TOKEN_INVALID", 401, Class::Permanent),
            ("WRONG_TOKEN_TYPE", 403, Class::Permanent),
            ("INSUFFICIENT_ROLE", 403, Class::Permanent),
            ("TENANT_MISMATCH", 403, Class::Permanent),
            ("RESOURCE_NOT_FOUND", 404, Class::Permanent),
            ("VALIDATION_ERROR", 400, Class::Permanent),
            ("INVALID_STATE_TRANSITION", 409, Class::Permanent),
            ("INTERNAL_ERROR", 500, Class::Transient),
            ("DATABASE_ERROR", 503, Class::Transient),
            ("AI_MODEL_ERROR", 503, Class::Transient),
        ]),
        retry: RetryRules {
            max_attempts: 5,
            statuses: vec![429..=429, 500..=500, 503..=503],
            default_429: Some(60 * SECOND),
            backoff: doubling(SECOND, 60 * SECOND, Jitter::Additive(SECOND)),
            server_jitter: 0,
            attempt_timeout: Some(30 * SECOND),
            ..RetryRules::usual()
        },
        ..preset(
            60 * SECOND,
            &[("read", 300), ("write", 60), ("ai", 60), ("bulk", 10), ("search", 120)],
            &[
                ("/**/bulk", &[], "bulk"),
                ("/**/ai/**", &[], "ai"),
                ("/**/search", &[], "search"),
                ("/**", &["POST", "PUT", "PATCH", "DELETE"], "write"),
            ],
        )
    }
}

/// VelaFlows' documents.
pub(super) fn velaflows() -> Policy {
    Policy {
        codes: codes(&[
            ("TOO_MANY_REQUESTS", 429, Class::Throttled),
            ("INTERNAL_ERROR", 500, Class::Transient),
            ("BAD_REQUEST", 400, Class::Permanent),
            ("UNAUTHORIZED", 401, Class::Permanent),
            ("FORBIDDEN", 403, Class::Permanent),
            ("NOT_FOUND", 404, Class::Permanent),
            ("CONFLICT", 409, Class::Permanent),
            ("VALIDATION_ERROR", 422, Class::Permanent),
        ]),
        retry: RetryRules {
            statuses: vec![429..=429, 500..=599],
            backoff: doubling(SECOND, 60 * SECOND, Jitter::Additive(SECOND)),
            ..RetryRules::usual()
        },
        ..preset(
            900 * SECOND,
            &[("read", 300), ("write", 100), ("delete", 50), ("auth", 20), ("bulk", 10)],
            &[
                ("/**/bulk", &[], "bulk"),
                ("/**/auth/**", &[], "auth"),
                ("/**", &["DELETE"], "delete"),
                ("/**", &["POST", "PUT", "PATCH"], "write"),
            ],
        )
    }
}

/// What both presets have in common. A retry after a denial costs none of AWS' tokens: the server has said
/// when to come again.
fn preset(window: u128, categories: &[(&str, u64)], routes: &[(&str, &[&str], &str)]) -> Policy {
    let category = |&(name, limit): &(&str, u64)| Category {
        name: name.to_owned(),
        limits: vec![Limit {
            name: name.to_owned(),
            kind: LimitKind::Fixed,
            limit,
            per: window as u64,
            burst: limit,
            unit: "requests".to_owned(),
        }],
    };
    let route = |&(pattern, methods, category): &(&str, &[&str], &str)| Route {
        methods: (!methods.is_empty()).then(|| methods.iter().map(|&it| it.to_owned()).collect()),
        pattern: pattern.to_owned(),
        category: category.to_owned(),
    };
    Policy {
        categories: categories.iter().map(category).collect(),
        shared: vec![],
        routes: routes.iter().map(route).collect(),
        roles: vec![],
        codes: vec![],
        dialect: None,
        retry: RetryRules::usual(),
        budget: BudgetRule::Quota { capacity: 500, costs: [5, 10, 0], first_success: 1 },
        breaker: None,
        hedge: None,
    }
}

fn codes(codes: &[(&str, u16, Class)]) -> Vec<Code> {
    let code = |&(code, status, class): &(&str, u16, Class)| Code {
        status: Some(status),
        code: code.to_owned(),
        class,
    };
    codes.iter().map(code).collect()
}

#[cfg(test)]
mod tests {
    use crate::reference::policy::Policy;
    use crate::reference::{SECOND, policy_file};

    #[test]
    fn the_published_resets_are_edges() {
        // The sample headers of both documents: why windows are taken to be aligned to the clock.
        for (name, reset) in [("stackflow", 1_716_134_460), ("velaflows", 1_711_296_000)] {
            let policy = Policy::named(name, None).unwrap();
            let window = u128::from(policy.categories[0].limits[0].per);
            assert_eq!(reset * SECOND % window, 0, "{name}");
        }
    }

    /// The presets are written here from the documents, and in the files once more.
    #[test]
    fn the_files_of_the_presets_say_the_same() {
        for (name, text) in [
            ("stackflow", include_str!("../../../core/policies/stackflow.json")),
            ("velaflows", include_str!("../../../core/policies/velaflows.json")),
        ] {
            let mut preset = Policy::named(name, None).unwrap();
            let mut file = policy_file::read(text).unwrap();
            for policy in [&mut preset, &mut file] {
                policy.codes.sort_by_key(|code| (code.status, code.code.clone()));
                policy
                    .routes
                    .iter_mut()
                    .filter_map(|it| it.methods.as_mut())
                    .for_each(|it| it.sort());
            }
            assert_eq!(format!("{preset:?}"), format!("{file:?}"));
        }
    }
}
