"""Waiting: in a thread, in asyncio and in trio, by the system's clock or by a test's."""

from __future__ import annotations

import sys
import time
from heapq import heapify, heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary, ref

from ._core import _seconds_until, monotonic_ns

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

    from ._core import RateLimiter
    from ._types import Seconds


class Held(Protocol):
    """A clock in the hand of a test: who sleeps asks it."""

    def sleep(self, seconds: float) -> None:
        """Return when the clock is so many seconds on."""
        ...

    def sleep_until(self, until_ns: int) -> Awaitable[None]:
        """Return what is over when the clock has come to a time."""
        ...


held: Held | None = None
"""The clock that a test holds; None if the system's counts."""


def sleep(seconds: float) -> None:
    """Sleep in this thread. It may end early; look at the clock again."""
    if held is None:
        time.sleep(seconds)
    else:
        held.sleep(seconds)


def sleep_until(until_ns: int) -> Awaitable[None]:
    """Return what is over at a time of ``monotonic_ns()``, in the running event loop."""
    if held is not None:
        return held.sleep_until(until_ns)
    if runs_trio():
        return _until_in_trio(until_ns)
    import asyncio  # only now: it takes longer to import than all of tidegate

    loop = asyncio.get_running_loop()
    sleepers = _by_loop.get(loop)
    if sleepers is None:
        sleepers = _by_loop[loop] = Sleepers(loop)
    return sleepers.until(until_ns, loop)


async def wait(limiter: RateLimiter, n: int, timeout: Seconds | None) -> float:
    """Reserve, sleep once, and return the seconds that it took; give back when cancelled."""
    reservation = limiter.reserve(n, timeout=timeout)
    if reservation.wait_ns == 0:
        return 0.0
    try:
        await sleep_until(reservation.until_ns)
    except BaseException:
        reservation.cancel()
        raise
    return reservation.age()


def runs_trio() -> bool:
    """Return whether a task of trio runs, not one of asyncio."""
    trio = sys.modules.get("trio")
    if trio is None:
        return False
    try:
        trio.lowlevel.current_task()
    except RuntimeError:
        return False  # imported, but it does not run this
    return True


class Bell(Protocol):
    """What one task waits for, and any thread may ring."""

    def ring(self) -> object:
        """End the wait, once or more. RuntimeError: the event loop is closed."""
        ...

    def rung(self) -> Awaitable[object]:
        """Return what is over when it was rung."""
        ...

    def soon(self, function: Callable[[], object]) -> object:
        """Call a function in the event loop, at its next turn. RuntimeError: it is closed."""
        ...


class TrioBell:
    """A bell in trio."""

    __slots__ = ("_event", "_token")

    def __init__(self) -> None:
        import trio

        self._event, self._token = trio.Event(), trio.lowlevel.current_trio_token()

    def ring(self) -> None:
        """Ring it."""
        self._token.run_sync_soon(self._event.set)

    def rung(self) -> Awaitable[object]:
        """Return what waits for it."""
        return self._event.wait()

    def soon(self, function: Callable[[], object]) -> None:
        """Call a function in the event loop."""
        self._token.run_sync_soon(function)


class AsyncioBell:
    """A bell in asyncio."""

    __slots__ = ("_future",)

    def __init__(self) -> None:
        import asyncio

        self._future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def ring(self) -> None:
        """Ring it."""
        self._future.get_loop().call_soon_threadsafe(_end, self._future)

    def rung(self) -> Awaitable[object]:
        """Return what waits for it."""
        return self._future

    def soon(self, function: Callable[[], object]) -> None:
        """Call a function in the event loop."""
        self._future.get_loop().call_soon_threadsafe(function)


def bell() -> Bell:
    """Return a bell for the running task."""
    return TrioBell() if runs_trio() else AsyncioBell()


async def _until_in_trio(until_ns: int) -> None:
    import trio

    while rest := _seconds_until(until_ns):  # once, unless the timer fires early
        await trio.sleep(rest)


class Sleepers:
    """All who sleep in one event loop of asyncio, under one timer.

    A timer for each would wake those whose times are close in any order, and cost more memory.
    """

    __slots__ = ("_count", "_loop", "_queue", "_swept", "_timer")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = ref(loop)  # which this belongs to
        self._queue: list[tuple[int, int, asyncio.Future[None]]] = []
        self._count = count()
        self._swept = 0  # how many there were after the last sweep
        self._timer: asyncio.TimerHandle | None = None

    def until(self, until_ns: int, loop: asyncio.AbstractEventLoop) -> asyncio.Future[None]:
        """Return what is over at that time; of equals first comes first."""
        future: asyncio.Future[None] = loop.create_future()
        if len(self._queue) > 2 * self._swept + LEAST_SWEPT:
            self._sweep()
        heappush(self._queue, (until_ns, next(self._count), future))
        if self._queue[0][2] is future:
            self._set_timer()
        return future

    def _sweep(self) -> None:
        """Forget those who were cancelled; done whenever the queue has doubled."""
        self._queue = [sleeper for sleeper in self._queue if not sleeper[2].done()]
        heapify(self._queue)
        self._swept = len(self._queue)

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._queue and (loop := self._loop()):
            self._timer = loop.call_later(_seconds_until(self._queue[0][0]), self._ring)

    def _ring(self) -> None:
        self._timer, now = None, monotonic_ns()  # it may have fired early
        while self._queue and self._queue[0][0] <= now:
            future = heappop(self._queue)[2]
            _end(future)
        self._set_timer()


def _end(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


LEAST_SWEPT = 64
_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Sleepers] = WeakKeyDictionary()
