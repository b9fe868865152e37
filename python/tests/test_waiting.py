"""acquire, acquire_async, with and async with: one reservation, one sleep."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import trio
import trio.testing

import tidegate
from tidegate import RateLimiter
from tidegate._core import _seconds_until

SECOND = 10**9


def run_in_asyncio(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    return asyncio.run(work())


LOOPS = pytest.mark.parametrize("run", [run_in_asyncio, trio.run], ids=["asyncio", "trio"])


def test_acquire_sleeps_as_long_as_it_must() -> None:
    limiter = RateLimiter(20, burst=1)
    assert limiter.acquire() == 0.0
    before = tidegate.monotonic_ns()
    waited = limiter.acquire(timeout=5)
    assert 0 < waited <= (tidegate.monotonic_ns() - before) / SECOND
    assert limiter.acquire(0) == 0.0


def test_acquire_sleeps_once() -> None:
    """In a process of its own, because the sleep is looked up once."""
    program = (
        "import time\n"
        "sleeps = []\n"
        "sleep = time.sleep\n"
        "time.sleep = lambda delay: (sleeps.append(delay), sleep(delay))\n"
        "import tidegate\n"
        "limiter = tidegate.RateLimiter(10, burst=1)\n"
        "waited = [limiter.acquire() for _ in range(3)]\n"
        "assert len(sleeps) == 2, sleeps\n"
        "assert all(0 < delay <= 0.1 for delay in sleeps), sleeps\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_wait_longer_than_the_timeout_raises_at_once() -> None:
    limiter = RateLimiter("1/hour")
    limiter.acquire(timeout=0)
    before = tidegate.monotonic_ns()
    with pytest.raises(TimeoutError, match="is longer than the timeout") as caught:
        limiter.acquire(timeout=timedelta(minutes=59))
    assert tidegate.monotonic_ns() - before < SECOND
    assert isinstance(caught.value, tidegate.AcquireTimeout)
    assert 3599 < caught.value.retry_after <= 3600
    assert caught.value.retry_after_ns <= 3600 * SECOND
    with pytest.raises(tidegate.AcquireTimeout) as again:  # and took nothing
        limiter.acquire(timeout=timedelta(minutes=59))
    assert again.value.retry_after <= caught.value.retry_after


def test_a_wait_without_a_timeout_has_an_end() -> None:
    limiter = RateLimiter("7/day")
    limiter.pause(100 * 365 * 86_400)  # it lasts as long as a debt can be
    with pytest.raises(tidegate.AcquireTimeout, match="is longer than about fifty years"):
        limiter.acquire()


def test_a_newcomer_does_not_overtake() -> None:
    limiter = RateLimiter(1)
    limiter.drain(now_ns=0)
    assert limiter.reserve(now_ns=0).wait == 1.0
    assert not limiter.try_acquire(now_ns=SECOND)  # its token
    assert limiter.reserve(now_ns=SECOND).wait == 1.0


def test_other_threads_run_while_one_sleeps() -> None:
    limiter = RateLimiter(20, burst=1)
    limiter.acquire()
    done = threading.Event()

    def wait() -> None:
        limiter.acquire()
        done.set()

    thread = threading.Thread(target=wait)
    thread.start()
    turns = 0
    while not done.is_set():
        turns += 1
    thread.join()
    assert turns > 100


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_an_interrupt_ends_the_sleep_and_gives_the_tokens_back() -> None:
    program = (
        "import time\n"
        "sleep = time.sleep\n"
        "time.sleep = lambda delay: (print('sleeping', flush=True), sleep(delay))\n"
        "import tidegate\n"
        "limiter = tidegate.RateLimiter('2/hour', burst=2)\n"
        "limiter.acquire(2)\n"
        "try:\n"
        "    limiter.acquire(2)\n"
        "except KeyboardInterrupt:\n"
        "    print(limiter.peek().retry_after, limiter.reserve().wait)\n"
        "    raise\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "sleeping\n"
        child.send_signal(signal.SIGINT)
        output, errors = child.communicate(timeout=10)
    assert errors.rstrip().endswith("KeyboardInterrupt")
    waits = [float(wait) for wait in output.split()]
    assert len(waits) == 2
    assert all(1700 < wait <= 1800 for wait in waits)


def test_with_acquires_one_token() -> None:
    limiter = RateLimiter("2/hour")
    with limiter as waited:
        assert waited == 0.0
    with pytest.raises(LookupError, match="on purpose"), limiter:
        raise LookupError("on purpose")
    assert limiter.peek(0).remaining == 0  # an error in the block gives nothing back


@LOOPS
def test_async_with_acquires_one_token(run: Callable[..., Any]) -> None:
    limiter = RateLimiter("2/hour")

    async def work() -> None:
        async with limiter as waited:
            assert waited == 0.0
        with pytest.raises(LookupError, match="on purpose"):
            async with limiter:
                raise LookupError("on purpose")

    run(work)
    assert limiter.peek(0).remaining == 0


def test_one_limiter_serves_tasks_in_order() -> None:
    limiter = RateLimiter(20, burst=1)
    done: list[int] = []

    async def one(number: int) -> float:
        waited = await limiter.acquire_async()
        done.append(number)
        return waited

    async def work() -> list[float]:
        return await asyncio.gather(*(one(number) for number in range(5)))

    before = tidegate.monotonic_ns()
    assert asyncio.run(work())[0] == 0.0
    assert tidegate.monotonic_ns() - before >= 4 * SECOND // 20
    assert done == [0, 1, 2, 3, 4]


def test_one_limiter_serves_trio() -> None:
    limiter = RateLimiter(100, burst=1)
    waited: list[float] = []

    async def one() -> None:
        waited.append(await limiter.acquire_async())

    async def work() -> None:
        async with trio.open_nursery() as nursery:
            for _ in range(5):
                nursery.start_soon(one)

    before = tidegate.monotonic_ns()
    trio.run(work)
    assert tidegate.monotonic_ns() - before >= 4 * SECOND // 100
    assert waited[0] == 0.0
    assert len(waited) == 5


def test_trio_that_is_only_imported_does_not_mislead_asyncio() -> None:
    limiter = RateLimiter(20, burst=1)

    async def work() -> float:
        await limiter.acquire_async()
        return await limiter.acquire_async()

    assert "trio" in sys.modules
    assert asyncio.run(work()) > 0


@LOOPS
def test_acquire_async_raises_at_once(run: Callable[..., Any]) -> None:
    limiter = RateLimiter("1/hour", burst=2)

    async def work() -> None:
        assert await limiter.acquire_async(2, timeout=0) == 0.0
        with pytest.raises(tidegate.AcquireTimeout):
            await limiter.acquire_async(timeout=1)

    run(work)


def test_cancelling_gives_the_tokens_back() -> None:
    limiter = RateLimiter("2/hour")

    async def work() -> None:
        await limiter.acquire_async(2)
        task = asyncio.create_task(limiter.acquire_async(2))
        await asyncio.sleep(0)
        assert limiter.peek().retry_after > 5000  # it has reserved
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(work())
    assert 1700 < limiter.peek().retry_after <= 1800


def test_cancelling_in_trio_gives_the_tokens_back() -> None:
    limiter = RateLimiter("2/hour")

    async def work() -> None:
        await limiter.acquire_async(2)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(limiter.acquire_async, 2)
            await trio.testing.wait_all_tasks_blocked()
            assert limiter.peek().retry_after > 5000
            nursery.cancel_scope.cancel()

    trio.run(work)
    assert 1700 < limiter.peek().retry_after <= 1800


def test_closing_a_coroutine_gives_the_tokens_back() -> None:
    limiter = RateLimiter("2/hour")
    limiter.acquire(2)
    coroutine = limiter.acquire_async(2)
    assert 1700 < limiter.peek().retry_after <= 1800  # not awaited yet: nothing is reserved
    loop = asyncio.new_event_loop()
    try:
        task = loop.create_task(coroutine)
        loop.run_until_complete(asyncio.sleep(0))
        assert limiter.peek().retry_after > 5000
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            loop.run_until_complete(task)
    finally:
        loop.close()
    assert 1700 < limiter.peek().retry_after <= 1800


def test_a_timer_that_fires_early_is_slept_again(monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = RateLimiter(20, burst=1)
    limiter.acquire()
    rests: list[float] = []

    def early(until_ns: int) -> float:
        rests.append(_seconds_until(until_ns))
        return rests[-1] / 2 if len(rests) == 1 else rests[-1]

    monkeypatch.setattr("tidegate._wait._seconds_until", early)
    waited = asyncio.run(SimpleNamespace(go=limiter.acquire_async).go())
    assert waited >= rests[0]
    assert len(rests) > 1
