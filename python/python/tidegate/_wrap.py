"""``wrap``: a function of any kind that passes a limiter before it runs."""

from __future__ import annotations

import functools
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from typing import TYPE_CHECKING, Any

from ._core import _Patience

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
    from typing import TypeAlias

    from ._combined import CombinedLimiter
    from ._core import FirstUseWindow, FixedWindow, KeyedRateLimiter, RateLimiter, StrictWindow
    from ._types import Key, Seconds

    Limiter: TypeAlias = RateLimiter | FixedWindow | FirstUseWindow | StrictWindow


def wrap(
    self: Limiter,
    function: Callable[..., Any] | None = None,
    /,
    *,
    timeout: Seconds | None = None,
    wait: bool = True,
    cost: int | Callable[..., int] = 1,
) -> Any:
    """Return the function as one that acquires before it runs; or a decorator, without a function.

    It may be a function, a coroutine function, a generator or an async generator; the last two
    acquire once, when the first item is asked for. ``cost`` is what a call takes, or a function of
    its arguments that tells it.

    Raises ``AcquireTimeout`` at once, and does not run it, if the wait would be longer than
    ``timeout``; with ``wait=False`` if there is any.

    >>> limiter = tidegate.RateLimiter("2/hour")
    >>> @limiter.wrap(wait=False)
    ... def hello(name):
    ...     return f"hello {name}"
    >>> hello("ann"), hello("bob")
    ('hello ann', 'hello bob')
    >>> hello("eve")
    Traceback (most recent call last):
    tidegate.AcquireTimeout: the wait of 1799.9... s is longer than the timeout
    """
    patience = _patience(timeout, wait)
    tell = _telling("cost", cost, "an int", int)
    if isinstance(cost, int):
        self.peek(cost)  # says what is wrong with it

    def enter(args: tuple[Any, ...], named: dict[str, Any]) -> None:
        self.acquire(tell(*args, **named), patience)

    def enter_async(args: tuple[Any, ...], named: dict[str, Any]) -> Awaitable[float]:
        return self.acquire_async(tell(*args, **named), patience)

    return _decorator(function, enter, enter_async)


def wrap_key(
    self: KeyedRateLimiter,
    function: Callable[..., Any] | None = None,
    /,
    *,
    key: Callable[..., Key],
    timeout: Seconds | None = None,
    wait: bool = True,
    cost: int | Callable[..., int] = 1,
) -> Any:
    """As ``RateLimiter.wrap``: ``key`` is a function of a call's arguments that tells its key.

    >>> users = tidegate.KeyedRateLimiter("1/hour")
    >>> @users.wrap(key=lambda user, **_: user, wait=False)
    ... def login(user):
    ...     return f"welcome, {user}"
    >>> login("ann"), login("bob")
    ('welcome, ann', 'welcome, bob')
    """
    patience = _patience(timeout, wait)
    tell = _telling("cost", cost, "an int", int)
    if not callable(key):
        raise TypeError(f"key must be a function of the arguments, not {type(key).__name__}")

    def enter(args: tuple[Any, ...], named: dict[str, Any]) -> None:
        self.acquire(key(*args, **named), tell(*args, **named), patience)

    def enter_async(args: tuple[Any, ...], named: dict[str, Any]) -> Awaitable[float]:
        return self.acquire_async(key(*args, **named), tell(*args, **named), patience)

    return _decorator(function, enter, enter_async)


def wrap_all(
    self: CombinedLimiter,
    function: Callable[..., Any] | None = None,
    /,
    *,
    timeout: Seconds | None = None,
    wait: bool = True,
    cost: tuple[int, ...] | Callable[..., tuple[int, ...]] = (),
) -> Any:
    """As ``wrap``, with an amount for each limit."""
    patience = _patience(timeout, wait)
    tell = _telling("cost", cost, "a tuple of ints", tuple)

    def enter(args: tuple[Any, ...], named: dict[str, Any]) -> None:
        self.acquire(*tell(*args, **named), timeout=patience)

    def enter_async(args: tuple[Any, ...], named: dict[str, Any]) -> Awaitable[float]:
        return self.acquire_async(*tell(*args, **named), timeout=patience)

    return _decorator(function, enter, enter_async)


def _decorator(
    function: Callable[..., Any] | None,
    enter: Callable[[tuple[Any, ...], dict[str, Any]], object],
    enter_async: Callable[[tuple[Any, ...], dict[str, Any]], Awaitable[object]],
) -> Any:
    if function is None:
        return lambda function: _decorator(_checked(function), enter, enter_async)
    _checked(function)
    if isasyncgenfunction(function):

        @functools.wraps(function)
        async def items_async(*args: Any, **named: Any) -> AsyncGenerator[Any, Any]:
            await enter_async(args, named)
            items = function(*args, **named)
            try:
                item = await anext(items)
                while True:
                    try:
                        sent = yield item
                    except GeneratorExit:  # noqa: PERF203  # each item may be answered by one
                        raise
                    except BaseException as error:
                        item = await items.athrow(error)
                    else:
                        item = await items.asend(sent)
            except StopAsyncIteration:
                pass
            finally:
                await items.aclose()

        return items_async
    if iscoroutinefunction(function):

        @functools.wraps(function)
        async def coroutine(*args: Any, **named: Any) -> Any:
            await enter_async(args, named)
            return await function(*args, **named)

        return coroutine
    if isgeneratorfunction(function):

        @functools.wraps(function)
        def items(*args: Any, **named: Any) -> Generator[Any, Any, Any]:
            enter(args, named)
            return (yield from function(*args, **named))

        return items

    @functools.wraps(function)
    def plain(*args: Any, **named: Any) -> Any:
        enter(args, named)
        return function(*args, **named)

    return plain


def _checked(function: Any) -> Callable[..., Any]:
    if not callable(function):
        raise TypeError(f"function must be a function, not {type(function).__name__}")
    return function  # type: ignore[no-any-return]


def _patience(timeout: Seconds | None, wait: bool) -> Seconds | None:
    if not isinstance(wait, bool):
        raise TypeError(f"wait must be a bool, not {type(wait).__name__}")
    if wait:
        _Patience(timeout)  # says what is wrong with it
        return timeout
    if timeout is not None:
        raise TypeError(
            "timeout has no use without waiting: leave out one of timeout and wait=False"
        )
    return 0.0


def _telling(name: str, value: Any, allowed: str, kind: type) -> Callable[..., Any]:
    """Return a function of a call's arguments that tells the value."""
    if callable(value):
        return value  # type: ignore[no-any-return]
    if not isinstance(value, kind):
        given = type(value).__name__
        raise TypeError(f"{name} must be {allowed} or a function of the arguments, not {given}")
    return lambda *_, **__: value
