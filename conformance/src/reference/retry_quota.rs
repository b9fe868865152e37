//! AWS' standard quota: retries take tokens, successes give them back.

/// Tokens that are left of a capacity.
#[derive(Clone, Debug)]
pub struct RetryQuota {
    capacity: u128,
    /// Of a failure, of what was lost on the way, of a refusal.
    costs: [u128; 3],
    /// Tokens.
    pub left: u128,
}

impl RetryQuota {
    /// Full; `costs` are those of *2.0* or *2.1*.
    pub fn new(capacity: u32, second_table: bool) -> RetryQuota {
        let costs = if second_table { [14, 14, 5] } else { [5, 10, 5] };
        RetryQuota { capacity: capacity.into(), costs, left: capacity.into() }
    }

    /// The cost, if it is there.
    pub fn spend(&mut self, cause: usize) -> Option<u128> {
        let cost = self.costs[cause];
        self.left = self.left.checked_sub(cost)?;
        Some(cost)
    }

    /// A success whose last retry cost so much; 1 if there was none.
    pub fn succeeded(&mut self, cost: u32) {
        self.cancelled(cost.max(1));
    }

    /// A retry that was not sent.
    pub fn cancelled(&mut self, cost: u32) {
        self.left = (self.left + u128::from(cost)).min(self.capacity);
    }
}
