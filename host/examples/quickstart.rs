//! Five a second, two at once.

use tidegate::{Instant, Outcome, Quota, RateLimiter, Span};

fn main() -> Result<(), tidegate::Error> {
    let limiter = RateLimiter::new(Quota::new(5, Span::from_secs(1), 2)?);
    let now = Instant::from_nanos(0); // in a program: tidegate_host::monotonic()
    for request in 1..=3 {
        match limiter.try_acquire(1, now) {
            Outcome::Allowed { .. } => println!("request {request}: go"),
            Outcome::Denied { retry_after } => {
                println!("request {request}: wait {} ms", retry_after.as_nanos() / 1_000_000)
            }
            Outcome::Never => println!("request {request}: never"),
        }
    }
    Ok(())
}
