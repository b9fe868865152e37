"""Waiting for limits that cannot be reserved, as methods of the compiled classes.

A window has no future to reserve in: whoever waits stands in its line and asks again.
"""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING

from . import _wrap
from ._core import FirstUseWindow, FixedWindow, KeyedRateLimiter, Quota, RateLimiter, StrictWindow

if TYPE_CHECKING:
    from collections.abc import Awaitable, Coroutine
    from types import TracebackType
    from typing import Any, TypeAlias

    from ._types import Key, Seconds

    Window: TypeAlias = FixedWindow | FirstUseWindow | StrictWindow


def acquire(self: Window, n: int = 1, timeout: Seconds | None = None) -> float:
    """Take n, sleeping until there is room. Return the seconds that it took.

    Whoever waits stands in line: first come, first served, in threads and event loops alike. Others
    may still be quicker by ``try_acquire``. Other threads run while it sleeps; Ctrl-C ends it.

    Raises ``AcquireTimeout`` (a ``TimeoutError``), and takes nothing, as soon as it is clear that
    the wait would be longer than the timeout: at once, or when those before it have had their turn.

    >>> window = tidegate.StrictWindow("1/hour")
    >>> window.acquire()
    0.0
    >>> window.acquire(timeout=0.5)
    Traceback (most recent call last):
    tidegate.AcquireTimeout: the wait of 3899.9... s is longer than the timeout
    """
    return self._line.acquire(lambda: self.check(n), lambda: self.peek(n), timeout)


def acquire_async(
    self: Window, n: int = 1, timeout: Seconds | None = None
) -> Coroutine[Any, Any, float]:
    """As acquire, for asyncio and trio: other tasks run while it waits. It may be cancelled.

    >>> import asyncio
    >>> asyncio.run(tidegate.FixedWindow("5/second").acquire_async())
    0.0
    """
    self.peek(n)  # wrong arguments raise here and not when it is awaited
    return self._line.acquire_async(lambda: self.check(n), lambda: self.peek(n), timeout)


def enter(self: Window) -> float:
    """Acquire one; return the seconds that it took.

    >>> with tidegate.FixedWindow("5/second") as waited:
    ...     waited
    0.0
    """
    return self.acquire()


def leave(
    self: Any,
    exception_type: type[BaseException] | None,
    exception: BaseException | None,
    traceback: TracebackType | None,
    /,
) -> None:
    """Give nothing back: it was for the work, however that ended."""


def enter_async(self: Window) -> Awaitable[float]:
    """As ``__enter__``, for asyncio and trio."""
    return self.acquire_async()


async def leave_async(
    self: Any,
    exception_type: type[BaseException] | None,
    exception: BaseException | None,
    traceback: TracebackType | None,
    /,
) -> None:
    """Give nothing back."""


def acquire_key(
    self: KeyedRateLimiter,
    key: Key,
    n: int = 1,
    timeout: Seconds | None = None,
    *,
    rate: str | Quota | None = None,
) -> float:
    """Take n tokens of the key's bucket, sleeping until they are there; return the seconds it took.

    Whoever waits for a key stands in line: first come, first served, in threads and event loops
    alike. Others may still be quicker by ``try_acquire``.

    Raises ``AcquireTimeout`` (a ``TimeoutError``), and takes nothing, as soon as it is clear that
    the wait would be longer than the timeout: at once, or when those before it have had their turn.

    >>> users = tidegate.KeyedRateLimiter("1/hour")
    >>> users.acquire("alice"), users.acquire("bob")
    (0.0, 0.0)
    >>> users.acquire("alice", timeout=5)
    Traceback (most recent call last):
    tidegate.AcquireTimeout: the wait of 3599.9... s is longer than the timeout
    """
    line = self._lines.of(self._key(key))
    return line.acquire(
        lambda: self.check(key, n, rate=rate), lambda: self.peek(key, n, rate=rate), timeout
    )


def acquire_key_async(
    self: KeyedRateLimiter,
    key: Key,
    n: int = 1,
    timeout: Seconds | None = None,
    *,
    rate: str | Quota | None = None,
) -> Coroutine[Any, Any, float]:
    """As acquire, for asyncio and trio: other tasks run while it waits. It may be cancelled.

    >>> import asyncio
    >>> asyncio.run(tidegate.KeyedRateLimiter("5/second").acquire_async("alice"))
    0.0
    """
    self.peek(key, n, rate=rate)  # wrong arguments raise here and not when it is awaited
    line = self._lines.of(self._key(key))
    return line.acquire_async(
        lambda: self.check(key, n, rate=rate), lambda: self.peek(key, n, rate=rate), timeout
    )


def _install(kind: type, name: str, function: Any) -> None:
    """Make a method of a function, under the name by which users know it."""
    copy = FunctionType(
        function.__code__,
        function.__globals__,
        name,
        function.__defaults__,
        function.__closure__,
    )
    copy.__kwdefaults__, copy.__doc__ = function.__kwdefaults__, function.__doc__
    copy.__annotations__ = function.__annotations__
    copy.__qualname__, copy.__module__ = f"{kind.__name__}.{name}", "tidegate"
    setattr(kind, name, copy)


for _window in (FixedWindow, FirstUseWindow, StrictWindow):
    _install(_window, "acquire", acquire)
    _install(_window, "acquire_async", acquire_async)
    _install(_window, "__enter__", enter)
    _install(_window, "__exit__", leave)
    _install(_window, "__aenter__", enter_async)
    _install(_window, "__aexit__", leave_async)
    _install(_window, "wrap", _wrap.wrap)
_install(KeyedRateLimiter, "acquire", acquire_key)
_install(KeyedRateLimiter, "acquire_async", acquire_key_async)
_install(KeyedRateLimiter, "wrap", _wrap.wrap_key)
_install(RateLimiter, "wrap", _wrap.wrap)
