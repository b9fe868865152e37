"""Each wrong use of what waits, wraps and retries, with its exception and its message."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import tidegate
from tidegate import TidegateError
from tidegate.testing import ManualClock

tg: Any = tidegate
Clock: Any = ManualClock
limiter: Any = tidegate.RateLimiter(5, burst=2)
window: Any = tidegate.FixedWindow(2, per=60)
first_use: Any = tidegate.FirstUseWindow(2, per=60)
strict: Any = tidegate.StrictWindow(2, per=60)
keyed: Any = tidegate.KeyedRateLimiter(5, burst=2, capacity=4)
both: Any = tidegate.RateLimiter.all(tidegate.RateLimiter(5, burst=2), tidegate.RateLimiter(9))
policy: Any = tidegate.RetryPolicy(on=OSError, backoff=tidegate.Backoff(0.001, cap=0.001))
rules: Any = tidegate.RetryRules()
attempts: Any = rules.begin()

TIME = "a time must be finite, not negative, and below 584 years"
SECONDS = "must be seconds (float, Fraction) or a timedelta, not"
COST = "n=3: at most 2 can ever be taken at once"
KINDS = "on must be exception types (subclasses of Exception) or a function of one, not"
NO_USE = "timeout has no use without waiting: leave out one of timeout and wait=False"


def items() -> Any:
    yield 1


class Broken:
    """A limiter that is none."""

    def acquire(self) -> None:
        """Wait, but not in an event loop."""


#: The exception, and how its message begins.
ROWS: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: window.acquire(3), ValueError, COST),
    (lambda: first_use.acquire(3), ValueError, COST),
    (lambda: strict.acquire(3), ValueError, COST),
    (lambda: window.acquire_async(3), ValueError, COST),
    (lambda: window.acquire(-1), ValueError, "n=-1: n must be 0 or more"),
    (lambda: window.acquire(1.5), TypeError, "n must be an int, not float"),
    (lambda: window.acquire(None), TypeError, "n must be an int, not NoneType"),
    (lambda: window.acquire_async("1"), TypeError, "n must be an int, not str"),
    (lambda: window.acquire(timeout=-1), TidegateError, f"timeout=-1: {TIME}"),
    (lambda: strict.acquire(timeout="1"), TypeError, f"timeout {SECONDS} str"),
    (lambda: keyed.acquire("ann", 3), ValueError, COST),
    (lambda: keyed.acquire_async("ann", 3), ValueError, COST),
    (lambda: keyed.acquire(1.5), TypeError, "key must be str, bytes, int or a tuple of these, not"),
    (lambda: keyed.acquire(-1), ValueError, "key=-1: key must be from 0 to 18446744073709551615"),
    (lambda: keyed.acquire(("a", None)), TypeError, "key[1] must be str, bytes, int or a tuple"),
    (
        lambda: keyed.acquire("a", rate=5),
        TypeError,
        'rate must be a Quota or a str such as "300/min',
    ),
    (lambda: keyed.acquire("a", timeout=-1), TidegateError, f"timeout=-1: {TIME}"),
    (lambda: keyed.acquire("\ud800"), TidegateError, "key='\\ud800': the text is not valid UTF-8"),
    (lambda: tg.RateLimiter.all(), ValueError, "name at least one limit"),
    (
        lambda: tg.RateLimiter.all(keyed),
        TypeError,
        "layers[0] must be a RateLimiter, a FixedWindow",
    ),
    (lambda: tg.RateLimiter.all(limiter, limiter), ValueError, "layers[1] is layers[0]: name each"),
    (
        lambda: tg.RateLimiter.all((limiter, -1)),
        ValueError,
        "n of layers[0]=-1: n of layers[0] must",
    ),
    (lambda: tg.RateLimiter.all((limiter, 3)), ValueError, f"layers[0]: {COST}"),
    (lambda: both.try_acquire(1), TypeError, "2 limits need as many amounts, not 1"),
    (lambda: both.acquire(1, 2, 3), TypeError, "2 limits need as many amounts, not 3"),
    (lambda: both.acquire(3, 1), ValueError, f"layers[0]: {COST}"),
    (lambda: both.acquire_async(3, 1), ValueError, f"layers[0]: {COST}"),
    (lambda: both.acquire(1, "2"), TypeError, "n of layers[1] must be an int, not str"),
    (lambda: both.acquire(timeout="1"), TypeError, f"timeout {SECONDS} str"),
    (lambda: both.wrap(cost=5), TypeError, "cost must be a tuple of ints or a function of the arg"),
    (lambda: tg.RateLimiter.never_exceed(5, burst=5), TidegateError, "the burst must be at most"),
    (
        lambda: tg.RateLimiter.never_exceed(5, burst=0),
        TidegateError,
        "the burst must be at least 1",
    ),
    (
        lambda: tg.RateLimiter.never_exceed(5, per=0, burst=1),
        TidegateError,
        "the period must be from",
    ),
    (
        lambda: tg.RateLimiter.never_exceed("5/s", burst=1),
        ValueError,
        '"5/s" is not a limit: write',
    ),
    (lambda: limiter.wrap(5), TypeError, "function must be a function, not int"),
    (lambda: limiter.wrap()(None), TypeError, "function must be a function, not NoneType"),
    (lambda: limiter.wrap(cost=3), ValueError, COST),
    (lambda: limiter.wrap(cost=-1), ValueError, "n=-1: n must be 0 or more"),
    (
        lambda: limiter.wrap(cost=1.5),
        TypeError,
        "cost must be an int or a function of the arguments",
    ),
    (
        lambda: limiter.wrap(cost=None),
        TypeError,
        "cost must be an int or a function of the arguments",
    ),
    (lambda: limiter.wrap(abs, cost=lambda n: n)(3), ValueError, COST),
    (
        lambda: limiter.wrap(abs, cost=lambda n: None)(1),
        TypeError,
        "n must be an int, not NoneType",
    ),
    (lambda: limiter.wrap(wait=1), TypeError, "wait must be a bool, not int"),
    (lambda: limiter.wrap(wait=False, timeout=5), TypeError, NO_USE),
    (lambda: limiter.wrap(timeout=-1), TidegateError, f"timeout=-1: {TIME}"),
    (lambda: limiter.wrap(timeout="1"), TypeError, f"timeout {SECONDS} str"),
    (
        lambda: keyed.wrap(abs),
        TypeError,
        "KeyedRateLimiter.wrap() missing 1 required keyword-only argument: 'key'",
    ),
    (
        lambda: keyed.wrap(abs, key="ann"),
        TypeError,
        "key must be a function of the arguments, not str",
    ),
    (lambda: keyed.wrap(abs, key=lambda n: None)(1), TypeError, "key must be str, bytes, int or a"),
    (lambda: tg.RetryPolicy(), TypeError, "RetryPolicy.__init__() missing 1 required positional"),
    (lambda: tg.RetryPolicy(OSError, 5), TypeError, "RetryPolicy.__init__() takes 2 positional"),
    (lambda: tg.RetryPolicy(on="OSError"), TypeError, f"{KINDS} 'OSError'"),
    (lambda: tg.RetryPolicy(on=BaseException), TypeError, f"{KINDS} <class 'BaseException'>"),
    (lambda: tg.RetryPolicy(on=()), TypeError, f"{KINDS} ()"),
    (lambda: tg.RetryPolicy(on=(OSError, 5)), TypeError, f"{KINDS} (<class 'OSError'>, 5)"),
    (lambda: tg.RetryPolicy(on=int), TypeError, f"{KINDS} <class 'int'>"),
    (lambda: tg.RetryPolicy(on=None), TypeError, f"{KINDS} None"),
    (
        lambda: tg.RetryPolicy(on=OSError, attempts=None),
        ValueError,
        "attempts and timeout are both",
    ),
    (
        lambda: tg.RetryPolicy(on=OSError, attempts=0),
        ValueError,
        "attempts=0: attempts must be from 1",
    ),
    (lambda: tg.RetryPolicy(on=OSError, attempts=-1), ValueError, "attempts=-1: attempts must be"),
    (
        lambda: tg.RetryPolicy(on=OSError, attempts=1.5),
        TypeError,
        "attempts must be an int, not float",
    ),
    (lambda: tg.RetryPolicy(on=OSError, timeout=-1), TidegateError, f"timeout=-1: {TIME}"),
    (lambda: tg.RetryPolicy(on=OSError, timeout="1m"), TypeError, f"timeout {SECONDS} str"),
    (
        lambda: tg.RetryPolicy(on=OSError, attempt_timeout=timedelta(-1)),
        TidegateError,
        f"attempt_timeout=datetime.timedelta(days=-1): {TIME}",
    ),
    (
        lambda: tg.RetryPolicy(on=OSError, backoff=1),
        TypeError,
        "backoff must be a Backoff, not int",
    ),
    (
        lambda: tg.RetryPolicy(on=OSError, server_jitter=-1),
        TidegateError,
        f"server_jitter=-1: {TIME}",
    ),
    (
        lambda: tg.RetryPolicy(on=OSError, max_server_delay=None),
        TypeError,
        f"max_server_delay {SECONDS} NoneType",
    ),
    (
        lambda: tg.RetryPolicy(on=OSError, budget=5),
        TypeError,
        "budget must be a RetryBudget, a RetryQuota or a RetryThrottle, not int",
    ),
    (
        lambda: tg.RetryPolicy(on=OSError, breaker=True),
        TypeError,
        "breaker must be a CircuitBreaker",
    ),
    (
        lambda: tg.RetryPolicy(on=OSError, limiter=5),
        TypeError,
        "limiter must have acquire and acquire",
    ),
    (
        lambda: tg.RetryPolicy(on=OSError, limiter=Broken()),
        TypeError,
        "limiter must have acquire and",
    ),
    (
        lambda: tg.RetryPolicy(on=OSError, on_retry=5),
        TypeError,
        "on_retry must be functions of a Ret",
    ),
    (
        lambda: tg.RetryPolicy(on=OSError, on_retry=[abs, 5]),
        TypeError,
        "on_retry must be functions",
    ),
    (
        lambda: tg.RetryPolicy(on=OSError, seed=-1),
        ValueError,
        "seed=-1: seed must be from 0 to 18446",
    ),
    (lambda: tg.RetryPolicy(on=OSError, tries=5), TypeError, "RetryPolicy.__init__() got an unexp"),
    (lambda: policy(5), TypeError, "function must be a function, not int"),
    (lambda: policy(items), TypeError, "what has yielded cannot be taken back: try again what"),
    (
        lambda: tg.RetryRules(4),
        TypeError,
        "RetryRules.__new__() takes 0 positional arguments but 1",
    ),
    (lambda: tg.RetryRules(attempts=2**32), ValueError, "attempts=4294967296: attempts must be"),
    (
        lambda: rules.begin(call=-1),
        ValueError,
        "call=-1: call must be from 0 to 18446744073709551615",
    ),
    (lambda: rules.begin(now_ns=-1), TidegateError, f"now_ns=-1: {TIME}"),
    (lambda: attempts.succeeded(), TidegateError, "next"),
    (lambda: attempts.failed(), TidegateError, "next"),
    (
        lambda: attempts.failed("timeout"),
        TidegateError,
        '"timeout": the cause of a retry must be one',
    ),
    (lambda: attempts.failed(told=-1), TidegateError, f"told=-1: {TIME}"),
    (lambda: attempts.next(0), TypeError, "Attempts.next() takes 0 positional arguments but 1 was"),
    (lambda: Clock(now_ns=-1).__enter__(), TidegateError, f"now_ns=-1: {TIME}"),
    (lambda: Clock(wall_ns=2**64).__enter__(), TidegateError, f"wall_ns={2**64}: {TIME}"),
    (lambda: Clock(now_ns="0").__enter__(), TypeError, "now_ns must be an int, not str"),
]


@pytest.mark.parametrize(
    ("use", "kind", "message"), ROWS, ids=[f"{index}" for index in range(len(ROWS))]
)
def test_what_is_wrong_is_said(
    use: Callable[[], object], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind) as caught:
        use()
    assert type(caught.value) is kind
    said = str(caught.value)
    if message == "next":
        assert isinstance(caught.value, TidegateError)
        assert caught.value.name == "OutOfOrder"
    else:
        assert re.match(re.escape(message), said), said


def test_there_are_eighty_of_them() -> None:
    assert len(ROWS) >= 80
