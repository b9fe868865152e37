"""Everything may be shared: exact counts under threads."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tidegate import Api, FixedWindow, Hints, RateLimiter, TidegateError

THREADS = 16


@pytest.fixture(autouse=True)
def _switch_often() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def together(work: Callable[[], int]) -> int:
    """Sum what each thread did, all started at once."""
    barrier = threading.Barrier(THREADS)

    def run() -> int:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(future.result() for future in [pool.submit(run) for _ in range(THREADS)])


def test_a_bucket_gives_exactly_its_burst() -> None:
    limiter = RateLimiter(1, per=86_400, burst=10_000)
    assert together(lambda: sum(limiter.try_acquire() for _ in range(1000))) == 10_000
    assert limiter.peek(0).remaining == 0


def test_a_window_gives_exactly_its_limit() -> None:
    window = FixedWindow(10_000, per=60)
    assert together(lambda: sum(window.try_acquire(wall_ns=5) for _ in range(1000))) == 10_000


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
