"""What protects a server: budgets, throttles, an adaptive rate, a breaker."""

from __future__ import annotations

from fractions import Fraction
from typing import get_args

import pytest

import tidegate
from tidegate import (
    AdaptiveRate,
    AdaptiveThrottle,
    CircuitBreaker,
    Passage,
    RetryBudget,
    RetryCosts,
    RetryQuota,
    RetryThrottle,
)

SECOND = 10**9


def passage(breaker: CircuitBreaker, now_ns: int) -> Passage:
    let = breaker.try_call(now_ns=now_ns)
    assert isinstance(let, Passage)
    return let


def test_aws_quota_by_its_defaults() -> None:
    quota = RetryQuota()
    assert quota.tokens == 500
    assert [quota.try_spend("failure") for _ in range(101)] == [5] * 100 + [None]
    quota.cancelled(5)
    quota.succeeded()  # at the first try: one token
    assert (quota.tokens, quota.try_spend("failure"), quota.try_spend("failure")) == (6, 5, None)
    quota.succeeded(5)
    assert quota.tokens == 6
    assert repr(quota) == "<RetryQuota with 6 tokens left>"


@pytest.mark.parametrize(
    ("costs", "expected"),
    [
        ("aws_2_0", [5, 10, 5]),
        ("aws_2_1", [14, 14, 5]),
        (RetryCosts(failure=1, transient=2, throttled=3, first_success=4), [1, 2, 3]),
    ],
)
def test_what_each_cause_costs(costs: tidegate.CostsName | RetryCosts, expected: list[int]) -> None:
    quota = RetryQuota(100, costs=costs)
    assert [quota.try_spend(cause) for cause in get_args(tidegate.CauseName)] == expected


def test_costs_are_a_value() -> None:
    costs = RetryCosts(failure=1, transient=2, throttled=3)
    assert costs == RetryCosts(failure=1, transient=2, throttled=3, first_success=1)
    assert len({costs, RetryCosts(failure=1, transient=2, throttled=3, first_success=2)}) == 2
    assert (costs.failure, costs.transient, costs.throttled, costs.first_success) == (1, 2, 3, 1)
    quota = RetryQuota(9, costs=RetryCosts(failure=8, transient=2, throttled=3, first_success=4))
    assert quota.try_spend("failure") == 8
    quota.succeeded()
    assert quota.tokens == 5


def test_the_names_of_tables_are_the_cores() -> None:
    for name in get_args(tidegate.CostsName):
        assert RetryQuota(costs=name).tokens == 500


def test_grpc_throttle() -> None:
    throttle = RetryThrottle(max_tokens=10, ratio=0.1)
    assert (throttle.tokens, throttle.thousandths, throttle.allows()) == (10.0, 10_000, True)
    assert [throttle.failed() for _ in range(6)] == [True, True, True, True, False, False]
    assert not throttle.allows()
    throttle.succeeded()
    assert (throttle.tokens, throttle.thousandths) == (4.1, 4_100)
    assert repr(throttle) == "<RetryThrottle with 4.1 tokens left>"
    other = throttle.replaced(100, Fraction(1, 2))
    assert (other.thousandths, throttle.thousandths) == (41_000, 4_100)
    other.succeeded()
    assert other.tokens == 41.5


def test_finagle_budget_by_its_defaults() -> None:
    budget = RetryBudget()
    assert budget.available(now_ns=0) == 10
    for _ in range(20):
        budget.deposit(now_ns=0)
    assert budget.available(now_ns=0) == 14
    assert [budget.try_withdraw(now_ns=0) for _ in range(15)] == [True] * 14 + [False]
    assert budget.available(now_ns=10 * SECOND) == 10  # the window has gone by
    assert RetryBudget(window=1, ratio=0, reserve=0).try_withdraw(now_ns=0) is False


def test_sre_throttle_by_its_defaults() -> None:
    throttle = AdaptiveThrottle()
    assert throttle.try_send(seed=1, now_ns=0)  # the first always
    for call in range(1, 99):
        throttle.try_send(seed=1, call=call, now_ns=0)
    assert (throttle.rejected(now_ns=0), throttle.rejected_millionths(now_ns=0)) == (0.99, 990_000)
    for _ in range(25):
        throttle.accepted(now_ns=0)
    assert throttle.rejected(now_ns=0) == 0.49  # (99 - 2 * 25) / 100
    assert throttle.rejected(now_ns=240 * SECOND) == 0.0


def test_without_a_seed_requests_are_drawn_apart() -> None:
    """Of 400 requests that are each sent with a chance of 1/2, all or none would be one draw."""
    throttle = AdaptiveThrottle(most=0.5)
    for _ in range(10_000):
        throttle.try_send(seed=1, now_ns=0)
    sent = sum(throttle.try_send(now_ns=0) for _ in range(400))
    assert 0 < sent < 400
    assert len({throttle.try_send(seed=1, call=7, now_ns=0) for _ in range(100)}) == 1


def test_adaptive_rate() -> None:
    rate = AdaptiveRate(now_ns=0)
    assert (rate.rate, rate.rate_pico, rate.measured, rate.measured_pico) == (0.0, 0, 0.0, 0)
    for tenth in range(100):
        now = tenth * SECOND // 10
        assert rate.try_send(now_ns=now) is None
        rate.answered(False, now_ns=now)
    assert 9 < rate.measured < 11
    assert rate.measured_pico == pytest.approx(rate.measured * 10**12, rel=1e-15)
    rate.answered(refused=True, now_ns=10 * SECOND)
    assert rate.rate == pytest.approx(rate.measured * 0.7, rel=1e-12)
    waits = [rate.try_send_ns(now_ns=10 * SECOND) for _ in range(9)]
    last = waits[-1]
    assert last is not None
    assert waits[0] is None
    told = rate.try_send(now_ns=10 * SECOND)
    assert told is not None
    assert last <= told * SECOND < last + 1_000  # rounded up
    assert rate.try_send_ns(now_ns=10 * SECOND + last - 1) == 1
    assert rate.try_send_ns(now_ns=10 * SECOND + last) is None
    assert repr(rate) == f"<AdaptiveRate of {rate.rate!r} a second>"


def test_breaker_in_turn() -> None:
    breaker = CircuitBreaker.consecutive(2, open_for=5, probes=2)
    breaker.failed(passage(breaker, 0), now_ns=0)
    breaker.succeeded(passage(breaker, 0), now_ns=0)
    late = passage(breaker, 0)
    for _ in range(2):
        breaker.failed(passage(breaker, 0), now_ns=0)
    assert breaker.state(now_ns=0) == "open"
    assert (breaker.try_call(now_ns=1), breaker.try_call_ns(now_ns=1)) == (
        4.999_999_999,
        5 * SECOND - 1,
    )
    assert breaker.state(now_ns=5 * SECOND) == "half_open"
    breaker.cancelled(passage(breaker, 5 * SECOND))
    breaker.succeeded(late, now_ns=5 * SECOND)  # says nothing of now
    for _ in range(2):
        probe = passage(breaker, 5 * SECOND)
        assert breaker.try_call(now_ns=5 * SECOND) == 5.0
        breaker.succeeded(probe, now_ns=5 * SECOND)
    assert breaker.state(now_ns=5 * SECOND) == "closed"


def test_breaker_by_ratio() -> None:
    breaker = CircuitBreaker.ratio(10, part=0.5, least=4, open_for=30)
    for _ in range(2):
        breaker.succeeded(passage(breaker, 0), now_ns=0)
    breaker.failed(passage(breaker, 0), now_ns=0)
    assert breaker.state(now_ns=0) == "closed"
    breaker.failed(passage(breaker, 0), now_ns=0)
    assert breaker.state(now_ns=0) == "open"


def test_a_passage_is_a_value() -> None:
    breaker = CircuitBreaker.consecutive(1, 5)
    first, second = passage(breaker, 0), passage(breaker, 0)
    assert (first == second, len({first, second})) == (True, 1)
    breaker.failed(first, now_ns=0)
    assert passage(breaker, 5 * SECOND) != first
    assert repr(first).startswith("Passage(")


def test_clocks_are_read_where_none_is_given() -> None:
    now = tidegate.monotonic_ns()
    budget, throttle, rate = RetryBudget(ratio=1, reserve=0), AdaptiveThrottle(), AdaptiveRate()
    budget.deposit()
    throttle.accepted()
    assert throttle.try_send()
    assert throttle.rejected() == throttle.rejected_millionths() == 0
    assert budget.available(now_ns=now) == budget.available() == 1
    assert budget.try_withdraw()
    assert (rate.try_send(), rate.try_send_ns()) == (None, None)
    rate.answered(True)
    assert 0 < (rate.try_send() or 0) <= 2
    breaker = CircuitBreaker.consecutive(1, open_for=60)
    let = breaker.try_call()
    assert isinstance(let, Passage)
    breaker.failed(let)
    assert breaker.state() == "open"
    wait, wait_ns = breaker.try_call(), breaker.try_call_ns()
    assert isinstance(wait, float)
    assert isinstance(wait_ns, int)
    assert 0 < wait_ns <= wait * SECOND <= 60 * SECOND
