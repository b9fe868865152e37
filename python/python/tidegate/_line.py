"""Who waits for a limit that cannot be reserved: first come, first served, under one timer.

Only the first in a line asks the limit and sleeps; when it has what it wants, or gives up, it calls
the next. So nobody overtakes, and nobody is woken in vain.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol
from weakref import WeakValueDictionary

from . import _wait
from ._core import _Patience, _seconds_until

if TYPE_CHECKING:
    from ._types import Seconds


class Answer(Protocol):
    """What a limit answered: a decision."""

    @property
    def retry_after_ns(self) -> int:
        """The wait of a denial."""
        ...

    def __bool__(self) -> bool:
        """Return whether it was allowed."""
        ...


Ask = Callable[[], Answer]
"""What takes from a limit, or looks what it would answer."""


class Turn:
    """One who stands in a line."""

    __slots__ = ("call", "deadline_ns", "late_ns")

    def __init__(self, deadline_ns: int, call: Callable[[], object]) -> None:
        self.deadline_ns = deadline_ns
        self.call = call
        self.late_ns = 0
        """Until when the first in line sleeps, if that is too late for this one."""


class Line:
    """Those who wait for one limit, in threads and in event loops."""

    __slots__ = ("__weakref__", "_lock", "_turns", "_until_ns")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: OrderedDict[Turn, None] = OrderedDict()
        self._until_ns = 0  # the first one sleeps until then

    def acquire(self, take: Ask, look: Ask, timeout: Seconds | None) -> float:
        """Take, sleeping until it can be taken; return the seconds that it took."""
        patience = _Patience(timeout)
        if self._takes_at_once(take, look, patience):
            return 0.0
        called = threading.Lock()
        called.acquire()
        turn = Turn(patience.deadline_ns, lambda: release(called))
        try:
            if not self._stands_first(turn):
                called.acquire()
            while until_ns := self._until(turn, take, patience):
                while rest := _seconds_until(until_ns):  # once, unless the timer fires early
                    _wait.sleep(rest)
        finally:
            self._leave(turn)
        return patience.waited()

    async def acquire_async(self, take: Ask, look: Ask, timeout: Seconds | None) -> float:
        """As acquire, while other tasks run."""
        patience = _Patience(timeout)
        if self._takes_at_once(take, look, patience):
            return 0.0
        bell = _wait.bell()
        turn = Turn(patience.deadline_ns, bell.ring)
        try:
            if not self._stands_first(turn):
                await bell.rung()
            while until_ns := self._until(turn, take, patience):
                await _wait.sleep_until(until_ns)
        finally:
            self._leave(turn)
        return patience.waited()

    def _takes_at_once(self, take: Ask, look: Ask, patience: _Patience) -> bool:
        """Return whether it took. AcquireTimeout: it is clear that it would wait too long."""
        with self._lock:
            answer = look() if self._turns else take()
            if not answer:
                patience.until_ns(answer.retry_after_ns)
            elif not self._turns:
                return True
            patience.allow(self._until_ns)
            return False

    def _stands_first(self, turn: Turn) -> bool:
        with self._lock:
            self._turns[turn] = None
            return len(self._turns) == 1

    def _until(self, turn: Turn, take: Ask, patience: _Patience) -> int:
        """Return when to ask again; 0 if it took. AcquireTimeout: that would be too late."""
        patience.allow(turn.late_ns)
        answer = take()
        if answer:
            return 0
        until_ns = patience.until_ns(answer.retry_after_ns)
        with self._lock:
            self._until_ns = until_ns
            late = [other for other in self._turns if other.deadline_ns < until_ns]
        for other in late:
            other.late_ns = until_ns
            self._call(other)
        return until_ns

    def _leave(self, turn: Turn) -> None:
        with self._lock:
            was_first = next(iter(self._turns), None) is turn
            self._turns.pop(turn, None)
            if not was_first:
                return
            self._until_ns = 0
            following = next(iter(self._turns), None)
        if following is not None:
            self._call(following)

    def _call(self, turn: Turn) -> None:
        try:
            turn.call()
        except RuntimeError:  # its event loop is closed, and it never came to leave
            self._leave(turn)


class Lines:
    """A line for each key that somebody waits for."""

    __slots__ = ("_lines", "_lock")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: WeakValueDictionary[bytes, Line] = WeakValueDictionary()

    def of(self, key: bytes) -> Line:
        """Return the line of a key, which lasts for as long as somebody holds it."""
        with self._lock:
            line = self._lines.get(key)
            if line is None:
                line = self._lines[key] = Line()
            return line


def release(lock: threading.Lock) -> None:
    """Let whoever waits for a lock go on; of more than one call the first counts."""
    with suppress(RuntimeError):
        lock.release()
