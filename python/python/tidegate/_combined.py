"""``CombinedLimiter``: several limits as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, overload

from . import _wrap
from ._core import peek_all, try_acquire_all
from ._line import Line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from types import TracebackType

    from ._core import LayeredDecision
    from ._types import Layer, Seconds

__all__ = ["CombinedLimiter"]

P = ParamSpec("P")
T = TypeVar("T")


class CombinedLimiter:
    """Several limits, all or nothing; ``RateLimiter.all`` makes it.

    Each operation takes one amount for each limit, or none: then what was given with each, else 1.

    >>> requests, tokens = tidegate.RateLimiter("500/minute"), tidegate.RateLimiter("100000/minute")
    >>> both = tidegate.RateLimiter.all(requests, tokens)
    >>> both.acquire(1, 900)
    0.0
    >>> both.check(1, 99_500, now_ns=0).limiter is tokens
    True
    """

    __slots__ = ("_layers", "_line", "_plain")

    def __init__(self, *limits: Layer | tuple[Layer, int]) -> None:
        if not limits:
            raise ValueError("name at least one limit")
        peek_all(limits)  # says what is wrong with them
        self._plain = limits
        self._layers = tuple(
            limit[0] if isinstance(limit, tuple | list) else limit for limit in limits
        )
        self._line = Line()

    @property
    def limits(self) -> tuple[Layer, ...]:
        """The limits, without amounts."""
        return self._layers

    def try_acquire(
        self, *amounts: int, now_ns: int | None = None, wall_ns: int | None = None
    ) -> bool:
        """Take from every limit, or from none: True or False. Never waits.

        Raises ``ValueError`` if one of the amounts is more than its limit can ever hold.
        """
        return bool(self.check(*amounts, now_ns=now_ns, wall_ns=wall_ns))

    def check(
        self, *amounts: int, now_ns: int | None = None, wall_ns: int | None = None
    ) -> LayeredDecision:
        """As try_acquire, with its numbers."""
        return try_acquire_all(self._with(amounts), now_ns=now_ns, wall_ns=wall_ns)

    def peek(
        self, *amounts: int, now_ns: int | None = None, wall_ns: int | None = None
    ) -> LayeredDecision:
        """Tell what check would answer; take nothing."""
        return peek_all(self._with(amounts), now_ns=now_ns, wall_ns=wall_ns)

    def acquire(self, *amounts: int, timeout: Seconds | None = None) -> float:
        """Take from every limit, sleeping until all have room. Return the seconds that it took.

        Whoever waits stands in line: first come, first served, in threads and event loops alike.
        Those who ask one of the limits by itself may still be quicker.

        Raises ``AcquireTimeout`` (a ``TimeoutError``), and takes nothing, as soon as it is clear
        that the wait would be longer than the timeout.
        """
        layers = self._with(amounts)
        return self._line.acquire(
            lambda: try_acquire_all(layers), lambda: peek_all(layers), timeout
        )

    def acquire_async(
        self, *amounts: int, timeout: Seconds | None = None
    ) -> Coroutine[Any, Any, float]:
        """As acquire, for asyncio and trio: other tasks run while it waits. It may be cancelled."""
        layers = self._with(amounts)
        peek_all(layers)  # wrong arguments raise here and not when it is awaited
        return self._line.acquire_async(
            lambda: try_acquire_all(layers), lambda: peek_all(layers), timeout
        )

    @overload
    def wrap(
        self,
        function: Callable[P, T],
        /,
        *,
        timeout: Seconds | None = None,
        wait: bool = True,
        cost: tuple[int, ...] | Callable[P, tuple[int, ...]] = (),
    ) -> Callable[P, T]: ...

    @overload
    def wrap(
        self,
        function: None = None,
        /,
        *,
        timeout: Seconds | None = None,
        wait: bool = True,
        cost: tuple[int, ...] | Callable[..., tuple[int, ...]] = (),
    ) -> Callable[[Callable[P, T]], Callable[P, T]]: ...

    def wrap(
        self,
        function: Callable[..., Any] | None = None,
        /,
        *,
        timeout: Seconds | None = None,
        wait: bool = True,
        cost: tuple[int, ...] | Callable[..., tuple[int, ...]] = (),
    ) -> Any:
        """As ``RateLimiter.wrap``.

        ``cost`` is an amount for each limit, or a function of a call's arguments that tells them.
        """
        return _wrap.wrap_all(self, function, timeout=timeout, wait=wait, cost=cost)

    def __enter__(self) -> float:
        """Acquire; return the seconds that it took."""
        return self.acquire()

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        """Give nothing back."""

    def __aenter__(self) -> Awaitable[float]:
        """As ``__enter__``, for asyncio and trio."""
        return self.acquire_async()

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        """Give nothing back."""

    def __repr__(self) -> str:
        return f"RateLimiter.all{self._plain!r}"

    def _with(self, amounts: tuple[int, ...]) -> tuple[Layer | tuple[Layer, int], ...]:
        if not amounts:
            return self._plain
        if len(amounts) != len(self._layers):
            raise TypeError(f"{len(self._layers)} limits need as many amounts, not {len(amounts)}")
        return tuple(zip(self._layers, amounts, strict=True))


CombinedLimiter.__module__ = "tidegate"  # where users import it from
