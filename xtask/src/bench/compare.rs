//! `Rounds`: how often the subjects of a case take turns; and how their figures are shown.

use std::time::Duration;

use anyhow::Result;

use super::{
    row::Row,
    servant::{Case, Servant},
};

/// How long a case is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rounds {
    count: usize,
    /// A round of one subject takes about so long.
    time: Duration,
}

impl Rounds {
    pub(crate) const QUICK: Rounds = Rounds { count: 7, time: Duration::from_millis(3) };
    pub(crate) const FULL: Rounds = Rounds { count: 31, time: Duration::from_millis(20) };

    /// A row for each subject. Which of them is first changes from round to round.
    pub(crate) fn measure(self, servants: &mut [Servant], case: &Case) -> Result<Vec<Row>> {
        let mut subjects = Vec::new();
        for (name, place) in &case.subjects {
            let times = self.times(&mut servants[*place], &case.name, name)?;
            subjects.push((name, *place, times, Vec::with_capacity(self.count), None));
        }
        let number = subjects.len();
        for round in 0..self.count {
            for turn in 0..number {
                let (name, place, times, spent, bytes) = &mut subjects[(round + turn) % number];
                let (time, size) = servants[*place].run(&case.name, name, *times)?;
                spent.push(time.as_nanos() as f64 / *times as f64);
                *bytes = size;
            }
        }
        Ok(subjects
            .into_iter()
            .map(|(name, _, _, mut spent, bytes)| {
                spent.sort_by(f64::total_cmp);
                let at = |quarter: usize| spent[(spent.len() - 1) * quarter / 4];
                let (low, median, high) = (at(1), at(2), at(3));
                Row { case: case.name.clone(), subject: name.clone(), median, low, high, bytes }
            })
            .collect())
    }

    /// So many operations that a round takes its time; what comes before is warm-up.
    fn times(self, servant: &mut Servant, case: &str, subject: &str) -> Result<u64> {
        let mut times = 1;
        loop {
            let (spent, _) = servant.run(case, subject, times)?;
            if spent >= self.time / 2 || times >= MOST {
                let per = spent.as_nanos().max(1).div_ceil(u128::from(times));
                return Ok(((self.time.as_nanos() / per) as u64).clamp(1, MOST));
            }
            // At most tenfold, since the first operations are the slowest.
            let wanted = u128::from(times) * self.time.as_nanos() / spent.as_nanos().max(1);
            times = (wanted as u64).clamp(times + 1, times * 10);
        }
    }
}

/// More operations than that are in no round: what is optimised away shows as a figure near zero.
const MOST: u64 = 50_000_000;

/// The rows, case by case: nanoseconds, the ratio to the case's floor or first subject, and the spread.
pub(crate) fn print(rows: &[Row]) {
    for case in rows.chunk_by(|one, next| one.case == next.case) {
        let base = &case[0];
        println!("{} (against {})", base.case, base.subject);
        for row in case {
            let spread = (row.high - row.low) / row.median / 2.0 * 100.0;
            let trust = if row.is_wide() { "  too wide to trust" } else { "" };
            let bytes = row.bytes.map(|bytes| format!("  {bytes:.1} B")).unwrap_or_default();
            println!(
                "  {:<30}{:>12.2} ns {:>9.2} ×  ± {spread:.0} %{bytes}{trust}",
                row.subject,
                row.median,
                row.median / base.median
            );
        }
    }
}
