//! gRPC's throttle (A6): in thousandths of a token.

use crate::reference::error::Error;

/// Tokens of a server.
#[derive(Clone, Debug)]
pub struct Throttle {
    most: u128,
    ratio: u128,
    /// Thousandths of a token.
    pub left: u128,
}

impl Throttle {
    /// Full.
    ///
    /// # Errors
    /// [`Error::BudgetOutOfRange`] for tokens outside of 1..=1000, or a ratio outside of 1..=10⁶.
    pub fn new(tokens: u32, ratio: u32) -> Result<Throttle, Error> {
        if !(1..=1_000).contains(&tokens) || !(1..=1_000_000).contains(&ratio) {
            return Err(Error::BudgetOutOfRange);
        }
        let most = u128::from(tokens) * 1_000;
        Ok(Throttle { most, ratio: ratio.into(), left: most })
    }

    /// Another, as full as this one.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn replaced(&self, tokens: u32, ratio: u32) -> Result<Throttle, Error> {
        let mut next = Throttle::new(tokens, ratio)?;
        next.left = self.left * next.most / self.most;
        Ok(next)
    }

    /// Whether to send again.
    pub fn failed(&mut self) -> bool {
        self.left = self.left.saturating_sub(1_000);
        self.allows()
    }

    /// Whether more than half is left.
    pub fn allows(&self) -> bool {
        2 * self.left > self.most
    }

    /// A part of a token more.
    pub fn succeeded(&mut self) {
        self.left = (self.left + self.ratio).min(self.most);
    }
}
