//! AWS' standard quota: retries take tokens, successes give them back.

/// Tokens that are left of a capacity.
#[derive(Clone, Debug)]
pub struct RetryQuota {
    capacity: u128,
    /// Of a failure, of what was lost on the way, of a refusal.
    costs: [u128; 3],
    /// What a success brings that had no retry.
    first_success: u128,
    /// Tokens.
    pub left: u128,
}

impl RetryQuota {
    /// Full; `costs` are those of *2.0* or *2.1*.
    pub fn new(capacity: u32, second_table: bool) -> RetryQuota {
        RetryQuota::with(capacity, if second_table { [14, 14, 5] } else { [5, 10, 5] }, 1)
    }

    /// Full, with other costs.
    pub fn with(capacity: u32, costs: [u128; 3], first_success: u128) -> RetryQuota {
        RetryQuota { capacity: capacity.into(), costs, first_success, left: capacity.into() }
    }

    /// The cost, if it is there.
    pub fn spend(&mut self, cause: usize) -> Option<u128> {
        let cost = self.costs[cause];
        self.left = self.left.checked_sub(cost)?;
        Some(cost)
    }

    /// A success whose last retry cost so much; 0 if there was none.
    pub fn succeeded(&mut self, cost: u32) {
        let back = if cost == 0 { self.first_success } else { cost.into() };
        self.left = (self.left + back).min(self.capacity);
    }

    /// A retry that was not sent.
    pub fn cancelled(&mut self, cost: u32) {
        self.left = (self.left + u128::from(cost)).min(self.capacity);
    }
}
