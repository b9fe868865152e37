"""tidegate.testing: clocks in the hand of a test, and the fixtures of the pytest plugin."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import trio

import tidegate
from loops import LOOPS, together
from tidegate import RateLimiter
from tidegate.testing import ManualClock, instant

SECOND = 10**9


def test_the_clocks_stand_until_they_are_moved(manual_clock: ManualClock) -> None:
    limiter = RateLimiter(2, per=1)
    assert [limiter.try_acquire() for _ in range(3)] == [True, True, False]
    before = tidegate.monotonic_ns()
    manual_clock.advance(0.499_999_999)
    assert not limiter.try_acquire()
    manual_clock.advance(0.000_000_001)
    assert limiter.try_acquire()
    assert tidegate.monotonic_ns() - before == SECOND // 2
    assert manual_clock.now_ns == tidegate.monotonic_ns()


def test_both_clocks_move_together() -> None:
    with ManualClock(now_ns=5, wall_ns=SECOND) as clock:
        window = tidegate.FixedWindow("1/minute")
        assert window.acquire() == 0.0
        assert window.acquire() == 59.0
        assert (clock.now_ns, clock.wall_ns) == (5 + 59 * SECOND, 60 * SECOND)


def test_all_that_reads_a_clock_reads_them(manual_clock: ManualClock) -> None:
    breaker = tidegate.CircuitBreaker.consecutive(1, open_for=30)
    passage = breaker.try_call()
    assert isinstance(passage, tidegate.Passage)
    breaker.failed(passage)
    api = tidegate.Api.stackflow()
    call = api.call("GET", "/", key="ann")
    call.next()
    call.answered(429, {"Retry-After": "20"})
    keyed = tidegate.KeyedRateLimiter("1/hour")
    assert [keyed.try_acquire("ann"), keyed.try_acquire("ann")] == [True, False]
    manual_clock.advance(29)
    assert breaker.state() == "open"
    manual_clock.advance(1)
    assert breaker.state() == "half_open"
    assert call.next().kind == "send"
    manual_clock.advance(3600)
    assert keyed.try_acquire("ann")


def test_who_made_the_clock_moves_it_by_sleeping(manual_clock: ManualClock) -> None:
    limiter = RateLimiter("1/hour")
    assert [limiter.acquire(), limiter.acquire()] == [0.0, 3600.0]
    assert manual_clock.sleeps == [3600.0]


def test_other_threads_wait_for_it(manual_clock: ManualClock) -> None:
    limiter, waited = RateLimiter("1/hour", start_empty=True), []
    thread = threading.Thread(target=lambda: waited.append(limiter.acquire()))
    thread.start()
    while not manual_clock.sleeps:
        time.sleep(0.001)
    manual_clock.advance(3599)
    assert waited == []
    manual_clock.advance(1)
    thread.join()
    assert waited == [3600.0]


@LOOPS
def test_tasks_wait_for_it(run: Callable[..., Any]) -> None:
    async def work() -> list[Any]:
        limiter, done = RateLimiter(1, per=1), []

        async def one(number: int) -> None:
            await limiter.acquire_async()
            done.append((number, clock.now_ns - began))

        async def move() -> None:
            began_ns = clock.now_ns
            await clock.advance_async(1.5)
            assert clock.now_ns == began_ns + 3 * SECOND // 2
            assert (len(done), clock.sleepers) == (2, 2)
            await clock.advance_async(1.5)

        began = clock.now_ns
        await together(*(lambda number=number: one(number) for number in range(4)), move)
        return done

    with ManualClock() as clock:
        assert run(work) == [(0, 0), (1, SECOND), (2, 2 * SECOND), (3, 3 * SECOND)]


@LOOPS
def test_instant_goes_in_the_order_of_time(run: Callable[..., Any]) -> None:
    async def work() -> list[str]:
        order: list[str] = []

        async def one(name: str, limiter: RateLimiter) -> None:
            for _ in range(3):
                await limiter.acquire_async()
                order.append(name)

        slow, fast = RateLimiter(1, start_empty=True), RateLimiter(4, start_empty=True, burst=1)
        await together(lambda: one("slow", slow), lambda: one("fast", fast))
        return order

    with instant():
        assert run(work) == ["fast", "fast", "fast", "slow", "slow", "slow"]


def test_instant_caps_attempts_and_never_raises_them() -> None:
    tried = []

    def fail() -> None:
        tried.append(1)
        raise OSError

    for most, attempts, expected in [(2, 5, 2), (9, 3, 3), (None, 3, 3), (1, None, 1)]:
        tried.clear()
        policy = tidegate.RetryPolicy(on=OSError, attempts=attempts, timeout=10**6)
        with instant(most), pytest.raises(OSError):
            policy.call(fail)
        assert len(tried) == expected


def test_nested_clocks_are_an_error(manual_clock: ManualClock) -> None:
    with pytest.raises(RuntimeError, match="held by another ManualClock"), ManualClock():
        pass
    assert manual_clock.now_ns == tidegate.monotonic_ns()  # and the first one is held still


def test_afterwards_time_goes_on() -> None:
    with ManualClock(now_ns=0) as clock:
        clock.advance(100)
    assert tidegate.monotonic_ns() != 100 * SECOND
    with ManualClock():  # and can be held again
        pass


def test_nobody_waits_for_ever_for_an_advance() -> None:
    limiter = RateLimiter("1/hour")
    limiter.acquire()

    async def work() -> None:
        await limiter.acquire_async()

    runs: list[Callable[[], None]] = [lambda: asyncio.run(work()), lambda: trio.run(work)]
    for run in runs:
        with ManualClock(patience=0.01), pytest.raises(RuntimeError, match="nobody has advanced"):
            run()
    errors: list[BaseException] = []

    def wait() -> None:
        try:
            limiter.acquire()
        except RuntimeError as error:
            errors.append(error)

    with ManualClock(patience=0.01):
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join()
    assert "nobody has advanced" in str(errors[0])
    assert 3500 < limiter.peek().retry_after <= 3600  # all have given back what they had reserved


@pytest.mark.parametrize("seconds", [-1, float("nan"), "1", None])
def test_a_clock_moves_by_seconds(manual_clock: ManualClock, seconds: Any) -> None:
    with pytest.raises((ValueError, TypeError), match="seconds"):
        manual_clock.advance(seconds)


PLUGIN = """
def test_manual(manual_clock):
    import tidegate
    limiter = tidegate.RateLimiter("1/hour")
    assert limiter.acquire() == 0.0
    manual_clock.advance(3600)
    assert limiter.try_acquire()

def test_instant(instant_clock):
    import tidegate
    limiter = tidegate.RateLimiter("1/hour")
    assert [limiter.acquire() for _ in range(3)] == [0.0, 3600.0, 3600.0]
    assert instant_clock.sleeps == [3600.0, 3600.0]
"""


def test_the_fixtures_need_no_import(tmp_path: Any) -> None:
    import subprocess
    import sys

    (tmp_path / "test_user.py").write_text(PLUGIN)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert re.search(r"^2 passed in ", done.stdout, re.MULTILINE), done.stdout
