"""Waiting for what cannot be reserved: windows, several limits as one, many keys."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import trio.testing

from loops import LOOPS, together
from tidegate import (
    AcquireTimeout,
    CombinedLimiter,
    FirstUseWindow,
    FixedWindow,
    KeyedRateLimiter,
    RateLimiter,
    StrictWindow,
)
from tidegate.testing import ManualClock, instant

MINUTE = 60 * 10**9
WINDOWS = pytest.mark.parametrize("kind", [FixedWindow, FirstUseWindow, StrictWindow])


@WINDOWS
def test_a_window_is_waited_for(kind: Any) -> None:
    with ManualClock(now_ns=MINUTE, wall_ns=MINUTE):
        window = kind("2/minute")
        assert [window.acquire(), window.acquire(timeout=0)] == [0.0, 0.0]
        assert window.acquire(2) == window.acquire(2)
        with window as waited:
            assert waited > 0
        assert window.acquire() == 0.0


def test_a_fixed_window_is_waited_for_to_the_nanosecond() -> None:
    with ManualClock(wall_ns=1_716_134_437_000_000_000) as clock:  # 23 s before it ends
        window = FixedWindow(2, per=60)
        window.acquire(2)
        assert window.acquire() == 23.0
        assert clock.wall_ns == 1_716_134_460_000_000_000


@WINDOWS
def test_a_wait_longer_than_the_timeout_raises_at_once(kind: Any) -> None:
    with ManualClock(now_ns=MINUTE, wall_ns=MINUTE) as clock:
        window = kind("1/minute")
        window.acquire()
        wait = window.peek().retry_after
        with pytest.raises(AcquireTimeout, match="is longer than the timeout") as caught:
            window.acquire(timeout=wait / 2)
        assert caught.value.retry_after == wait
        assert clock.sleeps == []
        assert window.acquire(timeout=wait) == wait


@LOOPS
@WINDOWS
def test_tasks_are_served_in_order(kind: Any, run: Callable[..., Any]) -> None:
    window = kind("2/minute")
    order: list[int] = []

    async def work() -> list[float]:
        def one(number: int) -> Callable[[], Any]:
            async def wait() -> float:
                waited: float = await window.acquire_async(2 if number == 3 else 1)
                order.append(number)
                return waited

            return wait

        return await together(*(one(number) for number in range(7)))

    with instant():
        waits = run(work)
    assert order == list(range(7))
    assert waits[:2] == [0.0, 0.0]
    assert waits == sorted(waits)
    assert waits[2] < waits[3] < waits[4] == waits[5] < waits[6]


@LOOPS
def test_async_with_a_window(run: Callable[..., Any]) -> None:
    async def work() -> None:
        window = StrictWindow("1/minute")
        async with window as waited:
            assert waited == 0.0
        async with window as waited:
            assert waited >= 60

    with instant():
        run(work)


def test_one_timer_however_many_wait() -> None:
    window = FixedWindow("1/minute")

    async def work() -> None:
        tasks = [asyncio.create_task(window.acquire_async()) for _ in range(50)]
        await clock.advance_async(1)
        assert clock.sleepers == 1
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert clock.sleepers == 0

    with ManualClock() as clock:
        asyncio.run(work())


def test_who_is_cancelled_leaves_the_line_and_takes_nothing() -> None:
    window = FixedWindow("1/minute")

    async def work() -> list[Any]:
        first, second, third = [asyncio.create_task(window.acquire_async()) for _ in range(3)]
        await clock.advance_async(1)
        second.cancel()
        waits = await asyncio.gather(first, second, third, return_exceptions=True)
        assert window.peek(0).remaining == 0
        return list(waits)

    with instant() as clock:
        window.acquire()
        waits = asyncio.run(work())
        assert clock.sleepers == 0
    assert isinstance(waits[1], asyncio.CancelledError)
    assert waits[2] - waits[0] == pytest.approx(60)


def test_cancelling_the_first_in_trio_calls_the_next() -> None:
    window = FixedWindow("1/minute")
    order: list[str] = []

    async def wait(name: str, scope: trio.CancelScope) -> None:
        with scope:
            await window.acquire_async()
            order.append(name)

    async def work() -> None:
        scopes = {name: trio.CancelScope() for name in "abc"}
        async with trio.open_nursery() as nursery:
            for name, scope in scopes.items():
                nursery.start_soon(wait, name, scope)
                await trio.testing.wait_all_tasks_blocked()
            scopes["b"].cancel()
            await trio.testing.wait_all_tasks_blocked()
            await clock.advance_async(60)
            await clock.advance_async(60)

    with ManualClock() as clock:
        window.acquire()
        trio.run(work)
    assert order == ["a", "c"]


def test_who_cannot_be_served_in_time_is_told_when_that_is_clear() -> None:
    window = FixedWindow("2/minute")

    async def work() -> list[Any]:
        large = asyncio.create_task(window.acquire_async(2))
        await asyncio.sleep(0)
        # A window is left for one, but the one before it waits for two.
        small = asyncio.create_task(window.acquire_async(1, timeout=90))
        third = asyncio.create_task(window.acquire_async(1, timeout=59))
        await asyncio.sleep(0)
        with pytest.raises(AcquireTimeout):
            await third
        return list(await asyncio.gather(large, small, return_exceptions=True))

    with ManualClock(wall_ns=0, by_itself=True):
        window.acquire()
        large, small = asyncio.run(work())
    assert large == 60.0
    assert isinstance(small, AcquireTimeout)
    assert small.retry_after == 60.0


def test_threads_and_tasks_stand_in_one_line() -> None:
    window = FixedWindow("1/minute")
    order: list[str] = []
    stands = threading.Event()

    def wait() -> None:
        stands.set()
        window.acquire()
        order.append("thread")

    async def work() -> None:
        first = asyncio.create_task(window.acquire_async())
        await asyncio.sleep(0)
        thread = threading.Thread(target=wait)
        thread.start()
        stands.wait()
        while len(window._line._turns) < 2:
            await asyncio.sleep(0.001)
        last = asyncio.create_task(window.acquire_async())
        await asyncio.sleep(0)
        first.add_done_callback(lambda _: order.append("first"))
        last.add_done_callback(lambda _: order.append("last"))
        while len(order) < 3:
            await clock.advance_async(60)
            await asyncio.sleep(0.001)
        thread.join()

    with ManualClock() as clock:
        window.acquire()
        asyncio.run(work())
    assert order == ["first", "thread", "last"]


def test_threads_get_exactly_the_limit() -> None:
    window = FixedWindow(100, per=60)
    with instant() as clock, ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(lambda _: window.acquire(), range(250)))
        assert len(waits) == 250
        assert len({round(wait) for wait in clock.sleeps}) <= 3


def test_a_closed_loop_does_not_hold_the_line() -> None:
    window = FixedWindow("1/minute")
    with instant():
        window.acquire()
        loop = asyncio.new_event_loop()
        first = loop.create_task(window.acquire_async())
        second = loop.create_task(window.acquire_async())
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(asyncio.wait_for(first, None))
        loop.close()  # while the second waits
        assert not second.done()
        second._log_destroy_pending = False  # type: ignore[attr-defined]
        done = threading.Event()

        def look() -> None:
            window.peek()
            done.set()

        thread = threading.Thread(target=look)
        thread.start()
        assert done.wait(10)
        thread.join()


def test_several_limits_as_one() -> None:
    requests, tokens = RateLimiter(2, per=1), RateLimiter("1000/minute")
    both = RateLimiter.all(requests, (tokens, 100))
    assert isinstance(both, CombinedLimiter)
    assert both.limits == (requests, tokens)
    assert both.try_acquire(now_ns=0)
    assert tokens.peek(0, now_ns=0).remaining == 900
    assert both.try_acquire(1, 900, now_ns=0)
    denied = both.check(0, 30, now_ns=0)
    assert (denied.limiter is tokens, denied.retry_after) == (True, 1.8)
    assert both.peek(1, 0, now_ns=0).limiter is requests
    assert repr(both) == (
        "RateLimiter.all(RateLimiter(2, per=1.0, burst=2), "
        "(RateLimiter(1000, per=60.0, burst=1000), 100))"
    )


def test_several_limits_are_waited_for_together() -> None:
    with ManualClock() as clock:
        both = RateLimiter.all(RateLimiter(2, per=1), RateLimiter("1000/minute"))
        assert both.acquire(1, 1000) == 0.0
        with pytest.raises(AcquireTimeout):
            both.acquire(1, 100, timeout=5.9)
        assert both.acquire(1, 100, timeout=6) == 6.0
        assert clock.sleeps == [6.0]
        with both as waited:
            assert waited == 0.06


@LOOPS
def test_several_limits_are_waited_for_in_order(run: Callable[..., Any]) -> None:
    order: list[int] = []

    async def work() -> list[float]:
        both = RateLimiter.all(RateLimiter(1, per=1), FixedWindow(100, per=60))

        def one(number: int) -> Callable[[], Any]:
            async def wait() -> float:
                async with both as waited:
                    order.append(number)
                    return waited

            return wait

        return await together(*(one(number) for number in range(4)))

    with instant():
        assert run(work) == [0.0, 1.0, 2.0, 3.0]
    assert order == [0, 1, 2, 3]


def test_a_key_is_waited_for() -> None:
    with ManualClock() as clock:
        users = KeyedRateLimiter("2/minute", burst=1)
        assert [users.acquire("ann"), users.acquire(("bob", 7)), users.acquire("ann")] == [0, 0, 30]
        assert users.acquire(b"ann", rate="1/second") > 0
        with pytest.raises(AcquireTimeout):
            users.acquire(b"ann", 1, 0)
        assert len(users._lines._lines) == 0
        assert len(clock.sleeps) == 2


@LOOPS
def test_keys_wait_each_in_its_line(run: Callable[..., Any]) -> None:
    async def work() -> list[float]:
        users = KeyedRateLimiter("1/second")
        names = ["ann", "ann", "bob", "ann", "bob"]

        def one(name: str) -> Callable[[], Any]:
            return lambda: users.acquire_async(name, timeout=5)

        return await together(*(one(name) for name in names))

    with instant():
        assert run(work) == [0.0, 1.0, 0.0, 2.0, 1.0]


def test_never_exceed_never_exceeds() -> None:
    limiter = RateLimiter.never_exceed("300/minute", burst=50)
    assert repr(limiter) == "RateLimiter(250, per=60.0, burst=50)"
    times: list[int] = []
    now_ns = 0
    while len(times) < 700:
        decision = limiter.check(now_ns=now_ns)
        if decision:
            times.append(now_ns)
        now_ns += decision.retry_after_ns
    assert all(last - first > MINUTE for first, last in zip(times, times[300:], strict=False))
    assert times[299] - times[0] <= MINUTE


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_an_interrupt_leaves_the_line() -> None:
    import signal
    import subprocess

    program = (
        "import time\n"
        "sleep = time.sleep\n"
        "time.sleep = lambda delay: (print('sleeping', flush=True), sleep(delay))\n"
        "import tidegate\n"
        "window = tidegate.StrictWindow('1/hour')\n"
        "window.acquire()\n"
        "try:\n"
        "    window.acquire()\n"
        "except KeyboardInterrupt:\n"
        "    print(len(window._line._turns))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "sleeping\n"
        child.send_signal(signal.SIGINT)
        output, _ = child.communicate(timeout=10)
    assert output == "0\n"


def test_ten_thousand_tasks_wait_in_order_under_one_timer() -> None:
    limiter = RateLimiter(1000, burst=1)
    order: list[int] = []

    async def one(number: int) -> None:
        await limiter.acquire_async()
        order.append(number)

    async def work() -> int:
        loop: Any = asyncio.get_running_loop()
        tasks = [asyncio.create_task(one(number)) for number in range(10_000)]
        await asyncio.sleep(0)
        timers = len([timer for timer in loop._scheduled if not timer.cancelled()])
        for task in tasks[30:]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return timers

    assert asyncio.run(work()) == 1
    assert order == list(range(30))
    assert limiter.reserve(0).wait < 1  # what was cancelled is given back
