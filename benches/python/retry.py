"""The retry decorator where the function succeeds at once."""

from __future__ import annotations

import backoff
import stamina
import tenacity

import tidegate
from rounds import medians, print_table, repeat


def nothing() -> None:
    """Succeed."""


def main() -> None:
    """Print the table: what a decorator adds to a call."""
    ours = tidegate.RetryPolicy(on=OSError)
    shared = tidegate.RetryPolicy(
        on=OSError,
        budget=tidegate.RetryBudget(),
        breaker=tidegate.CircuitBreaker.consecutive(5, open_for=30),
        limiter=tidegate.RateLimiter(10**9, burst=10**9),
    )
    found = medians(
        [
            ("the function alone", 20_000, repeat(nothing)),
            ("tidegate", 20_000, repeat(ours(nothing))),
            ("tidegate with budget, breaker and limiter", 10_000, repeat(shared(nothing))),
            ("tenacity", 500, repeat(tenacity.retry(stop=tenacity.stop_after_attempt(4))(nothing))),
            ("stamina", 500, repeat(stamina.retry(on=OSError, attempts=4)(nothing))),
            (
                "backoff",
                2_000,
                repeat(backoff.on_exception(backoff.expo, OSError, max_tries=4)(nothing)),
            ),
        ]
    )
    print_table("a retry decorator", found, of="tidegate", less="the function alone")


if __name__ == "__main__":
    main()
