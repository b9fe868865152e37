"""Time in the hand of a test: nothing of tidegate sleeps, in threads, asyncio and trio.

>>> from tidegate.testing import ManualClock, instant
>>> with ManualClock() as clock:
...     limiter = tidegate.RateLimiter(2, per=1)
...     before = [limiter.try_acquire() for _ in range(3)]
...     clock.advance(0.5)
...     before, limiter.try_acquire()
([True, True, False], True)

With pytest they are the fixtures ``manual_clock`` and ``instant_clock``, which need no import.

The clocks are held for the whole process, for everything in tidegate that reads one: limiters,
calls, retries. Make what you test while they are held; one ``ManualClock`` at a time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

from . import _wait
from ._core import (
    _cap_attempts,
    _clocks,
    _hold_clocks,
    _move_clocks,
    _move_clocks_to,
    _Patience,
    _release_clocks,
    _seconds_until,
    monotonic_ns,
)

if TYPE_CHECKING:
    from types import TracebackType

    from ._types import Seconds

__all__ = ["ManualClock", "instant"]

NOBODY = "nobody has advanced the ManualClock that this waits for"
TURNS = 10
"""How often an event loop goes round until what a task has called, and what that has, has run."""


class ManualClock:
    """Clocks that stand still until ``advance`` moves them; held by ``with``.

    Who sleeps wakes when the clock has come to its time. Tasks and other threads wait for
    ``advance``; the thread that made the clock moves it by its own sleep, because nobody else
    would. With ``by_itself=True`` any sleep moves the clock, in the order of their times: see
    ``instant``.

    They begin at the times of the system, or at ``now_ns`` and ``wall_ns``. Nobody sleeps for ever:
    who waits for an ``advance`` that does not come for ``patience`` seconds of the real clock gets
    a RuntimeError.

    >>> with ManualClock(wall_ns=0) as clock:
    ...     limiter = tidegate.RateLimiter("1/minute")
    ...     limiter.acquire(), limiter.acquire(), clock.sleeps, clock.wall_ns
    (0.0, 60.0, [60.0], 60000000000)
    """

    def __init__(
        self,
        *,
        now_ns: int | None = None,
        wall_ns: int | None = None,
        by_itself: bool = False,
        patience: float = 30.0,
    ) -> None:
        self._now_ns = monotonic_ns() if now_ns is None else now_ns
        self._wall_ns = time.time_ns() if wall_ns is None else wall_ns
        self._by_itself = by_itself
        self._patience = patience
        self._moved = threading.Condition()
        self._queue: list[tuple[int, int, _wait.Bell]] = []
        self._count = count()
        self._pumps = False
        self._thread: int | None = None
        self.sleeps: list[float] = []
        """The seconds of each sleep, in the order in which they began."""

    @property
    def now_ns(self) -> int:
        """What ``tidegate.monotonic_ns()`` says."""
        return _clocks()[0]

    @property
    def wall_ns(self) -> int:
        """The time since 1970, in nanoseconds."""
        return _clocks()[1]

    @property
    def sleepers(self) -> int:
        """How many tasks wait for the clock."""
        with self._moved:
            return len(self._queue)

    def advance(self, seconds: Seconds) -> None:
        """Move both clocks on, and wake who has slept long enough.

        Tasks that it wakes go on when their event loop comes to them: ``await`` something, or use
        ``advance_async``.
        """
        _move_clocks(seconds)
        self._wake()

    async def advance_async(self, seconds: Seconds) -> None:
        """As advance, in a task: each that is woken goes on at its own time, before the next."""
        until_ns = _Patience(seconds).deadline_ns
        await self._settled()
        while (first_ns := self._first_ns()) is not None and first_ns <= until_ns:
            _move_clocks_to(first_ns)
            self._wake()
            await self._settled()
        _move_clocks_to(until_ns)
        self._wake()

    def sleep(self, seconds: float) -> None:
        """Sleep by this clock in a thread; what is tested calls it."""
        until_ns = _Patience(seconds).deadline_ns
        self.sleeps.append(seconds)
        if self._by_itself or threading.get_ident() == self._thread:
            _move_clocks_to(until_ns)
            self._wake()
            return
        with self._moved:
            if not self._moved.wait_for(lambda: monotonic_ns() >= until_ns, self._patience):
                raise RuntimeError(NOBODY)

    async def sleep_until(self, until_ns: int) -> None:
        """Sleep by this clock in a task; what is tested calls it."""
        bell = _wait.bell()
        sleeper = (until_ns, next(self._count), bell)
        self.sleeps.append(_seconds_until(until_ns))
        with self._moved:
            heappush(self._queue, sleeper)
        try:
            if self._by_itself:
                self._pump()
            if not await _rings(bell, self._patience):
                raise RuntimeError(NOBODY)
        finally:
            with self._moved, suppress(ValueError):
                self._queue.remove(sleeper)
                self._queue.sort()

    def __enter__(self) -> ManualClock:
        """Hold the clocks. RuntimeError: another one does."""
        _hold_clocks(self._now_ns, self._wall_ns)
        self._thread = threading.get_ident()
        _wait.held = self
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        """Let the clocks be the system's again; who still sleeps wakes."""
        _wait.held = None
        _release_clocks()
        with self._moved:
            self._moved.notify_all()
            queue, self._queue = self._queue, []
        for _, _, bell in queue:
            with suppress(RuntimeError):
                bell.ring()

    def _first_ns(self) -> int | None:
        with self._moved:
            return self._queue[0][0] if self._queue else None

    def _wake(self) -> None:
        """Ring for all whose time has come, in its order."""
        with self._moved:
            self._moved.notify_all()
            now_ns = monotonic_ns()
            while self._queue and self._queue[0][0] <= now_ns:
                with suppress(RuntimeError):  # its event loop is closed
                    heappop(self._queue)[2].ring()

    def _pump(self, turns: int = TURNS) -> None:
        """Move the clock to the first sleeper as soon as the event loop has done all else."""
        with self._moved:
            if not self._queue or (self._pumps and turns == TURNS):
                return
            bell = self._queue[0][2]
            self._pumps = turns > 0
        if turns > 0:
            with suppress(RuntimeError):
                bell.soon(lambda: self._pump(turns - 1))
            return
        first_ns = self._first_ns()
        if first_ns is not None:
            _move_clocks_to(first_ns)
            self._wake()
        self._pump()

    async def _settled(self) -> None:
        """Let all other tasks run until they wait."""
        if _wait.runs_trio():
            import trio.testing

            await trio.testing.wait_all_tasks_blocked()
        else:
            import asyncio

            for _ in range(TURNS):
                await asyncio.sleep(0)


@contextmanager
def instant(attempts: int | None = None) -> Iterator[ManualClock]:
    """Let no sleep of tidegate take time: each moves the clocks on, in the order of their times.

    ``attempts`` is how often a RetryPolicy tries at most; it never makes one try more often.

    >>> hourly = tidegate.Backoff.constant(3600)
    >>> policy = tidegate.RetryPolicy(on=OSError, attempts=10, backoff=hourly)
    >>> with instant(attempts=2) as clock:
    ...     try:
    ...         policy.call(open, "/no/such/file")
    ...     except OSError as error:
    ...         print(len(clock.sleeps))
    1
    """
    before = _cap_attempts(0 if attempts is None else attempts)
    try:
        with ManualClock(by_itself=True) as clock:
            yield clock
    finally:
        _cap_attempts(before)


async def _rings(bell: _wait.Bell, patience: float) -> bool:
    """Return whether a bell rings before real time has passed."""
    if _wait.runs_trio():
        import trio

        with trio.move_on_after(patience) as waited:
            await bell.rung()
        return not waited.cancelled_caught
    import asyncio

    done, _ = await asyncio.wait([asyncio.ensure_future(bell.rung())], timeout=patience)
    return bool(done)
