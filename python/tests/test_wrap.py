"""wrap: functions of any kind that pass a limiter before they run."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any

import pytest

from loops import LOOPS
from tidegate import AcquireTimeout, FixedWindow, KeyedRateLimiter, RateLimiter
from tidegate.testing import ManualClock, instant


def test_a_function() -> None:
    with ManualClock() as clock:
        limiter = RateLimiter("1/second")

        @limiter.wrap
        def double(number: int, *, add: int = 0) -> int:
            """Twice."""
            return 2 * number + add

        assert [double(1), double(2, add=1)] == [2, 5]
        assert clock.sleeps == [1.0]
        assert (double.__name__, double.__doc__) == ("double", "Twice.")
        assert list(inspect.signature(double).parameters) == ["number", "add"]


def test_a_method() -> None:
    limiter = RateLimiter("2/hour")

    class Client:
        @limiter.wrap(wait=False)
        def get(self, path: str) -> tuple[Client, str]:
            return self, path

    client = Client()
    assert client.get("/") == (client, "/")
    assert Client.get(client, "/") == (client, "/")
    with pytest.raises(AcquireTimeout):
        client.get("/")


@LOOPS
def test_a_coroutine_function(run: Callable[..., Any]) -> None:
    limiter = RateLimiter("1/second")

    @limiter.wrap(timeout=1)
    async def fetch(number: int) -> int:
        return number

    async def work() -> list[int]:
        return [await fetch(1), await fetch(2)]

    with instant() as clock:
        assert inspect.iscoroutinefunction(fetch)
        assert run(work) == [1, 2]
        assert clock.sleeps == [1.0]


def test_a_generator_acquires_when_it_begins() -> None:
    limiter = RateLimiter("1/second")

    @limiter.wrap
    def count(most: int) -> Generator[int, str, str]:
        said = []
        for number in range(most):
            said.append((yield number))  # noqa: PERF401
        return " ".join(said)

    with ManualClock() as clock:
        assert list(count(0)) == []
        counting = count(2)
        assert clock.sleeps == []  # not asked yet
        assert next(counting) == 0
        assert clock.sleeps == [1.0]
        assert counting.send("a") == 1
        with pytest.raises(StopIteration) as ended:
            counting.send("b")
        assert ended.value.value == "a b"


@LOOPS
def test_an_async_generator_passes_on_all_that_is_said_to_it(run: Callable[..., Any]) -> None:
    limiter = RateLimiter("1/second")
    said: list[object] = []

    @limiter.wrap
    async def count(most: int) -> AsyncGenerator[int, object]:
        try:
            for number in range(most):
                try:
                    said.append((yield number))
                except LookupError as error:  # noqa: PERF203
                    said.append(error)
        finally:
            said.append("closed")

    async def work() -> None:
        assert [number async for number in count(2)] == [0, 1]
        counting = count(3)
        assert await anext(counting) == 0
        assert await counting.asend("hello") == 1
        error = LookupError()
        assert await counting.athrow(error) == 2
        await counting.aclose()
        assert said == [None, None, "closed", "hello", error, "closed"]
        with pytest.raises(StopAsyncIteration):
            await anext(counting)

    with instant() as clock:
        assert inspect.isasyncgenfunction(count)
        run(work)
        assert clock.sleeps == [1.0]


def test_the_cost_may_depend_on_the_arguments() -> None:
    limiter = RateLimiter(10, per=3600)

    @limiter.wrap(cost=lambda text, **_: len(text), wait=False)
    def send(text: str, *, urgent: bool = False) -> bool:
        return urgent

    assert send("1234567", urgent=True)
    assert limiter.peek(0).remaining == 3
    with pytest.raises(AcquireTimeout):
        send("1234")
    with pytest.raises(ValueError, match="at most 10 can ever be taken at once"):
        send("12345678901")
    assert limiter.wrap(len, cost=3)("ab") == 2
    assert limiter.peek(0).remaining == 0


def test_a_wait_that_is_too_long_does_not_run_it() -> None:
    limiter = RateLimiter("1/hour")
    ran: list[int] = []
    append = limiter.wrap(ran.append, timeout=60)
    append(1)
    with pytest.raises(AcquireTimeout):
        append(2)
    assert ran == [1]


def test_a_window_and_several_limits() -> None:
    window, both = FixedWindow(3, per=60), RateLimiter.all(RateLimiter(5), RateLimiter(100))
    assert window.wrap(cost=2)(abs)(-1) == 1
    assert window.peek(0).remaining in (1, 3)  # the minute may have turned
    assert both.wrap(cost=lambda text: (1, len(text)))(str.upper)("ab") == "AB"
    assert both.wrap(abs, cost=(1, 8), wait=False)(-2) == 2
    tokens = both.limits[1]
    assert isinstance(tokens, RateLimiter)
    assert tokens.peek(0).remaining in (90, 91, 92)  # a token comes each 10 ms


@LOOPS
def test_a_key_of_the_arguments(run: Callable[..., Any]) -> None:
    users = KeyedRateLimiter("1/hour", burst=2)

    @users.wrap(key=lambda user, **_: user, cost=2, wait=False)
    async def login(user: str, *, again: bool = False) -> str:
        return user

    async def work() -> None:
        assert [await login("ann"), await login("bob", again=True)] == ["ann", "bob"]
        with pytest.raises(AcquireTimeout):
            await login("ann")

    run(work)
    with pytest.raises(AcquireTimeout):
        users.wrap(abs, key=lambda _: "bob", wait=False)(-1)


def test_wrapped_tasks_wait_in_order() -> None:
    limiter, order = RateLimiter("1/second"), []

    @limiter.wrap
    async def note(number: int) -> None:
        order.append(number)

    async def work() -> None:
        await asyncio.gather(*(note(number) for number in range(5)))

    with instant() as clock:
        asyncio.run(work())
        assert clock.sleeps == [1.0, 2.0, 3.0, 4.0]
    assert order == list(range(5))
