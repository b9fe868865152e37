"""RetryPolicy: a decorator, a loop and a call that try again."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

import tidegate
from loops import LOOPS, together
from tidegate import Backoff, BreakerOpen, CircuitBreaker, RateLimiter, Retry, RetryPolicy
from tidegate.testing import ManualClock, instant

DOUBLING = Backoff(1, cap=60, jitter="none")


class Flaky:
    """Raises what it is given, one a call, then returns the number of the call."""

    def __init__(self, *errors: BaseException) -> None:
        self.calls = 0
        self._errors = errors

    def __call__(self) -> int:
        self.calls += 1
        if self.calls <= len(self._errors):
            raise self._errors[self.calls - 1]
        return self.calls

    async def later(self) -> int:
        return self()


def notes(error: BaseException) -> list[str]:
    return list(getattr(error, "__notes__", []))


def policy(**rules: Any) -> RetryPolicy:
    given: dict[str, Any] = {"on": OSError, "backoff": DOUBLING, "server_jitter": 0} | rules
    return RetryPolicy(**given)


def by_decorator(policy: RetryPolicy, flaky: Flaky) -> int:
    return policy(flaky.__call__)()


def by_call(policy: RetryPolicy, flaky: Flaky) -> int:
    return policy.call(flaky)


def by_loop(policy: RetryPolicy, flaky: Flaky) -> int:
    for attempt in policy:
        with attempt:
            result = flaky()
    return result


def by_decorator_in_asyncio(policy: RetryPolicy, flaky: Flaky) -> int:
    return asyncio.run(policy(flaky.later)())


def by_call_in_asyncio(policy: RetryPolicy, flaky: Flaky) -> int:
    return asyncio.run(policy.call_async(flaky.later))


def by_loop_in_asyncio(policy: RetryPolicy, flaky: Flaky) -> int:
    async def work() -> int:
        async for attempt in policy:
            with attempt:
                return await flaky.later()
        raise AssertionError

    return asyncio.run(work())


FORMS = [
    by_decorator,
    by_call,
    by_loop,
    by_decorator_in_asyncio,
    by_call_in_asyncio,
    by_loop_in_asyncio,
]
EVERY_FORM = pytest.mark.parametrize("run", FORMS, ids=lambda form: form.__name__)
Run = Callable[[RetryPolicy, Flaky], int]


@EVERY_FORM
def test_it_is_tried_until_it_succeeds(run: Run) -> None:
    with instant() as clock:
        assert run(policy(), Flaky(OSError(), OSError(), OSError())) == 4
        assert clock.sleeps == [1.0, 2.0, 4.0]
        assert run(policy(), Flaky()) == 1
        assert len(clock.sleeps) == 3


@EVERY_FORM
def test_what_ends_it_is_the_last_exception_itself_with_a_note(run: Run) -> None:
    errors = [OSError(number) for number in range(3)]
    with instant(), pytest.raises(OSError, match="2") as caught:
        run(policy(attempts=3), Flaky(*errors))
    assert caught.value is errors[2]
    assert notes(errors[2]) == ["tidegate: gave up after 3 attempts in 3.000 s: attempts exhausted"]
    assert notes(errors[0]) == notes(errors[1]) == []


@EVERY_FORM
def test_what_is_not_named_is_raised_at_once_without_a_note(run: Run) -> None:
    error, flaky = LookupError(), Flaky(OSError(), LookupError())
    with instant() as clock, pytest.raises(LookupError):
        run(policy(), flaky)
    assert (flaky.calls, clock.sleeps, notes(error)) == (2, [1.0], [])


@EVERY_FORM
def test_no_wait_begins_that_would_end_after_the_timeout(run: Run) -> None:
    with instant() as clock, pytest.raises(OSError, match="third") as caught:
        run(policy(attempts=None, timeout=7), Flaky(OSError(), OSError(), OSError("third")))
    assert clock.sleeps == [1.0, 2.0]
    assert notes(caught.value) == [
        "tidegate: gave up after 3 attempts in 3.000 s: deadline too close"
    ]


@EVERY_FORM
@pytest.mark.parametrize("told", [5, 5.0, timedelta(seconds=5)], ids=repr)
def test_a_hook_may_tell_the_wait(run: Run, told: float | timedelta) -> None:
    with instant() as clock:
        assert run(policy(on=lambda error: told), Flaky(KeyError())) == 2
        assert clock.sleeps == [5.0]


@EVERY_FORM
def test_a_hook_may_say_whether(run: Run) -> None:
    def is_odd(error: Exception) -> bool:
        return bool(error.args[0] % 2)

    with instant() as clock, pytest.raises(KeyError, match="4"):
        run(policy(on=is_odd), Flaky(KeyError(1), KeyError(3), KeyError(4)))
    assert clock.sleeps == [1.0, 2.0]


@EVERY_FORM
def test_a_wait_that_is_too_long_to_obey_ends_it(run: Run) -> None:
    with instant() as clock, pytest.raises(OSError, match="busy") as caught:
        run(policy(on=lambda error: 120.0, max_server_delay=60), Flaky(OSError("busy")))
    assert clock.sleeps == []
    (note,) = notes(caught.value)
    assert note.endswith(": server delay too long, and a wait of 120.0 s was ordered")


@EVERY_FORM
def test_what_a_hook_raises_is_raised(run: Run) -> None:
    def wrong(error: Exception) -> bool:
        raise ZeroDivisionError

    with instant(), pytest.raises(ZeroDivisionError):
        run(policy(on=wrong), Flaky(OSError()))
    with pytest.raises(TypeError, match=r"on\(...\) must return a bool, seconds or a timedelta"):
        run(policy(on=lambda error: None), Flaky(OSError()))


@EVERY_FORM
def test_an_interrupt_is_never_tried_again(run: Run) -> None:
    flaky = Flaky(KeyboardInterrupt())
    with instant(), pytest.raises(KeyboardInterrupt):
        run(policy(), flaky)
    assert flaky.calls == 1


@EVERY_FORM
def test_each_attempt_passes_the_limiter(run: Run) -> None:
    with instant() as clock:
        limiter = RateLimiter("1/minute")
        assert run(policy(limiter=limiter), Flaky(OSError(), OSError())) == 3
        assert clock.sleeps == [1.0, 59.0, 2.0, 58.0]
        assert limiter.peek().retry_after == 60.0


@EVERY_FORM
def test_a_limiter_without_room_in_time_ends_it(run: Run) -> None:
    with instant():
        limiter = RateLimiter("1/minute")
        with pytest.raises(OSError, match="down") as caught:
            run(policy(limiter=limiter, timeout=30), Flaky(OSError("down")))
        (note,) = notes(caught.value)
        assert note.endswith("for the limiter the wait of 59.0 s is longer than the timeout")
        with pytest.raises(tidegate.AcquireTimeout):  # nothing was tried that could be raised
            run(policy(limiter=limiter, timeout=30), Flaky())


@EVERY_FORM
def test_retries_spend_a_budget(run: Run) -> None:
    with instant():
        budget = tidegate.RetryBudget(ratio=0, reserve=3)
        assert run(policy(budget=budget), Flaky(OSError(), OSError())) == 3
        with pytest.raises(OSError, match="down") as caught:
            run(policy(budget=budget), Flaky(OSError(), OSError("down")))
        assert notes(caught.value)[0].endswith(": budget exhausted")
        quota = tidegate.RetryQuota(20)
        run(policy(budget=quota), Flaky(ConnectionError(), OSError()))
        assert quota.tokens == 10  # a transient one cost 10, and 5 were given back
        throttle = tidegate.RetryThrottle(4, 1)
        with pytest.raises(OSError, match="down"):
            run(policy(budget=throttle), Flaky(OSError(), OSError("down")))


@EVERY_FORM
def test_a_breaker_stops_it(run: Run) -> None:
    with instant():
        breaker = CircuitBreaker.consecutive(2, open_for=60)
        with pytest.raises(OSError, match="down") as caught:
            run(policy(breaker=breaker), Flaky(OSError(), OSError("down")))
        assert notes(caught.value)[0].endswith(": breaker open")
        assert breaker.state() == "open"
        flaky = Flaky()
        with pytest.raises(BreakerOpen, match="nothing was tried"):
            run(policy(breaker=breaker), flaky)
        assert flaky.calls == 0


@EVERY_FORM
def test_a_success_is_reported(run: Run) -> None:
    breaker = CircuitBreaker.consecutive(2, open_for=60)
    quota = tidegate.RetryQuota(10)
    quota.try_spend("failure")
    for _ in range(3):
        with instant():
            assert run(policy(breaker=breaker, budget=quota), Flaky(OSError())) == 2
    assert breaker.state() == "closed"  # no two failures in turn
    assert run(policy(budget=quota), Flaky()) == 1
    assert quota.tokens == 6


@EVERY_FORM
def test_hooks_and_the_logger_are_told(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    told: list[Retry] = []
    again: list[int] = []
    hooks = (told.append, lambda retry: again.append(retry.attempt))
    error = OSError("down")
    with instant(), caplog.at_level(logging.WARNING, logger="tidegate.retry"):
        run(policy(on_retry=hooks), Flaky(error, error))
    assert [(retry.attempt, retry.delay, retry.elapsed) for retry in told] == [(1, 1, 0), (2, 2, 1)]
    assert told[0].error is error
    assert again == [1, 2]
    assert caplog.messages == [
        f"{told[0].name}: attempt 1 failed, the next in 1.000 s: OSError('down')",
        f"{told[0].name}: attempt 2 failed, the next in 2.000 s: OSError('down')",
    ]
    with pytest.raises(ZeroDivisionError), instant():  # what a hook raises is raised
        run(policy(on_retry=lambda retry: 1 / 0), Flaky(error))


def test_a_retry_without_a_delay_counts_right() -> None:
    told: list[Retry] = []
    at_once = Backoff.constant(1, jitter="none", first_at_once=True)
    with instant() as clock:
        flaky = Flaky(OSError(), OSError())
        assert policy(backoff=at_once, on_retry=told.append).call(flaky) == 3
        assert clock.sleeps == [1.0]
    assert [(retry.attempt, retry.delay) for retry in told] == [(1, 0.0), (2, 1.0)]


def test_a_loop_tells_its_attempts() -> None:
    with instant():
        seen = []
        for attempt in policy(attempt_timeout=10, timeout=12):
            with attempt:
                seen.append((attempt.number, attempt.elapsed, attempt.left, repr(attempt)))
                if attempt.number < 3:
                    raise OSError
    assert seen == [
        (1, 0.0, 10.0, "<Attempt 1>"),
        (2, 1.0, 10.0, "<Attempt 2>"),
        (3, 3.0, 9.0, "<Attempt 3>"),
    ]


def test_a_loop_may_be_left() -> None:
    breaker = CircuitBreaker.consecutive(1, open_for=60)
    for attempt in policy(breaker=breaker):
        with attempt:
            break
    assert breaker.state() == "closed"
    for attempt in policy():
        with attempt:
            pass
    assert attempt.number == 1


def test_a_loop_without_with_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="put what is to be tried into `with attempt:`"):
        for _ in policy():
            pass


def test_each_loop_has_its_own_state() -> None:
    shared, numbers = policy(attempts=2), []
    with instant():
        for _ in range(2):
            for attempt in shared:
                with attempt:
                    numbers.append(attempt.number)
                    if attempt.number < 2:
                        raise OSError
        outer, inner = iter(shared), iter(shared)
        assert (next(outer).number, next(inner).number) == (1, 1)
    assert numbers == [1, 2, 1, 2]


@LOOPS
def test_tasks_wait_side_by_side(run: Callable[..., Any]) -> None:
    shared = policy()

    async def work() -> list[int]:
        flaky = [Flaky(*[OSError()] * failures) for failures in (3, 0, 1)]
        return await together(*(lambda it=it: shared.call_async(it.later) for it in flaky))

    with ManualClock(by_itself=True) as clock:
        began = clock.now_ns
        assert run(work) == [4, 1, 2]
        assert clock.now_ns - began == 7 * 10**9


def test_cancelling_gives_back_what_a_retry_has_paid() -> None:
    quota = tidegate.RetryQuota(20)

    async def work() -> None:
        retried = policy(budget=quota)(Flaky(OSError()).later)
        task = asyncio.create_task(retried())
        await clock.advance_async(0.5)
        assert quota.tokens == 15
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with ManualClock() as clock:
        asyncio.run(work())
    assert quota.tokens == 20


def test_threads_spend_one_budget() -> None:
    budget = tidegate.RetryBudget(window=3600, ratio=0, reserve=100)
    shared = policy(on=LookupError, attempts=3, budget=budget, backoff=Backoff(0.001, cap=0.001))
    tried = threading.local()

    def work(_: int) -> int:
        tried.count = 0

        def fail() -> None:
            tried.count += 1
            raise LookupError

        with pytest.raises(LookupError):
            shared.call(fail)
        return int(tried.count)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(200))) == 200 + 100


def test_a_function_keeps_its_name_and_takes_its_arguments() -> None:
    @policy()
    def add(left: int, right: int = 2, *rest: int, **named: int) -> int:
        """Sum."""
        return left + right + sum(rest) + sum(named.values())

    assert (add(1), add(1, 3, 5, more=7)) == (3, 16)
    assert (add.__name__, add.__doc__) == ("add", "Sum.")
    assert policy().call(add, 1, right=1) == 2


def test_generators_are_refused() -> None:
    def items() -> Any:
        yield 1

    async def items_async() -> Any:
        yield 1

    for function in (items, items_async):
        with pytest.raises(TypeError, match="what has yielded cannot be taken back"):
            policy()(function)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="add_note came with it")
def test_the_note_stands_in_the_traceback() -> None:
    import traceback

    with instant(attempts=1), pytest.raises(OSError, match="down") as caught:
        policy().call(Flaky(OSError("down")))
    lines = traceback.format_exception(caught.value)
    assert lines[-2:] == [
        "OSError: down\n",
        "tidegate: gave up after 1 attempt in 0.000 s: attempts exhausted\n",
    ]


def test_delays_are_those_of_the_seed() -> None:
    backoff = Backoff(1, cap=60)
    with instant() as clock:
        seeded = policy(backoff=backoff, seed=7)
        seeded.call(Flaky(OSError(), OSError()))
        seeded.call(Flaky(OSError()))
    expected = [(0, 0), (1, 0), (0, 1)]
    assert clock.sleeps == [backoff.delay(n, seed=7, call=call) for n, call in expected]


def test_a_told_wait_is_spread_upwards_only() -> None:
    with instant() as clock:
        spread = policy(on=lambda error: 5.0, server_jitter=1, attempts=50)
        with pytest.raises(OSError, match="down"):
            spread.call(Flaky(*[OSError("down")] * 50))
    assert all(5 <= slept < 6 for slept in clock.sleeps)
    assert len(set(clock.sleeps)) == 49
