//! How the delays of a backoff grow: each shape by stepping from the first delay to the one asked for.

/// One shape, in nanoseconds.
#[derive(Clone, Debug)]
pub enum Growth {
    /// Times a ratio each step, in units of 2⁻³² ns rounded up.
    Ratio(u128, u128, u128),
    /// More by a step each time.
    Linear(u128, u128),
    /// Times a power of the number of the delay, which is counted from 1.
    Polynomial(u128, u32),
    /// Times the Fibonacci numbers.
    Fibonacci(u128),
    /// As listed; the last one stays.
    List(Vec<u128>),
}

impl Growth {
    /// Whether each part is within its bounds: no delay of 0 and none above the cap, a ratio of 1 or
    /// at least 1.01, 1 to 8 delays in a list.
    pub fn is_valid(&self, cap: u128) -> bool {
        match self {
            Growth::Ratio(_, top, bottom)
                if *bottom == 0 || (top != bottom && 100 * top < 101 * bottom) =>
            {
                return false;
            }
            Growth::List(delays) => {
                let each = |delay: &u128| (1..=cap).contains(delay);
                return (1..=8).contains(&delays.len()) && delays.iter().all(each);
            }
            _ => {}
        }
        (1..=cap).contains(&self.first())
    }

    /// Before the first retry.
    pub fn first(&self) -> u128 {
        match self {
            Growth::Ratio(first, ..)
            | Growth::Linear(first, _)
            | Growth::Polynomial(first, _)
            | Growth::Fibonacci(first) => *first,
            Growth::List(delays) => delays[0],
        }
    }

    /// Before retry number `attempt`, from 0, and never above the cap.
    pub fn at(&self, attempt: u32, cap: u128) -> u128 {
        let n = u128::from(attempt);
        let delay = match self {
            Growth::Ratio(first, top, bottom) if top == bottom => *first,
            Growth::Ratio(first, top, bottom) => {
                let mut parts = first << 32;
                for _ in 0..attempt {
                    if parts >= cap << 32 {
                        break;
                    }
                    parts = (parts * top).div_ceil(*bottom);
                }
                parts.div_ceil(1 << 32)
            }
            Growth::Linear(first, step) => first + n * step,
            Growth::Polynomial(first, power) => {
                let mut delay = *first;
                for _ in 0..*power {
                    if n == 0 || delay > cap {
                        break;
                    }
                    delay *= n + 1;
                }
                delay
            }
            Growth::Fibonacci(first) => {
                let (mut delay, mut next) = (*first, *first);
                for _ in 0..attempt {
                    if delay > cap {
                        break;
                    }
                    (delay, next) = (next, delay + next);
                }
                delay
            }
            Growth::List(delays) => delays[attempt.min(delays.len() as u32 - 1) as usize],
        };
        delay.min(cap)
    }
}
