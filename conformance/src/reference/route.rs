//! Route patterns: `/`-separated segments, `*` for one of them, `**` for any number.

/// Whether a pattern covers a path; a query or fragment is cut off first.
pub fn covers(pattern: &str, path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let pattern: Vec<_> = pattern.split('/').collect();
    let path: Vec<_> = path.split('/').collect();
    matches(&pattern, &path)
}

fn matches(pattern: &[&str], path: &[&str]) -> bool {
    match pattern {
        [] => path.is_empty(),
        ["**", rest @ ..] => (0..=path.len()).any(|skipped| matches(rest, &path[skipped..])),
        [segment, rest @ ..] => match path {
            [first, path @ ..] => (*segment == "*" || segment == first) && matches(rest, path),
            [] => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn segments() {
        for path in ["/x", "/a/x", "/a/b/x", "/x?q=/y"] {
            assert!(covers("/**/x", path), "{path}");
        }
        for path in ["/xx", "/x/y", "/a/x/", "/X"] {
            assert!(!covers("/**/x", path), "{path}");
        }
        assert!(covers("/**/x/**", "/x") && covers("/**/x/**", "/a/x/b/c"));
        assert!(covers("/*/x", "/a/x") && !covers("/*/x", "/x"));
    }
}
