"""``RetryPolicy``: trying again, as a decorator, a loop or a call, in threads and event loops."""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeAlias, TypeVar

from . import _wait
from ._core import RetryRules, monotonic_ns
from ._errors import AcquireTimeout, BreakerOpen

if TYPE_CHECKING:
    from types import TracebackType

    from ._core import (
        Attempts,
        Backoff,
        CircuitBreaker,
        RetryBudget,
        RetryQuota,
        RetryThrottle,
        Step,
    )
    from ._types import CauseName, Seconds

__all__ = ["Attempt", "Retry", "RetryPolicy"]

P = ParamSpec("P")
T = TypeVar("T")

On: TypeAlias = (
    type[Exception]
    | tuple[type[Exception], ...]
    | Callable[[Exception], "bool | float | timedelta"]
)
"""What is tried again: exceptions, or a function of one that says whether, or after which wait."""

NOTHING_TRIED = "nothing was tried: the breaker is open"
logger = logging.getLogger("tidegate.retry")


class Waits(Protocol):
    """A limiter that each attempt passes."""

    def acquire(self, *, timeout: Seconds | None = None) -> float:
        """Wait for it in this thread."""
        ...

    def acquire_async(self, *, timeout: Seconds | None = None) -> Awaitable[float]:
        """Wait for it in an event loop."""
        ...


@dataclass(frozen=True)
class Retry:
    """One attempt that has failed and is followed by another, as ``on_retry`` is told."""

    name: str
    """What is tried: the function's name, or "block"."""
    attempt: int
    """The number of the attempt that has failed, counted from 1."""
    delay: float
    """Seconds until the next one."""
    error: Exception
    """Why it has failed."""
    elapsed: float
    """Seconds since the first attempt began."""


class RetryPolicy:
    """When an operation of any kind is tried again: a decorator, an iterable, and a caller.

    ``on`` says what is tried again: an exception type or several, or a function that is given the
    exception and returns whether; or the seconds (or a timedelta) that the other side has ordered
    to wait. ``attempts`` is how often it is tried in all and ``timeout`` the seconds of all
    attempts and waits together; one of both may be None. ``backoff`` (a Backoff) makes the delays;
    those that were ordered are never cut short, and one beyond ``max_server_delay`` ends it.
    ``attempt_timeout`` is what ``Attempt.left`` tells an operation that can end itself.

    ``budget`` and ``breaker`` are shared by all that call the same server, and each attempt passes
    ``limiter``. ``on_retry`` is a function, or several, that is told each ``Retry``; the logger
    "tidegate.retry" is told too, as a warning.

    When it gives up it raises the exception of the last attempt, with a note that says why. A
    policy keeps no state of one operation: use one from any number of threads and tasks.

    >>> backoff = tidegate.Backoff(0.001, cap=1)
    >>> policy = tidegate.RetryPolicy(on=ConnectionError, attempts=3, backoff=backoff)
    >>> answers = iter([ConnectionError(), ConnectionError(), "hello"])
    >>> @policy
    ... def fetch():
    ...     answer = next(answers)
    ...     if isinstance(answer, Exception):
    ...         raise answer
    ...     return answer
    >>> fetch()
    'hello'

    The same as a loop, which ends with the first block that does not raise:

    >>> for attempt in policy:
    ...     with attempt:
    ...         if attempt.number < 3:
    ...             raise ConnectionError
    >>> attempt.number
    3
    """

    __slots__ = ("_hooks", "_limiter", "_matches", "_on", "_plain", "_rules")

    def __init__(
        self,
        on: On,
        *,
        attempts: int | None = 4,
        timeout: Seconds | None = None,
        attempt_timeout: Seconds | None = None,
        backoff: Backoff | None = None,
        server_jitter: Seconds = 1.0,
        max_server_delay: Seconds = 3600.0,
        budget: RetryBudget | RetryQuota | RetryThrottle | None = None,
        breaker: CircuitBreaker | None = None,
        limiter: Waits | None = None,
        on_retry: Callable[[Retry], object] | Iterable[Callable[[Retry], object]] = (),
        seed: int | None = None,
    ) -> None:
        if attempts is None and timeout is None:
            raise ValueError("attempts and timeout are both None: it would be tried for ever")
        self._rules = RetryRules(
            attempts=attempts,
            timeout=timeout,
            attempt_timeout=attempt_timeout,
            backoff=backoff,
            server_jitter=server_jitter,
            max_server_delay=max_server_delay,
            budget=budget,
            breaker=breaker,
            seed=seed,
        )
        self._on = on
        self._matches = _matcher(on)
        if limiter is not None and not hasattr(limiter, "acquire_async"):
            given = type(limiter).__name__
            raise TypeError(f"limiter must have acquire and acquire_async, not {given}")
        self._limiter = limiter
        self._hooks = _hooks(on_retry)
        # Where nothing is shared, a success has nothing to report: it costs as little as `try`.
        self._plain = limiter is None and not self._rules._is_shared

    @property
    def rules(self) -> RetryRules:
        """The rules, for a loop of your own."""
        return self._rules

    def __call__(self, function: Callable[P, T]) -> Callable[P, T]:
        """Return the function as one that is tried again; also of a coroutine function."""
        if isgeneratorfunction(function) or isasyncgenfunction(function):
            raise TypeError(
                "what has yielded cannot be taken back: try again what is inside of the generator"
            )
        if not callable(function):
            raise TypeError(f"function must be a function, not {type(function).__name__}")
        wrapper = self._of_coroutine if iscoroutinefunction(function) else self._of_function
        return functools.wraps(function)(wrapper(function))

    def _of_function(self, function: Callable[..., Any]) -> Callable[..., Any]:
        rules, limiter = self._rules, self._limiter

        def tried(*args: Any, **named: Any) -> Any:
            began_ns = monotonic_ns()
            try:
                return function(*args, **named)
            except Exception as error:
                first = _First(error, _begun(rules, began_ns))
            return self._call(first, function, args, named)

        def tried_and_reported(*args: Any, **named: Any) -> Any:
            attempts = _begun(rules, None)
            try:
                if limiter is not None:
                    limiter.acquire(timeout=attempts.left())
                result = function(*args, **named)
            except AcquireTimeout:
                attempts.aborted()
                raise
            except Exception as error:
                first = _First(error, attempts)
            except BaseException:
                attempts.aborted()
                raise
            else:
                attempts.succeeded()
                return result
            return self._call(first, function, args, named)

        return tried if self._plain else tried_and_reported

    def _of_coroutine(self, function: Callable[..., Any]) -> Callable[..., Any]:
        rules, limiter = self._rules, self._limiter

        async def tried(*args: Any, **named: Any) -> Any:
            began_ns = monotonic_ns()
            try:
                return await function(*args, **named)
            except Exception as error:
                first = _First(error, _begun(rules, began_ns))
            return await self._call_async(first, function, args, named)

        async def tried_and_reported(*args: Any, **named: Any) -> Any:
            attempts = _begun(rules, None)
            try:
                if limiter is not None:
                    await limiter.acquire_async(timeout=attempts.left())
                result = await function(*args, **named)
            except AcquireTimeout:
                attempts.aborted()
                raise
            except Exception as error:
                first = _First(error, attempts)
            except BaseException:
                attempts.aborted()
                raise
            else:
                attempts.succeeded()
                return result
            return await self._call_async(first, function, args, named)

        return tried if self._plain else tried_and_reported

    def call(self, function: Callable[P, T], /, *args: P.args, **named: P.kwargs) -> T:
        """Return what the function returns, tried again as the policy says.

        >>> tidegate.RetryPolicy(on=OSError).call(int, "7")
        7
        """
        return self._call(None, function, args, named)  # type: ignore[no-any-return]

    def call_async(
        self, function: Callable[P, Awaitable[T]], /, *args: P.args, **named: P.kwargs
    ) -> Coroutine[Any, Any, T]:
        """As call, of a coroutine function: other tasks run while it waits.

        >>> import asyncio
        >>> asyncio.run(tidegate.RetryPolicy(on=OSError).call_async(asyncio.sleep, 0, "done"))
        'done'
        """
        return self._call_async(None, function, args, named)

    def _call(self, first: _First | None, function: Any, args: Any, named: Any) -> Any:
        for attempt in _Run(self, _name(function), first):
            with attempt:
                return function(*args, **named)
        raise AssertionError("a loop of attempts ends with a result or an exception")

    async def _call_async(self, first: _First | None, function: Any, args: Any, named: Any) -> Any:
        async for attempt in _Run(self, _name(function), first):
            with attempt:
                return await function(*args, **named)
        raise AssertionError("a loop of attempts ends with a result or an exception")

    def __iter__(self) -> Iterator[Attempt]:
        """Begin an operation: a loop over its attempts that ends with the first that succeeds."""
        return _Run(self, "block", None)

    def __aiter__(self) -> AsyncIterator[Attempt]:
        """As ``__iter__``, for ``async for``: other tasks run while it waits."""
        return _Run(self, "block", None)

    def __repr__(self) -> str:
        return f"<RetryPolicy on {_name(self._on)}, {self._rules!r}>"


@dataclass(frozen=True)
class _First:
    """The first attempt, made without a loop, and failed."""

    error: Exception
    attempts: Attempts


def _begun(rules: RetryRules, began_ns: int | None) -> Attempts:
    """Return an operation whose first attempt runs. BreakerOpen: it may not."""
    attempts = rules.begin(now_ns=began_ns)
    if attempts.next(now_ns=began_ns).kind != "send":
        raise BreakerOpen(NOTHING_TRIED)
    return attempts


class Attempt:
    """One attempt, as a loop over a RetryPolicy gives it: put what is to be tried into ``with``."""

    __slots__ = ("_number", "_run")

    def __init__(self, run: _Run, number: int) -> None:
        self._run = run
        self._number = number

    @property
    def number(self) -> int:
        """Which attempt it is, counted from 1."""
        return self._number

    @property
    def elapsed(self) -> float:
        """Seconds since the first attempt began."""
        return self._run.attempts.elapsed()

    @property
    def left(self) -> float | None:
        """Seconds that it may go on, by its own timeout and that of all; None for ever."""
        return self._run.attempts.left()

    def __enter__(self) -> Attempt:
        """Begin it."""
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> bool:
        """Report how it went. What is tried again is not raised."""
        return self._run.ended(error)

    def __repr__(self) -> str:
        return f"<Attempt {self._number}>"


class _Run:
    """One operation: the state of one loop."""

    __slots__ = ("_last", "_name", "_policy", "_step", "attempts")

    def __init__(self, policy: RetryPolicy, name: str, first: _First | None) -> None:
        self._policy = policy
        self._name = name
        self._last: Exception | None = None
        self._step: Step | None = None  # what follows a failure, asked when it was reported
        self.attempts: Attempts = policy._rules.begin() if first is None else first.attempts
        if first is not None and not self.ended(first.error):
            raise first.error

    def __iter__(self) -> _Run:
        return self

    def __aiter__(self) -> _Run:
        return self

    def __next__(self) -> Attempt:
        limiter = self._policy._limiter
        try:
            while (step := self._next()).kind == "wait":
                _wait.sleep(step.delay)
            stopped = self._stopped(step)
            if stopped is None and limiter is not None and step.kind == "send":
                try:
                    limiter.acquire(timeout=self.attempts.left())
                except AcquireTimeout as too_long:
                    stopped = self._not_admitted(too_long)
        except BaseException:
            self.attempts.aborted()
            raise
        if stopped is not None:
            raise stopped
        if step.kind == "done":
            raise StopIteration
        return Attempt(self, self.attempts.attempts)

    async def __anext__(self) -> Attempt:
        limiter = self._policy._limiter
        try:
            while (step := self._next()).kind == "wait":
                await _wait.sleep_until(step.until_ns or 0)  # a wait has one
            stopped = self._stopped(step)
            if stopped is None and limiter is not None and step.kind == "send":
                try:
                    await limiter.acquire_async(timeout=self.attempts.left())
                except AcquireTimeout as too_long:
                    stopped = self._not_admitted(too_long)
        except BaseException:
            self.attempts.aborted()
            raise
        if stopped is not None:
            raise stopped
        if step.kind == "done":
            raise StopAsyncIteration
        return Attempt(self, self.attempts.attempts)

    def _next(self) -> Step:
        step, self._step = self._step, None
        return step or self.attempts.next()

    def _stopped(self, step: Step) -> Exception | None:
        """Return what ends the loop; None if it goes on or is done."""
        if step.kind == "pending":
            self.attempts.aborted()
            return RuntimeError(
                "nothing is known of the last attempt: put what is to be tried into `with attempt:`"
            )
        if step.kind != "give_up":
            return None
        if self._last is None:
            return BreakerOpen(NOTHING_TRIED)
        return self._noted(self._last, step)

    def _not_admitted(self, too_long: AcquireTimeout) -> Exception:
        """Return what ends the loop if the limiter has no room in time."""
        self.attempts.aborted()
        if self._last is None:
            return too_long
        _add_note(self._last, f"{self._so_far()}: for the limiter {too_long}")
        return self._last

    def ended(self, error: BaseException | None) -> bool:
        """Report how an attempt went; return whether there is another."""
        if error is None:
            self.attempts.succeeded()
            return False
        try:
            again = isinstance(error, Exception) and self._policy._matches(error)
            if again is False or not isinstance(error, Exception):
                self.attempts.aborted()
                return False
            told = None if again is True else again
            self.attempts.failed(_cause(error, told), told)
            step = self.attempts.next()
            if step.kind == "give_up":
                self._noted(error, step)
                return False
            self._last, self._step = error, step
            self._tell(Retry(self._name, *self._numbers(step), error, self.attempts.elapsed()))
        except BaseException:
            self.attempts.aborted()
            raise
        return True

    def _numbers(self, step: Step) -> tuple[int, float]:
        """Return the number of the attempt that has failed, and the delay after it."""
        # A wait of nothing has begun the next one already.
        made = self.attempts.attempts
        return (made - 1 if step.kind == "send" else made, step.delay)

    def _tell(self, retry: Retry) -> None:
        logger.warning(
            "%s: attempt %d failed, the next in %.3f s: %r",
            retry.name,
            retry.attempt,
            retry.delay,
            retry.error,
        )
        for hook in self._policy._hooks:
            hook(retry)

    def _noted(self, error: Exception, step: Step) -> Exception:
        why = (step.reason or "").replace("_", " ")
        if step.server_delay is not None:
            why += f", and a wait of {step.server_delay} s was ordered"
        _add_note(error, f"{self._so_far()}: {why}")
        return error

    def _so_far(self) -> str:
        count = self.attempts.attempts
        times = "1 attempt" if count == 1 else f"{count} attempts"
        return f"tidegate: gave up after {times} in {self.attempts.elapsed():.3f} s"


def _add_note(error: Exception, note: str) -> None:
    if sys.version_info >= (3, 11):
        error.add_note(note)
    else:  # where nothing prints them; who looks for them finds them
        error.__notes__ = [*getattr(error, "__notes__", []), note]


def _cause(error: Exception, told: float | timedelta | None) -> CauseName:
    """Return what a failure costs a budget, and whether it speaks against the other side."""
    if told is not None:
        return "throttled"
    return "transient" if isinstance(error, ConnectionError | TimeoutError) else "failure"


def _matcher(on: On) -> Callable[[Exception], bool | float | timedelta]:
    """Return what says of an exception whether it is tried again."""
    kinds = on if isinstance(on, tuple) else (on,)
    if kinds and all(isinstance(kind, type) and issubclass(kind, Exception) for kind in kinds):
        return lambda error: isinstance(error, kinds)  # type: ignore[arg-type]
    if isinstance(on, type | tuple) or not callable(on):
        raise TypeError(
            f"on must be exception types (subclasses of Exception) or a function of one, not {on!r}"
        )

    def asked(error: Exception) -> bool | float | timedelta:
        again = on(error)
        if isinstance(again, bool | int | float | timedelta):
            return again
        raise TypeError(
            f"on(...) must return a bool, seconds or a timedelta, not {type(again).__name__}"
        )

    return asked


def _hooks(on_retry: Any) -> tuple[Callable[[Retry], object], ...]:
    several = isinstance(on_retry, Iterable) and not callable(on_retry)
    hooks: tuple[Any, ...] = tuple(on_retry) if several else (on_retry,)
    for hook in hooks:
        if not callable(hook):
            raise TypeError(f"on_retry must be functions of a Retry, not {type(hook).__name__}")
    return hooks


def _name(what: Any) -> str:
    """Return how what is tried is called in logs."""
    name = getattr(what, "__qualname__", None)
    if name is None:
        return repr(what)
    module = getattr(what, "__module__", None)
    return str(name) if module in (None, "builtins") else f"{module}.{name}"


for _class in (RetryPolicy, Retry, Attempt):
    _class.__module__ = "tidegate"  # where users import them from
