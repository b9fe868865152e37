"""Everything may be shared: exact counts under threads."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tidegate import (
    AdaptiveRate,
    AdaptiveThrottle,
    Advice,
    Api,
    CircuitBreaker,
    FixedWindow,
    Hints,
    KeyedRateLimiter,
    Passage,
    RateLimiter,
    RetryBudget,
    RetryQuota,
    RetryThrottle,
    TidegateError,
    try_acquire_all,
)
from tidegate._types import Layer

THREADS = 16


@pytest.fixture(autouse=True)
def _switch_often() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def together(work: Callable[[], int], threads: int = THREADS) -> int:
    """Sum what each thread did, all started at once."""
    barrier = threading.Barrier(threads)

    def run() -> int:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(threads) as pool:
        return sum(future.result() for future in [pool.submit(run) for _ in range(threads)])


def repeat(times: int, work: Callable[[], object]) -> int:
    for _ in range(times):
        work()
    return times


def test_a_bucket_gives_exactly_its_burst() -> None:
    limiter = RateLimiter(1, per=86_400, burst=10_000)
    assert together(lambda: sum(limiter.try_acquire() for _ in range(1000))) == 10_000
    assert limiter.peek(0).remaining == 0


def test_thirty_two_threads_get_exactly_what_is_there() -> None:
    limiter = RateLimiter(1, per=3600, burst=20_000)

    def take() -> int:
        return sum(limiter.try_acquire() for _ in range(1000))

    assert together(take, threads=32) == 20_000


def test_a_window_gives_exactly_its_limit() -> None:
    window = FixedWindow(10_000, per=60)
    assert together(lambda: sum(window.try_acquire(wall_ns=5) for _ in range(1000))) == 10_000


def test_new_keys_get_one_bucket_each() -> None:
    limiter = KeyedRateLimiter(1, per=86_400, burst=10, capacity=1024, when_full="deny")
    keys = [f"key {number}" for number in range(100)]
    assert together(lambda: sum(limiter.try_acquire(key) for key in keys)) == 100 * 10
    assert len(limiter) == 100


def test_layers_give_exactly_what_the_last_has() -> None:
    window, bucket = FixedWindow(10**6, per=60), RateLimiter(1, per=86_400, burst=1000)

    def take() -> int:
        layers: list[Layer | tuple[Layer, int]] = [(window, 3), bucket]
        return sum(bool(try_acquire_all(layers, now_ns=7, wall_ns=5)) for _ in range(200))

    assert together(take) == 1000
    assert window.peek(0, wall_ns=5).remaining == 10**6 - 3 * 1000


def test_nothing_is_lost_or_found_while_the_quota_changes() -> None:
    limiter = RateLimiter(1, per=86_400, burst=15_000)

    def change() -> int:
        taken = 0
        for turn in range(500):
            taken += limiter.try_acquire(now_ns=7)
            taken += limiter.try_acquire_up_to(3, now_ns=7)
            if turn % 5 == 0:
                limiter.reconfigure(1, per=86_400, burst=15_000, now_ns=7)
        return taken

    assert together(change) == 15_000
    assert limiter.drain(now_ns=7) == 0


def test_a_reservation_is_given_back_once_however_many_try() -> None:
    limiter = RateLimiter(1, per=86_400, burst=5)
    for _ in range(50):
        reservation = limiter.reserve(5, now_ns=7)

        def cancel() -> int:
            try:
                return reservation.cancel(now_ns=7)  # noqa: B023  # used in this turn only
            except RuntimeError:
                return 0

        assert together(cancel) == 5
    assert limiter.peek(0, now_ns=7).remaining == 5


def test_an_api_admits_exactly_its_limit() -> None:
    api = Api.velaflows()
    admitted = together(
        lambda: sum(bool(api.admit("GET", "/", key="t", now_ns=0, wall_ns=0)) for _ in range(50))
    )
    assert admitted == 300


def test_clients_of_one_api_send_exactly_its_limit() -> None:
    api = Api.velaflows()

    def send() -> int:
        calls = (api.call("GET", "/", key="t") for _ in range(50))
        return sum(call.next(now_ns=0, wall_ns=0).kind == "send" for call in calls)

    assert together(send) == 300


def test_one_call_is_sent_once_however_many_ask() -> None:
    for _ in range(50):
        call = Api.velaflows().call("GET", "/", key="t")
        kinds: Counter[str] = Counter()
        refused = []

        def ask() -> int:
            step = call.next(now_ns=0, wall_ns=0)  # noqa: B023  # used in this turn only
            kinds[step.kind] += 1  # noqa: B023
            if step.kind == "send":
                return 1
            try:
                call.answered(200, now_ns=0, wall_ns=0)  # noqa: B023
            except TidegateError as error:
                refused.append(error.name)  # noqa: B023
            return 0

        assert together(ask) == 1
        assert call.next(now_ns=0, wall_ns=0).kind in ("done", "pending")
        assert set(refused) <= {"OutOfOrder"}


def test_hints_lose_nothing() -> None:
    hints = Hints()
    together(lambda: sum(hints.header("Retry-After", "x") == "invalid" for _ in range(500)))
    assert hints.invalid == THREADS * 500


def test_no_retry_is_paid_twice() -> None:
    quota = RetryQuota(10_000, costs="aws_2_1")
    costs = together(lambda: sum(quota.try_spend("throttled") or 0 for _ in range(1000)))
    assert (costs, quota.tokens) == (10_000, 0)


def test_no_deposit_is_spent_twice() -> None:
    budget = RetryBudget(window=60, ratio=0.5, reserve=100)
    together(lambda: repeat(100, lambda: budget.deposit(now_ns=5)))
    assert budget.available(now_ns=5) == 100 + THREADS * 50
    taken = together(lambda: sum(budget.try_withdraw(now_ns=5) for _ in range(1000)))
    assert (taken, budget.available(now_ns=5)) == (100 + THREADS * 50, 0)


def test_each_failure_counts_once() -> None:
    throttle = RetryThrottle(1000, 1)
    assert together(lambda: sum(throttle.failed() for _ in range(50))) == 499
    assert throttle.thousandths == (1000 - THREADS * 50) * 1000


def test_each_request_and_accept_counts_once() -> None:
    throttle = AdaptiveThrottle(k=1)
    together(lambda: sum(throttle.try_send(now_ns=5) for _ in range(100)))
    assert throttle.rejected_millionths(now_ns=5) == 10**6 * 1600 // 1601
    together(lambda: repeat(25, lambda: throttle.accepted(now_ns=5)))
    assert throttle.rejected_millionths(now_ns=5) == 10**6 * 1200 // 1601


def test_one_probe_goes() -> None:
    breaker = CircuitBreaker.consecutive(1, open_for=5)
    first = breaker.try_call(now_ns=0)
    assert isinstance(first, Passage)
    breaker.failed(first, now_ns=0)
    at = 5 * 10**9
    assert together(lambda: isinstance(breaker.try_call(now_ns=at), Passage)) == 1


def test_a_shared_rate_gives_its_tokens_once() -> None:
    rate = AdaptiveRate(now_ns=0)
    rate.answered(refused=True, now_ns=0)
    at = 10**12  # one token is there: the rate is below one a second
    assert together(lambda: sum(rate.try_send(now_ns=at) is None for _ in range(100))) == 1


def test_one_advice_may_be_told_by_many() -> None:
    advice = Advice(dialect="github")
    together(lambda: repeat(100, lambda: advice.header("X-RateLimit-Limit", "x")))
    assert advice.invalid == THREADS * 100
