//! How many tests passed and failed, read from what the runners print last.

use core::ops::AddAssign;

/// Passed and failed tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Counts {
    /// One test.
    pub(crate) fn one(passed: bool) -> Counts {
        Counts { passed: passed.into(), failed: (!passed).into() }
    }

    /// The sum over all closing lines of cargo, pytest, Node's runner and the C programs.
    pub(crate) fn read(text: &str) -> Counts {
        let mut counts = Counts::default();
        for line in text.lines() {
            let words: Vec<&str> = line
                .split(|c: char| !c.is_ascii_alphanumeric())
                .filter(|word| !word.is_empty())
                .collect();
            let closing = line.starts_with("test result:")
                || line.starts_with('=')
                || matches!(words[..], [_, "passed", _, "failed"]);
            for pair in words.windows(2) {
                let (first, second) = (pair[0].parse::<u64>(), pair[1].parse::<u64>());
                match (pair[0], pair[1], first, second) {
                    (_, "passed", Ok(count), _) if closing => counts.passed += count,
                    (_, "failed" | "error" | "errors", Ok(count), _) if closing => {
                        counts.failed += count
                    }
                    // Node's two lines: `# pass 12`, `ℹ fail 0`.
                    ("pass", _, _, Ok(count)) if words.len() == 2 => counts.passed += count,
                    ("fail", _, _, Ok(count)) if words.len() == 2 => counts.failed += count,
                    _ => {}
                }
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn every_runner_is_understood() {
        for (text, passed, failed) in [
            ("test result: ok. 19 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out", 19, 1),
            ("===== 2 failed, 40 passed, 1 error in 1.20s =====", 40, 3),
            ("===== 12 passed in 0.10s =====", 12, 0),
            ("ℹ tests 7\nℹ pass 6\nℹ fail 1\n", 6, 1),
            ("# pass 6\n# fail 0\n", 6, 0),
            ("150 passed, 0 failed\n", 150, 0),
            ("ok 3 passed somewhere in a sentence", 0, 0),
        ] {
            assert_eq!(Counts::read(text), Counts { passed, failed }, "{text}");
        }
    }
}
