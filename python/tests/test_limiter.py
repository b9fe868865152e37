"""RateLimiter: decisions, forms of a limit."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

import tidegate
from tidegate import RateLimiter

SECOND = 10**9


def test_the_wait_is_exact_to_the_nanosecond() -> None:
    limiter = RateLimiter(5, per=1, burst=2)
    assert limiter.try_acquire(2, now_ns=0) is True
    assert limiter.try_acquire(now_ns=0) is False
    assert limiter.check(1, now_ns=0).retry_after_ns == 200_000_000
    assert limiter.try_acquire(now_ns=199_999_999) is False
    assert limiter.try_acquire(now_ns=200_000_000) is True


def test_all_numbers_of_a_decision_are_of_one_state() -> None:
    limiter = RateLimiter(300, per=60, burst=50)
    decision = limiter.check(20, now_ns=0)
    assert decision
    assert decision.allowed is True
    assert decision.remaining == 30
    assert (decision.reset_after, decision.reset_after_ns) == (4.0, 4 * SECOND)
    assert (decision.retry_after, decision.retry_after_ns) == (0.0, 0)
    denied = limiter.check(31, now_ns=0)
    assert not denied
    assert (denied.remaining, denied.reset_after, denied.reset_after_ns) == (None, None, None)
    assert (denied.retry_after, denied.retry_after_ns) == (0.2, 200_000_000)
    assert repr(denied).startswith("Decision(allowed=False, remaining=None,")


def test_decisions_compare_by_value() -> None:
    first, second = (RateLimiter(5).peek(now_ns=0) for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)
    assert first != RateLimiter(6).peek(now_ns=0)


def test_a_denial_and_a_peek_take_nothing() -> None:
    limiter = RateLimiter(1, per=10, burst=3)
    assert limiter.check(2, now_ns=0).remaining == 1
    for _ in range(5):
        assert limiter.try_acquire(2, now_ns=0) is False
        assert limiter.peek(1, now_ns=0).remaining == 0
        assert limiter.peek(0, now_ns=0).remaining == 1
    assert limiter.try_acquire(1, now_ns=0) is True


def test_the_clock_is_read_where_none_is_given() -> None:
    limiter = RateLimiter("1/hour")
    before = tidegate.monotonic_ns()
    assert [limiter.try_acquire(), limiter.try_acquire(1), limiter.try_acquire(n=1)] == [
        True,
        False,
        False,
    ]
    wait = limiter.peek().retry_after_ns
    after = tidegate.monotonic_ns()
    assert 3600 * SECOND - (after - before) <= wait <= 3600 * SECOND


@pytest.mark.parametrize("n", [1, 5, True, 2**31])
def test_every_way_to_pass_the_amount_is_the_same(n: int) -> None:
    def limiter() -> RateLimiter:
        return RateLimiter(7200, per=3600, burst=2**31)

    made = [limiter() for _ in range(4)]
    now = tidegate.monotonic_ns()
    made[0].try_acquire(n)
    made[1].try_acquire(n=n)
    made[2].try_acquire(n, now_ns=now)
    RateLimiter.try_acquire(made[3], n)
    assert [limiter.peek(0).remaining for limiter in made] == [2**31 - n] * 4


@pytest.mark.parametrize(
    ("per", "nanos"),
    [
        (1, SECOND),
        (0.5, SECOND // 2),
        (0.1, SECOND // 10),
        (True, SECOND),
        (Fraction(1, 3), 333_333_333),
        (Fraction(1_000_001, SECOND), 1_000_001),
        (timedelta(minutes=15), 900 * SECOND),
        (timedelta(microseconds=1500), 1_500_000),
        (366 * 86_400, 366 * 86_400 * SECOND),
    ],
)
def test_every_unit_of_time_is_exact(per: tidegate.Seconds, nanos: int) -> None:
    limiter = RateLimiter(1, per=per)
    assert limiter.check(now_ns=0).reset_after_ns == nanos


@pytest.mark.parametrize(
    ("text", "limit", "per"),
    [
        ("300/minute", 300, 60.0),
        ("5/second", 5, 1.0),
        ("10/15 minutes", 10, 900.0),
        ("100 per hour", 100, 3600.0),
        ("100 per 2 hours", 100, 7200.0),
        ("1/day", 1, 86_400.0),
        ("007/days", 7, 86_400.0),
        ("20/50 milliseconds", 20, 0.05),
    ],
)
def test_a_limit_as_people_write_it(text: str, limit: int, per: float) -> None:
    limiter = RateLimiter(text)
    assert (limiter.limit, limiter.per, limiter.burst) == (limit, per, limit)
    assert repr(RateLimiter(text, burst=3)) == f"RateLimiter({limit}, per={per}, burst=3)"


def test_defaults() -> None:
    limiter = RateLimiter(7)
    assert (limiter.limit, limiter.per, limiter.burst) == (7, 1.0, 7)
    assert RateLimiter(0, burst=5).burst == 0
