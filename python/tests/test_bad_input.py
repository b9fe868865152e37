"""Each wrong use with its exception and its message."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

import tidegate
from tidegate import (
    Api,
    Backoff,
    FirstUseWindow,
    FixedWindow,
    Hints,
    KeyedRateLimiter,
    Quota,
    RateLimiter,
    Snapshot,
    StrictWindow,
    TidegateError,
    try_acquire_all,
)

limiter: Any = RateLimiter(5, burst=2)
window: Any = FixedWindow(2, per=60)
keyed: Any = KeyedRateLimiter(5, burst=2, capacity=4)
reservation: Any = limiter.reserve(0)
backoff: Any = Backoff(1, cap=60)
api: Any = Api.stackflow()
call: Any = api.call("GET", "/", key="alice")
Limiter: Any = RateLimiter
Window: Any = FixedWindow
Keyed: Any = KeyedRateLimiter
First: Any = FirstUseWindow
Strict: Any = StrictWindow
together: Any = try_acquire_all
Delays: Any = Backoff
Spent: Any = tidegate.RetryQuota
Throttle: Any = tidegate.RetryThrottle
Budget: Any = tidegate.RetryBudget
Adaptive: Any = tidegate.AdaptiveThrottle
Breaker: Any = tidegate.CircuitBreaker
Said: Any = tidegate.Advice
Service: Any = Api
Plan: Any = tidegate.Policy
plan: Any = Plan.named("stackflow")
tg: Any = tidegate

TIME = "a time must be finite, not negative, and below 584 years"
PERIOD = "the period must be from 1 ms to 366 days"
BACKOFF = "a backoff needs delays above 0"
METHOD = "the method must be one of: GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE"
SECONDS = "must be seconds (float, Fraction) or a timedelta, not"
COST = "at most 2 can ever be taken at once"
GRAMMAR = 'is not a limit: write "300/minute", "100 per hour" or "10/15 minutes"'
SKEW = "skew must be within 292 years of 0, in seconds"
PARTS = "per and burst are already part of a limit that is a Quota"
KEYS = "must be str, bytes, int or a tuple of these, not"
SNAPSHOT = Snapshot(remaining=0, full_after_ns=0)
NUMBER = "must be a number (int, float, Fraction), not"
RATIO = "factor must be a ratio of numbers from 0 to 4294967295"
SPREAD = "spread goes with jitter="
BUDGET = "a budget of retries needs a window from 1 s to 1 hour"
BREAKER = "a breaker needs 1 to 1,000,000,000 failures or calls"
TOO_LARGE = "from 0 to 18446744073709551615"

#: Rows of the error table: the name of the row and how the message begins.
NAMED: list[tuple[Callable[[], object], str, str]] = [
    (lambda: Limiter(5, per=0), "PeriodOutOfRange", PERIOD),
    (lambda: Limiter(5, per=0.000_999), "PeriodOutOfRange", PERIOD),
    (lambda: Limiter(5, per=timedelta(days=366, microseconds=1)), "PeriodOutOfRange", PERIOD),
    (lambda: Limiter("5/0 seconds"), "PeriodOutOfRange", PERIOD),
    (lambda: Limiter("5/367 days"), "PeriodOutOfRange", PERIOD),
    (lambda: Limiter(f"5/{10**30} days"), "PeriodOutOfRange", PERIOD),
    (lambda: Limiter(10**9 + 1), "LimitTooHigh", "the limit must be at most 1,000,000,000"),
    (lambda: Limiter(2**64), "LimitTooHigh", "the limit must be at most 1,000,000,000"),
    (lambda: Limiter(10**30), "LimitTooHigh", "the limit must be at most 1,000,000,000"),
    (lambda: Limiter("99999999999999999999/day"), "LimitTooHigh", "the limit must be at most"),
    (lambda: Limiter(1_000_001, per=0.001), "LimitTooHigh", "the limit must be at most"),
    (lambda: Limiter(5, burst=0), "BurstZero", "the burst must be at least 1"),
    (lambda: Limiter(5, burst=2**32 + 1), "BurstTooLarge", "the burst must be at most"),
    (lambda: Limiter(5, burst=2**70), "BurstTooLarge", "the burst must be at most"),
    (lambda: Limiter("1/day", burst=10**6), "BurstTooLarge", "the burst must be at most"),
    (lambda: Limiter(5, per=-1), "TimeOutOfRange", f"per=-1: {TIME}"),
    (lambda: Limiter(5, per=-0.5), "TimeOutOfRange", f"per=-0.5: {TIME}"),
    (lambda: Limiter(5, per=math.nan), "TimeOutOfRange", f"per=nan: {TIME}"),
    (lambda: Limiter(5, per=math.inf), "TimeOutOfRange", f"per=inf: {TIME}"),
    (lambda: Limiter(5, per=-math.inf), "TimeOutOfRange", f"per=-inf: {TIME}"),
    (lambda: Limiter(5, per=1e300), "TimeOutOfRange", f"per=1e+300: {TIME}"),
    (lambda: Limiter(5, per=10**18), "TimeOutOfRange", f"per={10**18}: {TIME}"),
    (lambda: Limiter(5, per=Fraction(-1, 2)), "TimeOutOfRange", f"per=Fraction(-1, 2): {TIME}"),
    (
        lambda: Limiter(5, per=timedelta(microseconds=-1)),
        "TimeOutOfRange",
        "per=datetime.timedelta(days=-1, seconds=86399, microseconds=999999): a time",
    ),
    (lambda: Limiter(5, per=10**100), "TimeOutOfRange", "per=<class 'int'>: a time"),
    (lambda: limiter.try_acquire(now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: limiter.check(now_ns=2**64), "TimeOutOfRange", f"now_ns={2**64}: {TIME}"),
    (lambda: limiter.acquire(timeout=-1), "TimeOutOfRange", f"timeout=-1: {TIME}"),
    (lambda: limiter.acquire(timeout=math.nan), "TimeOutOfRange", f"timeout=nan: {TIME}"),
    (lambda: limiter.acquire_async(timeout=math.inf), "TimeOutOfRange", f"timeout=inf: {TIME}"),
    (lambda: limiter.reserve(timeout=-1), "TimeOutOfRange", f"timeout=-1: {TIME}"),
    (lambda: limiter.reserve(now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: limiter.refund(taken_at_ns=-1), "TimeOutOfRange", f"taken_at_ns=-1: {TIME}"),
    (lambda: limiter.drain(now_ns=2**64), "TimeOutOfRange", f"now_ns={2**64}: {TIME}"),
    (lambda: limiter.pause(-1), "TimeOutOfRange", f"seconds=-1: {TIME}"),
    (lambda: limiter.pause(math.inf), "TimeOutOfRange", f"seconds=inf: {TIME}"),
    (lambda: limiter.pause_until(-1), "TimeOutOfRange", f"until_ns=-1: {TIME}"),
    (
        lambda: limiter.observe(remaining=1, reset_after=-1),
        "TimeOutOfRange",
        f"reset_after=-1: {TIME}",
    ),
    (lambda: limiter.reconfigure(5, per=0), "PeriodOutOfRange", PERIOD),
    (lambda: limiter.reconfigure(5, burst=0), "BurstZero", "the burst must be at least 1"),
    (
        lambda: limiter.reconfigure(5, carry="all"),
        "UnknownCarry",
        '"all": the carry must be one of: keep, proportional, reset',
    ),
    (
        lambda: Keyed(5, when_full="evict"),
        "UnknownFull",
        '"evict": what a full table does must be one of: deny, share, allow',
    ),
    (lambda: limiter.reconfigure(5, now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: limiter.restore(SNAPSHOT, age=-1), "TimeOutOfRange", f"age=-1: {TIME}"),
    (lambda: limiter.snapshot(now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (
        lambda: tg.Snapshot(remaining=0, full_after_ns=-1),
        "TimeOutOfRange",
        f"full_after_ns=-1: {TIME}",
    ),
    (lambda: tg.Quota(5, per=0), "PeriodOutOfRange", PERIOD),
    (lambda: tg.Quota(10**9 + 1), "LimitTooHigh", "the limit must be at most 1,000,000,000"),
    (lambda: Keyed(5, per=0), "PeriodOutOfRange", PERIOD),
    (lambda: keyed.check("a", rate="5/367 days"), "PeriodOutOfRange", PERIOD),
    (lambda: keyed.try_acquire("a", now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: keyed.try_acquire("\ud800"), "NotText", "key='\\ud800': the text is not valid"),
    (lambda: keyed.peek(("a", "\ud800")), "NotText", "key[1]='\\ud800': the text is not valid"),
    (lambda: together([limiter], now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: together([limiter], wall_ns=-1), "TimeOutOfRange", f"wall_ns=-1: {TIME}"),
    (lambda: Window(5, per=0), "PeriodOutOfRange", PERIOD),
    (lambda: Window(10**9 + 1, per=60), "LimitTooHigh", "the limit must be at most"),
    (lambda: window.peek(wall_ns=-5), "TimeOutOfRange", f"wall_ns=-5: {TIME}"),
    (lambda: First(5, per=0), "PeriodOutOfRange", PERIOD),
    (lambda: First(10**9 + 1), "LimitTooHigh", "the limit must be at most"),
    (lambda: First(5).check(wall_ns=-1), "TimeOutOfRange", f"wall_ns=-1: {TIME}"),
    (lambda: Strict("5/367 days"), "PeriodOutOfRange", PERIOD),
    (lambda: Strict(10**9 + 1), "LimitTooHigh", "the limit must be at most"),
    (lambda: Strict(5).peek(now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: Delays(0, cap=1), "BackoffOutOfRange", BACKOFF),
    (lambda: Delays(2, cap=1), "BackoffOutOfRange", BACKOFF),
    (lambda: Delays(1, factor=0, cap=2), "BackoffOutOfRange", BACKOFF),
    (lambda: Delays(1, cap=2, jitter="additive", spread=3), "BackoffOutOfRange", BACKOFF),
    (lambda: Delays(-1, cap=1), "TimeOutOfRange", f"initial=-1: {TIME}"),
    (lambda: Delays(1, cap=math.inf), "TimeOutOfRange", f"cap=inf: {TIME}"),
    (
        lambda: Delays(1, cap=2, jitter="FULL"),
        "UnknownJitter",
        '"FULL": the jitter must be one of: none, full, equal, additive, around, above, '
        "decorrelated, decorrelated_v2",
    ),
    (lambda: Delays(1, factor=1.009, cap=2), "BackoffOutOfRange", BACKOFF),
    (lambda: Delays(1, factor=Fraction(1, 2), cap=2), "BackoffOutOfRange", BACKOFF),
    (lambda: Delays(1, cap=2, jitter="around", spread=1.1), "BackoffOutOfRange", BACKOFF),
    (lambda: Delays(1, cap=2, jitter="above", spread=10**30), "BackoffOutOfRange", BACKOFF),
    (
        lambda: Delays(1, cap=2, jitter="above", spread=-0.1),
        "BackoffOutOfRange",
        f"spread=-0.1: {BACKOFF}",
    ),
    (
        lambda: Delays(1, cap=2, jitter="additive", spread=-1),
        "TimeOutOfRange",
        f"spread=-1: {TIME}",
    ),
    (lambda: Delays.constant(0), "BackoffOutOfRange", BACKOFF),
    (lambda: Delays.linear(1, step=1, cap=0.5), "BackoffOutOfRange", BACKOFF),
    (lambda: Delays.linear(1, step=-1, cap=2), "TimeOutOfRange", f"step=-1: {TIME}"),
    (lambda: Delays.polynomial(0, power=2, cap=2), "BackoffOutOfRange", BACKOFF),
    (lambda: Delays.fibonacci(3, cap=2), "BackoffOutOfRange", BACKOFF),
    (lambda: Delays.list([], cap=1), "BackoffOutOfRange", BACKOFF),
    (lambda: Delays.list([1] * 9, cap=1), "BackoffOutOfRange", BACKOFF),
    (lambda: Delays.list([1, math.nan], cap=1), "TimeOutOfRange", f"delays[1]=nan: {TIME}"),
    (
        lambda: Delays.list([1], cap=1, jitter="some"),
        "UnknownJitter",
        '"some": the jitter must be one of: none, full, equal, additive',
    ),
    (
        lambda: Spent().try_spend("timeout"),
        "UnknownCause",
        '"timeout": the cause of a retry must be one of: failure, transient, throttled',
    ),
    (lambda: Throttle(0, 0.1), "BudgetOutOfRange", BUDGET),
    (lambda: Throttle(1001, 0.1), "BudgetOutOfRange", BUDGET),
    (lambda: Throttle(10, 0.0004), "BudgetOutOfRange", BUDGET),
    (lambda: Throttle(10, -0.1), "BudgetOutOfRange", f"ratio=-0.1: {BUDGET}"),
    (lambda: Throttle(10, Fraction(-1, 2)), "BudgetOutOfRange", f"ratio=Fraction(-1, 2): {BUDGET}"),
    (lambda: Throttle(10, 0.1).replaced(10, 1001), "BudgetOutOfRange", BUDGET),
    (lambda: Budget(window=0.999), "BudgetOutOfRange", BUDGET),
    (lambda: Budget(window=3601), "BudgetOutOfRange", BUDGET),
    (lambda: Budget(window=-1), "TimeOutOfRange", f"window=-1: {TIME}"),
    (lambda: Budget(ratio=1001), "BudgetOutOfRange", BUDGET),
    (lambda: Budget(ratio=10**30), "BudgetOutOfRange", BUDGET),
    (lambda: Budget(ratio=math.inf), "BudgetOutOfRange", BUDGET),
    (lambda: Budget(ratio=math.nan), "BudgetOutOfRange", f"ratio=nan: {BUDGET}"),
    (lambda: Budget().deposit(now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: Budget().try_withdraw(now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: Budget().available(now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: Adaptive(window=0), "BudgetOutOfRange", BUDGET),
    (lambda: Adaptive(k=0.999), "BudgetOutOfRange", BUDGET),
    (lambda: Adaptive(k=1001), "BudgetOutOfRange", BUDGET),
    (lambda: Adaptive(most=1.1), "BudgetOutOfRange", BUDGET),
    (lambda: Adaptive(most=-1), "BudgetOutOfRange", f"most=-1: {BUDGET}"),
    (lambda: Adaptive().try_send(now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: Adaptive().accepted(now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: Adaptive().rejected(now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: tg.AdaptiveRate(now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: tg.AdaptiveRate().try_send(now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: tg.AdaptiveRate().answered(True, now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: Breaker.consecutive(0, 1), "BreakerOutOfRange", BREAKER),
    (lambda: Breaker.consecutive(10**9 + 1, 1), "BreakerOutOfRange", BREAKER),
    (lambda: Breaker.consecutive(1, 0), "BreakerOutOfRange", BREAKER),
    (lambda: Breaker.consecutive(1, 1, 0), "BreakerOutOfRange", BREAKER),
    (lambda: Breaker.consecutive(1, -1), "TimeOutOfRange", f"open_for=-1: {TIME}"),
    (lambda: Breaker.ratio(0.5, 0.5, 5, 1), "BreakerOutOfRange", BREAKER),
    (lambda: Breaker.ratio(10, 0, 5, 1), "BreakerOutOfRange", BREAKER),
    (lambda: Breaker.ratio(10, 1.1, 5, 1), "BreakerOutOfRange", BREAKER),
    (lambda: Breaker.ratio(10, -0.5, 5, 1), "BreakerOutOfRange", f"part=-0.5: {BREAKER}"),
    (lambda: Breaker.ratio(10, 0.5, 0, 1), "BreakerOutOfRange", BREAKER),
    (lambda: Breaker.consecutive(1, 1).try_call(now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: Breaker.consecutive(1, 1).state(now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (
        lambda: tg.Dialect("GitHub"),
        "UnknownDialect",
        '"GitHub": the dialect must be one of: common, ietf, github, gitlab',
    ),
    (lambda: Said(dialect=""), "UnknownDialect", '"": the dialect must be one of: common'),
    (
        lambda: tg.Dialect(reset="minutes"),
        "UnknownReset",
        '"minutes": the meaning of a reset must be one of: auto, epoch_s',
    ),
    (lambda: Said().tightest(wall_ns=-1), "TimeOutOfRange", f"wall_ns=-1: {TIME}"),
    (lambda: Said().wait(wall_ns=-1), "TimeOutOfRange", f"wall_ns=-1: {TIME}"),
    (lambda: Said().hints(wall_ns=2**64), "TimeOutOfRange", f"wall_ns={2**64}: {TIME}"),
    (
        lambda: tg.announce("draft-11", [announced()]),
        "UnknownForm",
        '"draft-11": the form of headers must be one of: x, draft-6, draft-7, draft-10',
    ),
    (lambda: tg.announce("x", []), "AnnouncementInvalid", "an announcement needs at least one"),
    (
        lambda: tg.announce("draft-10", [announced("caf\u00e9")]),
        "AnnouncementInvalid",
        "an announcement needs at least one limit, names of printable ASCII",
    ),
    (
        lambda: tg.announce("draft-10", [announced("n" * 400)]),
        "AnnouncementInvalid",
        "an announcement needs at least one limit",
    ),
    (lambda: announced("\ud800"), "NotText", "name='\\ud800': the text is not valid"),
    (lambda: announced(reset_after=-1), "TimeOutOfRange", f"reset_after=-1: {TIME}"),
    (
        lambda: tg.announce("x", [announced()], retry_after=-1),
        "TimeOutOfRange",
        f"retry_after=-1: {TIME}",
    ),
    (lambda: Service("Stackflow"), "UnknownApi", '"Stackflow": the API must be one of: stackflow'),
    (lambda: Service(""), "UnknownApi", '"": the API must be one of'),
    (lambda: Api.stackflow(window=0), "WindowOutOfRange", "a window in place of the documented"),
    (lambda: Api.stackflow(window=1.5), "WindowOutOfRange", "a window in place of the documented"),
    (lambda: Api.velaflows(window=366 * 86_400 + 1), "WindowOutOfRange", "a window in place of"),
    (lambda: Api.velaflows(window=-1), "TimeOutOfRange", f"window=-1: {TIME}"),
    (lambda: api.call("get", "/", key="a"), "UnknownMethod", f'"get": {METHOD}'),
    (lambda: api.call("TRACE", "/", key="a"), "UnknownMethod", f'"TRACE": {METHOD}'),
    (lambda: api.admit("", "/", key="a"), "UnknownMethod", f'"": {METHOD}'),
    (lambda: api.call("GET", "items", key="a"), "PathInvalid", "the path must start with '/'"),
    (lambda: api.call("GET", "", key="a"), "PathInvalid", "the path must start with '/'"),
    (lambda: api.admit("GET", "http://x/", key="a"), "PathInvalid", "the path must start with '/'"),
    (lambda: api.call("GET", "/", key=""), "KeyEmpty", "the key (user or token) must not be empty"),
    (lambda: api.admit("GET", "/", key=b""), "KeyEmpty", "the key (user or token) must not be"),
    (lambda: api.call("GET", "/", key="\ud800"), "NotText", "key='\\ud800': the text is not valid"),
    (lambda: api.call("GET", "/\ud800", key="a"), "NotText", "path='/\\ud800': the text is not"),
    (lambda: api.call("GET", "/", key="a", role="root"), "UnknownRole", "the role is not one"),
    (lambda: api.call("GET", "/", key="a", timeout=-1), "TimeOutOfRange", f"timeout=-1: {TIME}"),
    (
        lambda: api.call("GET", "/", key="a", deadline_ns=-1),
        "TimeOutOfRange",
        f"deadline_ns=-1: {TIME}",
    ),
    (lambda: api.admit("GET", "/", key="a", wall_ns=-1), "TimeOutOfRange", f"wall_ns=-1: {TIME}"),
    (lambda: call.next(now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: call.hedge(now_ns=-1), "TimeOutOfRange", f"now_ns=-1: {TIME}"),
    (lambda: Service.named("GitHub"), "UnknownApi", '"GitHub": the API must be one of: stackflow,'),
    (lambda: Plan.named(""), "UnknownApi", '"": the API must be one of: stackflow, velaflows, gi'),
    (lambda: Service(plan, window=0.5), "WindowOutOfRange", "a window in place of the documented"),
    (lambda: Service.from_json(b"\xff"), "NotText", "text=b'\\xff': the text is not valid UTF-8"),
    (lambda: Service.from_json("\ud800"), "NotText", "text="),
    (lambda: Service.from_json(""), "PolicyInvalid", "line 1, column 1: this must be an object"),
    (lambda: plan.cache_ttl("get", "/"), "UnknownMethod", f'"get": {METHOD}'),
    (lambda: plan.cache_ttl_ns("GET", "x"), "PathInvalid", "the path must start with '/'"),
    (lambda: call.answered(200), "OutOfOrder", "an answer or a failure was reported although"),
    (lambda: call.failed("reset"), "OutOfOrder", "an answer or a failure was reported although"),
    (lambda: in_flight().answered(99), "StatusOutOfRange", "the status must be from 100 to 599"),
    (lambda: in_flight().answered(600), "StatusOutOfRange", "the status must be from 100 to 599"),
    (lambda: in_flight().answered(-1), "StatusOutOfRange", "the status must be from 100 to 599"),
    (lambda: in_flight().answered(2**70), "StatusOutOfRange", "the status must be from 100 to 599"),
    (
        lambda: in_flight().failed("timeout"),
        "UnknownFailure",
        '"timeout": the failure must be one of: connect_refused, connect_timeout,',
    ),
    (lambda: tg.parse_retry_after("1", wall_ns=-1), "TimeOutOfRange", f"wall_ns=-1: {TIME}"),
]

#: Everything else: wrong types, and values that have no row.
OTHER: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: Limiter(), TypeError, "missing 1 required positional argument: 'limit'"),
    (lambda: Limiter(5, 60), TypeError, "takes 1 positional argument"),
    (lambda: Limiter(5.0), TypeError, "limit must be an int, not float"),
    (lambda: Limiter(None), TypeError, "limit must be an int, not NoneType"),
    (lambda: Limiter(-1), ValueError, "limit=-1: limit must be 0 or more"),
    (lambda: Limiter(5, per="minute"), TypeError, f"per {SECONDS} str"),
    (lambda: Limiter(5, per=[1]), TypeError, f"per {SECONDS} list"),
    (lambda: Limiter(5, per=1j), TypeError, f"per {SECONDS} complex"),
    (lambda: Limiter(5, burst=2.5), TypeError, "burst must be an int, not float"),
    (lambda: Limiter(5, burst=-1), ValueError, "burst=-1: burst must be 0 or more"),
    (lambda: Limiter(5, period=1), TypeError, "unexpected keyword argument 'period'"),
    (lambda: Limiter("5/second", per=1), TypeError, "per is already part of a limit that is a str"),
    (lambda: Limiter(""), ValueError, f'"" {GRAMMAR}'),
    (lambda: Limiter("5"), ValueError, f'"5" {GRAMMAR}'),
    (lambda: Limiter("5/fortnight"), ValueError, "the units are millisecond, second, minute, hour"),
    (lambda: Limiter("5/Second"), ValueError, f'"5/Second" {GRAMMAR}'),
    (lambda: Limiter("5 / second"), ValueError, f'"5 / second" {GRAMMAR}'),
    (lambda: Limiter("-5/second"), ValueError, f'"-5/second" {GRAMMAR}'),
    (lambda: Limiter("5.5/second"), ValueError, f'"5.5/second" {GRAMMAR}'),
    (lambda: Limiter("5/1.5 seconds"), ValueError, f'"5/1.5 seconds" {GRAMMAR}'),
    (lambda: Limiter("5/2  seconds"), ValueError, f'"5/2  seconds" {GRAMMAR}'),
    (lambda: Limiter("5/secondss"), ValueError, f'"5/secondss" {GRAMMAR}'),
    (lambda: Limiter("\u0665/second"), ValueError, GRAMMAR),
    (lambda: limiter.try_acquire(3), ValueError, f"n=3: {COST}"),
    (lambda: limiter.try_acquire(n=3), ValueError, f"n=3: {COST}"),
    (lambda: limiter.try_acquire(2**64), ValueError, COST),
    (lambda: limiter.check(3, now_ns=0), ValueError, f"n=3: {COST}"),
    (lambda: limiter.peek(3), ValueError, f"n=3: {COST}"),
    (lambda: limiter.acquire(3), ValueError, f"n=3: {COST}"),
    (lambda: Limiter(0).try_acquire(), ValueError, "n=1: a limit of 0 never allows anything"),
    (lambda: Limiter(0).acquire(), ValueError, "n=1: a limit of 0 never allows anything"),
    (lambda: limiter.try_acquire(-1), ValueError, "n=-1: n must be 0 or more"),
    (lambda: limiter.try_acquire(-(2**70)), ValueError, "n must be 0 or more"),
    (lambda: limiter.try_acquire(1.0), TypeError, "n must be an int, not float"),
    (lambda: limiter.try_acquire(None), TypeError, "n must be an int, not NoneType"),
    (lambda: limiter.acquire(None), TypeError, "n must be an int, not NoneType"),
    (lambda: Limiter(5, per=None), TypeError, f"per {SECONDS} NoneType"),
    (lambda: limiter.try_acquire("1"), TypeError, "n must be an int, not str"),
    (lambda: limiter.try_acquire(1, 0), TypeError, "takes from 0 to 1 positional arguments"),
    (lambda: limiter.try_acquire(1, n=1), TypeError, "multiple values for argument 'n'"),
    (lambda: limiter.try_acquire(now_ns=0.5), TypeError, "now_ns must be an int, not float"),
    (lambda: limiter.try_acquire(when=0), TypeError, "unexpected keyword argument 'when'"),
    (lambda: RateLimiter.try_acquire(5), TypeError, "doesn't apply to a 'int' object"),  # type: ignore[arg-type]
    (lambda: limiter.acquire(timeout="1"), TypeError, f"timeout {SECONDS} str"),
    (lambda: limiter.acquire_async("1"), TypeError, "n must be an int, not str"),
    (lambda: setattr(limiter, "limit", 5), AttributeError, "not writable"),
    (lambda: setattr(limiter, "other", 5), AttributeError, "has no attribute 'other'"),
    (lambda: Limiter(5, start_empty=1), TypeError, "'int' object is not an instance of 'bool'"),
    (lambda: Limiter(Quota(5), per=1), TypeError, PARTS),
    (lambda: Limiter(Quota(5), burst=1), TypeError, PARTS),
    (lambda: tg.Quota(5.0), TypeError, "limit must be an int, not float"),
    (lambda: setattr(Quota(5), "limit", 6), AttributeError, "not writable"),
    (lambda: limiter.try_acquire_up_to(), TypeError, "missing 1 required positional argument: 'n'"),
    (lambda: limiter.try_acquire_up_to(-1), ValueError, "n=-1: n must be 0 or more"),
    (lambda: limiter.try_acquire_up_to(1.5), TypeError, "n must be an int, not float"),
    (lambda: Limiter(0).try_acquire_up_to(5), ValueError, "a limit of 0 never allows anything"),
    (lambda: limiter.reserve(3), ValueError, f"n=3: {COST}"),
    (lambda: limiter.reserve(None), TypeError, "n must be an int, not NoneType"),
    (lambda: limiter.reserve(1, 5), TypeError, "takes from 0 to 1 positional arguments"),
    (lambda: limiter.reserve(timeout="1"), TypeError, f"timeout {SECONDS} str"),
    (lambda: tg.Reservation(), TypeError, "cannot create 'tidegate.Reservation' instances"),
    (lambda: reservation.settle(), TypeError, "missing 1 required positional argument: 'actual'"),
    (lambda: reservation.settle(1.5), TypeError, "actual must be an int, not float"),
    (lambda: reservation.settle(-1), ValueError, "actual=-1: actual must be 0 or more"),
    (lambda: reservation.rest(now_ns=0.5), TypeError, "now_ns must be an int, not float"),
    (lambda: limiter.refund(1), TypeError, "missing 1 required keyword argument: 'taken_at_ns'"),
    (lambda: limiter.refund(-1, taken_at_ns=0), ValueError, "n=-1: n must be 0 or more"),
    (
        lambda: limiter.refund(1, taken_at_ns=None),
        TypeError,
        "taken_at_ns must be an int, not NoneType",
    ),
    (lambda: limiter.pause(), TypeError, "missing 1 required positional argument: 'seconds'"),
    (lambda: limiter.pause("1"), TypeError, f"seconds {SECONDS} str"),
    (lambda: limiter.pause_until(1.5), TypeError, "until_ns must be an int, not float"),
    (lambda: limiter.observe(remaining=1), TypeError, "required keyword argument: 'reset_after'"),
    (
        lambda: limiter.observe(remaining=-1, reset_after=1),
        ValueError,
        "remaining=-1: remaining must be 0 or more",
    ),
    (lambda: limiter.reconfigure(), TypeError, "missing 1 required positional argument: 'limit'"),
    (lambda: limiter.reconfigure(Quota(5), per=1), TypeError, PARTS),
    (lambda: limiter.reconfigure(5, carry=None), TypeError, "carry must be a str, not NoneType"),
    (lambda: limiter.restore(5, age=0), TypeError, "snapshot must be a Snapshot, not int"),
    (lambda: limiter.restore(SNAPSHOT), TypeError, "missing 1 required keyword argument: 'age'"),
    (lambda: tg.Snapshot(0, 0), TypeError, "takes 0 positional arguments"),
    (
        lambda: tg.Snapshot(remaining=-1, full_after_ns=0),
        ValueError,
        f"remaining=-1: remaining must be {TOO_LARGE}",
    ),
    (lambda: Keyed(), TypeError, "missing 1 required positional argument: 'limit'"),
    (
        lambda: Keyed(5, capacity=-1),
        ValueError,
        "capacity=-1: capacity must be from 0 to 268435456",
    ),
    (lambda: Keyed(5, capacity=2**28 + 1), ValueError, "capacity must be from 0 to 268435456"),
    (lambda: Keyed(5, capacity="9"), TypeError, "capacity must be an int, not str"),
    (lambda: Keyed(5, when_full=None), TypeError, "when_full must be a str, not NoneType"),
    (lambda: Keyed(5, seed=2**128), ValueError, "seed must be from 0 to 2**128 - 1"),
    (lambda: Keyed(5, seed=-1), ValueError, "seed=-1: seed must be from 0 to 2**128 - 1"),
    (lambda: keyed.try_acquire(), TypeError, "missing 1 required positional argument: 'key'"),
    (lambda: keyed.try_acquire(None), TypeError, f"key {KEYS} NoneType"),
    (lambda: keyed.try_acquire(1.5), TypeError, f"key {KEYS} float"),
    (lambda: keyed.try_acquire(["a"]), TypeError, f"key {KEYS} list"),
    (lambda: keyed.check(("a", None)), TypeError, f"key[1] {KEYS} NoneType"),
    (lambda: keyed.check((("a",),)), TypeError, f"key[0] {KEYS} tuple"),
    (
        lambda: keyed.try_acquire(-1),
        ValueError,
        "key=-1: key must be from 0 to 1844674407370955161",
    ),
    (lambda: keyed.try_acquire(2**64), ValueError, "if it is an int; use str() for others"),
    (lambda: keyed.try_acquire("a", 3), ValueError, f"n=3: {COST}"),
    (lambda: keyed.try_acquire("a", None), TypeError, "n must be an int, not NoneType"),
    (lambda: keyed.try_acquire("a", -1), ValueError, "n=-1: n must be 0 or more"),
    (lambda: keyed.try_acquire("a", 1, 1), TypeError, "takes from 1 to 2 positional arguments"),
    (lambda: keyed.check("a", 3), ValueError, f"n=3: {COST}"),
    (lambda: keyed.peek("a", 3), ValueError, f"n=3: {COST}"),
    (lambda: keyed.check("a", rate=5), TypeError, "rate must be a Quota or a str such as"),
    (lambda: keyed.check("a", rate="5"), ValueError, f'"5" {GRAMMAR}'),
    (lambda: KeyedRateLimiter.try_acquire(5, "a"), TypeError, "doesn't apply to a 'int' object"),  # type: ignore[arg-type]
    (lambda: tg.Occupant(), TypeError, "cannot create 'tidegate.Occupant' instances"),
    (lambda: together(), TypeError, "missing 1 required positional argument: 'layers'"),
    (lambda: together(limiter), TypeError, "layers must be limits, or pairs of a limit and n, not"),
    (
        lambda: together([Limiter(1) for _ in range(9)]),
        ValueError,
        "layers[8]: at most 8 limits decide together",
    ),
    (lambda: tg.peek_all([Limiter(1)] * 2), ValueError, "layers[1] is layers[0]: name each limit"),
    (
        lambda: together([limiter, "5/second"]),
        TypeError,
        "layers[1] must be a RateLimiter, a FixedWindow, a FirstUseWindow or a StrictWindow, or a "
        "pair of one and n, not str",
    ),
    (lambda: together([(limiter, 1, 2)]), TypeError, "layers[0] must be a RateLimiter, a"),
    (lambda: together([keyed]), TypeError, "and n, not KeyedRateLimiter"),
    (lambda: together([(limiter, -1)]), ValueError, "n of layers[0] must be 0 or more"),
    (lambda: together([(limiter, 1.5)]), TypeError, "n of layers[0] must be an int, not float"),
    (
        lambda: together([window, limiter, (window, 2)]),
        ValueError,
        "layers[2] is layers[0]: name each limit once, with all that it needs",
    ),
    (lambda: Window(5, per="x"), TypeError, f"per {SECONDS} str"),
    (lambda: window.check(3), ValueError, f"n=3: {COST}"),
    (lambda: window.try_acquire(now_ns=0), TypeError, "unexpected keyword argument 'now_ns'"),
    (lambda: Window(5, skew="1"), TypeError, f"skew {SECONDS} str"),
    (lambda: Window(5, skew=None), TypeError, f"skew {SECONDS} NoneType"),
    (lambda: Window(5, skew=math.nan), ValueError, f"skew=nan: {SKEW}"),
    (lambda: Window(5, skew=-math.inf), ValueError, f"skew=-inf: {SKEW}"),
    (lambda: Window(5, skew=2**34), ValueError, f"skew={2**34}: {SKEW}"),
    (lambda: Window(5, skew=-(2**34)), ValueError, f"skew={-(2**34)}: {SKEW}"),
    (lambda: Window(5, 60), TypeError, "takes 1 positional argument"),
    (lambda: First(2).try_acquire(3), ValueError, f"n=3: {COST}"),
    (lambda: First(2).try_acquire(now_ns=0), TypeError, "unexpected keyword argument 'now_ns'"),
    (lambda: First(2, skew=1), TypeError, "unexpected keyword argument 'skew'"),
    (lambda: Strict(2).check(3), ValueError, f"n=3: {COST}"),
    (lambda: Strict(2).check(wall_ns=0), TypeError, "unexpected keyword argument 'wall_ns'"),
    (lambda: Strict(2).try_acquire(-1), ValueError, "n=-1: n must be 0 or more"),
    (lambda: tg.Decision(), TypeError, "cannot create 'tidegate.Decision' instances"),
    (lambda: Delays(1), TypeError, "missing 1 required keyword argument: 'cap'"),
    (lambda: Delays(1, cap=2, factor="2"), TypeError, f"factor {NUMBER} str"),
    (lambda: Delays(1, cap=2, factor=-1), ValueError, f"factor=-1: {RATIO}"),
    (lambda: Delays(1, cap=2, factor=-1.5), ValueError, f"factor=-1.5: {RATIO}"),
    (lambda: Delays(1, cap=2, factor=math.nan), ValueError, f"factor=nan: {RATIO}"),
    (lambda: Delays(1, cap=2, factor=math.inf), ValueError, f"factor=inf: {RATIO}"),
    (lambda: Delays(1, cap=2, factor=4 / 3), ValueError, f"factor=1.3333333333333333: {RATIO}"),
    (lambda: Delays(1, cap=2, factor=2**32), ValueError, f"factor={2**32}: {RATIO}"),
    (lambda: Delays(1, cap=2, jitter="additive"), TypeError, "jitter='additive' needs spread"),
    (lambda: Delays(1, cap=2, jitter="around"), TypeError, "jitter='around' needs spread"),
    (lambda: Delays(1, cap=2, jitter="above"), TypeError, "jitter='above' needs spread"),
    (lambda: Delays(1, cap=2, spread=1), TypeError, f"{SPREAD}'additive', 'around' or 'above'"),
    (lambda: Delays(1, cap=2, jitter="decorrelated", spread=0), TypeError, f"{SPREAD}'additive'"),
    (lambda: Delays(1, cap=2, jitter="around", spread="1"), TypeError, f"spread {NUMBER} str"),
    (
        lambda: Delays(1, cap=2, jitter="above", spread=timedelta(1)),
        TypeError,
        f"spread {NUMBER} timedelta",
    ),
    (lambda: Delays(1, cap=2, first_at_once=1), TypeError, "not an instance of 'bool'"),
    (lambda: Delays.constant(), TypeError, "missing 1 required positional argument: 'delay'"),
    (lambda: Delays.linear(1, cap=2), TypeError, "missing 1 required keyword argument: 'step'"),
    (lambda: Delays.linear(1, step="1", cap=2), TypeError, f"step {SECONDS} str"),
    (lambda: Delays.polynomial(1, power=1.5, cap=2), TypeError, "power must be an int, not float"),
    (lambda: Delays.fibonacci(1), TypeError, "missing 1 required keyword argument: 'cap'"),
    (lambda: Delays.list(5, cap=5), TypeError, "delays must be an iterable of seconds, not int"),
    (lambda: Delays.list([1, "2"], cap=5), TypeError, f"delays[1] {SECONDS} str"),
    (lambda: Spent("500"), TypeError, "capacity must be an int, not str"),
    (lambda: Spent(-1), ValueError, "capacity=-1: capacity must be from 0 to 4294967295"),
    (lambda: Spent(costs="aws"), ValueError, "costs='aws': costs must be 'aws_2_0', 'aws_2_1' or"),
    (lambda: Spent(costs=5), TypeError, "costs must be a str or RetryCosts, not int"),
    (lambda: Spent().try_spend(5), TypeError, "cause must be a str, not int"),
    (lambda: Spent().succeeded(5.0), TypeError, "last_cost must be an int, not float"),
    (lambda: Spent().cancelled(-1), ValueError, "cost=-1: cost must be from 0 to 4294967295"),
    (lambda: tg.RetryCosts(), TypeError, "missing 3 required keyword arguments"),
    (
        lambda: tg.RetryCosts(failure=-1, transient=0, throttled=0),
        ValueError,
        "failure=-1: failure must be from 0 to 4294967295",
    ),
    (lambda: Throttle(10), TypeError, "missing 1 required positional argument: 'ratio'"),
    (lambda: Throttle(10, "0.1"), TypeError, f"ratio {NUMBER} str"),
    (lambda: Throttle(1.5, 0.1), TypeError, "max_tokens must be an int, not float"),
    (lambda: Budget(10), TypeError, "takes 0 positional arguments"),
    (lambda: Budget(window="10"), TypeError, f"window {SECONDS} str"),
    (lambda: Budget(reserve=-1), ValueError, "reserve=-1: reserve must be from 0 to 4294967295"),
    (lambda: Budget(ratio=None), TypeError, f"ratio {NUMBER} NoneType"),
    (lambda: Adaptive(k="2"), TypeError, f"k {NUMBER} str"),
    (lambda: Adaptive().try_send(seed="x"), TypeError, "seed must be an int, not str"),
    (lambda: Adaptive().try_send(attempt=2**32), ValueError, "attempt must be from 0 to"),
    (lambda: tg.AdaptiveRate(5), TypeError, "takes 0 positional arguments"),
    (lambda: tg.AdaptiveRate().answered(429), TypeError, "not an instance of 'bool'"),
    (lambda: Breaker(), TypeError, "cannot create 'tidegate.CircuitBreaker' instances"),
    (lambda: tg.Passage(), TypeError, "cannot create 'tidegate.Passage' instances"),
    (lambda: Breaker.consecutive(5), TypeError, "missing 1 required positional argument"),
    (lambda: Breaker.consecutive("5", 1), TypeError, "failures must be an int, not str"),
    (lambda: Breaker.consecutive(2**32, 1), ValueError, "failures must be from 0 to 4294967295"),
    (lambda: Breaker.ratio(10, "half", 5, 1), TypeError, f"part {NUMBER} str"),
    (
        lambda: Breaker.consecutive(5, 1).failed(1.5),
        TypeError,
        "passage must be the Passage that try_call gave, not float",
    ),
    (lambda: tg.Dialect(5), TypeError, "name must be a str, not int"),
    (lambda: tg.Dialect(reset=5), TypeError, "reset must be a str, not int"),
    (lambda: tg.Dialect(decimals=1), TypeError, "not an instance of 'bool'"),
    (lambda: Said(5), TypeError, "headers must be a mapping or an iterable of pairs"),
    (lambda: Said({"a": None}), TypeError, "a header's value must be str or bytes, not NoneType"),
    (lambda: Said(dialect=5), TypeError, "dialect must be a Dialect or a str, not int"),
    (lambda: Said().header("Date", 5), TypeError, "value must be str or bytes, not int"),
    (lambda: tg.Allowance(), TypeError, "cannot create 'tidegate.Allowance' instances"),
    (lambda: tg.Announcement("a"), TypeError, "missing 4 required keyword arguments"),
    (lambda: announced(limit=-1), ValueError, "limit=-1: limit must be 0 or more"),
    (lambda: announced(remaining=1.5), TypeError, "remaining must be an int, not float"),
    (lambda: announced(window="60"), TypeError, f"window {SECONDS} str"),
    (lambda: tg.announce(6, []), TypeError, "form must be a str, not int"),
    (lambda: tg.announce("x", 5), TypeError, "limits must be an iterable of Announcement, not int"),
    (lambda: tg.announce("x", ["a"]), TypeError, "limits[0] must be an Announcement, not str"),
    (lambda: Delays(1, cap=2, jitter=None), TypeError, "jitter must be a str, not NoneType"),
    (lambda: Delays(1, cap=2, factor=None), TypeError, f"factor {NUMBER} NoneType"),
    (lambda: Delays(None, cap=2), TypeError, f"initial {SECONDS} NoneType"),
    (lambda: backoff.delay(), TypeError, "missing 1 required positional argument: 'attempt'"),
    (lambda: backoff.delay(-1), ValueError, "attempt=-1: attempt must be from 0 to 4294967295"),
    (lambda: backoff.delay(2**32), ValueError, "attempt must be from 0 to 4294967295"),
    (lambda: backoff.delay(1.0), TypeError, "attempt must be an int, not float"),
    (lambda: backoff.delay(1, seed=-1), ValueError, f"seed=-1: seed must be {TOO_LARGE}"),
    (lambda: backoff.delay(1, call=2**64), ValueError, f"call must be {TOO_LARGE}"),
    (lambda: Service("stackflow", seed="x"), TypeError, "seed must be an int, not str"),
    (lambda: Service("stackflow", seed=2**64), ValueError, f"seed must be {TOO_LARGE}"),
    (lambda: Service(5), TypeError, "name must be a str or a Policy, not int"),
    (lambda: Service.named(None), TypeError, "name must be a str, not NoneType"),
    (lambda: Service.from_json(), TypeError, "missing 1 required positional argument: 'text'"),
    (lambda: Service.from_json({}), TypeError, "text must be str or bytes, not dict"),
    (lambda: Service.from_json("{}", 2), TypeError, "takes 1 positional argument"),
    (lambda: Service.from_file(5), TypeError, "path must be str, bytes or os.PathLike, not int"),
    (lambda: Service.from_file(None), TypeError, "path must be str, bytes or os.PathLike, not"),
    (lambda: Service.from_file("a\0b"), ValueError, "embedded null byte"),
    (lambda: Service.from_file("/no/such.json"), FileNotFoundError, "'/no/such.json'"),
    (lambda: Service.from_file(b"/"), IsADirectoryError, "'/'"),
    (lambda: Plan(), TypeError, "cannot create 'tidegate.Policy' instances"),
    (lambda: Plan.named(5), TypeError, "name must be a str, not int"),
    (lambda: Plan.from_json(None), TypeError, "text must be str or bytes, not NoneType"),
    (lambda: Plan.from_file("/no/such.json"), FileNotFoundError, "'/no/such.json'"),
    (lambda: plan.cache_ttl("GET"), TypeError, "missing 1 required positional argument: 'path'"),
    (lambda: plan.cache_ttl("GET", 5), TypeError, "path must be a str, not int"),
    (lambda: setattr(plan, "name", "x"), AttributeError, "not writable"),
    (lambda: hash(plan), TypeError, "unhashable type: 'tidegate.Policy'"),
    (lambda: api.call("GET", "/", key="a", tokens=None), TypeError, "tokens must be an int, not"),
    (lambda: api.call("GET", "/", key="a", tokens=-1), ValueError, "tokens must be 0 or more"),
    (lambda: api.admit("GET", "/", key="a", tokens=1.5), TypeError, "tokens must be an int, not"),
    (lambda: call.hedge(5), TypeError, "takes 0 positional arguments"),
    (lambda: call.attempt_timeout(now_ns="1"), TypeError, "now_ns must be an int, not str"),
    (lambda: api.call("GET", "/"), TypeError, "missing 1 required keyword argument: 'key'"),
    (lambda: api.call("GET", "/", key=5), TypeError, "key must be str or bytes, not int"),
    (lambda: api.call(b"GET", "/", key="a"), TypeError, "method must be a str, not bytes"),
    (lambda: api.call("GET", None, key="a"), TypeError, "path must be a str, not NoneType"),
    (lambda: api.call("GET", "/", key="a", role=None), TypeError, "role must be a str, not"),
    (lambda: api.call("GET", "/", key=None), TypeError, "key must be str or bytes, not NoneType"),
    (
        lambda: api.call("POST", "/", key="a", idempotency_key="some-uuid"),
        TypeError,
        "'str' object is not an instance of 'bool'",
    ),
    (
        lambda: api.call("GET", "/", key="a", timeout=1, deadline_ns=1),
        TypeError,
        "timeout and deadline_ns exclude each other",
    ),
    (lambda: tg.Call(), TypeError, "cannot create 'tidegate.Call' instances"),
    (lambda: call.answered("200"), TypeError, "status must be an int, not str"),
    (lambda: call.answered(200, 5), TypeError, "headers must be a mapping or an iterable of pairs"),
    (lambda: call.answered(200, None), TypeError, "headers must be a mapping or an iterable"),
    (lambda: call.answered(200, (), None), TypeError, "body must be str or bytes, not NoneType"),
    (lambda: call.answered(200, "a: b"), TypeError, "headers must be a mapping or an iterable"),
    (lambda: call.answered(200, ["a"]), TypeError, "headers must be a mapping or an iterable"),
    (lambda: call.answered(200, [("a",)]), TypeError, "headers must be a mapping or an iterable"),
    (lambda: call.answered(200, {"a": 5}), TypeError, "a header's value must be str or bytes, not"),
    (lambda: call.answered(200, {5: "a"}), TypeError, "a header's name must be str or bytes, not"),
    (lambda: call.answered(200, (), {}), TypeError, "body must be str or bytes, not dict"),
    (lambda: call.failed(ValueError("x")), TypeError, "kind must be a str, not ValueError"),
    (
        lambda: tg.Hints().header("Date", None),
        TypeError,
        "value must be str or bytes, not NoneType",
    ),
    (lambda: tg.parse_retry_after(5), TypeError, "value must be str or bytes, not int"),
    (lambda: tg.parse_retry_after(None), TypeError, "value must be str or bytes, not NoneType"),
    (lambda: tg.scan_error_body({}), TypeError, "body must be str or bytes, not dict"),
]


def announced(name: str = "a", **changes: object) -> Any:
    return tg.Announcement(
        name, **{"limit": 9, "remaining": 0, "reset_after": 30, "window": 60, **changes}
    )


def in_flight() -> Any:
    call = Api.stackflow().call("GET", "/", key="alice")
    assert call.next().kind == "send"
    return call


@pytest.mark.parametrize(("use", "name", "message"), NAMED)
def test_out_of_bounds(use: Callable[[], object], name: str, message: str) -> None:
    with pytest.raises(TidegateError, match=f"^{re.escape(message)}") as caught:
        use()
    assert (caught.value.code, caught.value.name) in {row[:2] for row in tidegate.ERRORS}
    assert caught.value.name == name


@pytest.mark.parametrize(("use", "exception", "message"), OTHER)
def test_wrong_use(use: Callable[[], object], exception: type[Exception], message: str) -> None:
    with pytest.raises(exception, match=re.escape(message)) as caught:
        use()
    assert type(caught.value) is exception


def test_a_refused_report_leaves_the_send_in_flight() -> None:
    call = in_flight()
    wrongs: list[Callable[[], object]] = [
        lambda: call.answered(99),
        lambda: call.answered(200, 5),
        lambda: call.failed("no"),
    ]
    for wrong in wrongs:
        with pytest.raises((ValueError, TypeError)):
            wrong()
        assert call.next().kind == "pending"
    call.answered(200)
    assert call.next().kind == "done"


def test_what_an_argument_raises_comes_through() -> None:
    class Broken:
        def __index__(self) -> int:
            raise LookupError("on purpose")

        def items(self) -> object:
            raise LookupError("on purpose")

    for use in (lambda: limiter.try_acquire(Broken()), lambda: Hints(Broken())):  # type: ignore[arg-type]
        with pytest.raises(LookupError, match="on purpose"):
            use()
