"""The Python subjects of `cargo xtask bench`: tidegate, its peers, and floors.

`benches/README.md` says what this program is asked and what it answers.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import accuracy
import aiolimiter
import backoff
import limits
import limits.storage
import limits.strategies
import pyrate_limiter
import stamina
import tenacity
import throttled

import tidegate

Run = Callable[[int], int]
"""Does so many operations and says how many nanoseconds they took."""

SUBJECTS: dict[tuple[str, str], Callable[[], Run]] = {}
"""By case and name: how a subject is made ready."""

VAST = 1_000_000_000
"""So many a second that none is refused."""


def subject(case: str, name: str) -> Callable[[Callable[[], Run]], Callable[[], Run]]:
    """List what makes a subject ready."""

    def listed(make: Callable[[], Run]) -> Callable[[], Run]:
        SUBJECTS[f"python/{case}", name] = make
        return make

    return listed


def each(operation: Callable[[], object], expected: object = True) -> Run:
    """Time an operation without arguments, whose every answer must be the expected one."""

    def run(times: int) -> int:
        wrong = 0
        rounds = itertools.repeat(None, times)
        start = time.perf_counter_ns()
        for _ in rounds:
            if operation() != expected:
                wrong += 1
        spent = time.perf_counter_ns() - start
        if wrong:
            raise ValueError(f"{wrong} of {times} operations came out wrong")
        return spent

    return run


# --- one bucket, nobody waits ---


@subject("bucket/try", "floor-empty-call")
def _() -> Run:
    def nothing() -> bool:
        return True

    return each(nothing)


@subject("bucket/try", "floor-pyo3-method")
def _() -> Run:  # it reads one word and gives a cached bool
    return each(tidegate.RetryThrottle(10, 0.5).allows)


@subject("bucket/try", "floor-clock")
def _() -> Run:
    clock = time.monotonic_ns
    return each(lambda: clock() > 0)


@subject("bucket/try", "tidegate")
def _() -> Run:
    return each(tidegate.RateLimiter(VAST, per=1, burst=1 << 32).try_acquire)


@subject("bucket/try", "limits")
def _() -> Run:
    strategy = limits.strategies.FixedWindowRateLimiter(limits.storage.MemoryStorage())
    quota = limits.RateLimitItemPerSecond(VAST)
    return each(lambda: strategy.hit(quota, "key"))


@subject("bucket/try", "pyrate-limiter")
def _() -> Run:
    limiter = pyrate_limiter.Limiter(pyrate_limiter.Rate(1_000_000, 1))
    return each(lambda: bool(limiter.try_acquire("key", blocking=False)))


@subject("bucket/try", "throttled-py")
def _() -> Run:
    quota = throttled.per_sec(VAST, burst=VAST)
    limiter = throttled.Throttled(key="key", using="gcra", quota=quota)
    return each(lambda: limiter.limit().limited, False)


@subject("bucket/deny", "tidegate")
def _() -> Run:
    limiter = tidegate.RateLimiter(1, per=86_400)
    limiter.try_acquire()
    return each(limiter.try_acquire, False)


@subject("bucket/deny", "limits")
def _() -> Run:
    strategy = limits.strategies.FixedWindowRateLimiter(limits.storage.MemoryStorage())
    quota = limits.RateLimitItemPerDay(1)
    strategy.hit(quota, "key")
    return each(lambda: strategy.hit(quota, "key"), False)


@subject("bucket/deny", "throttled-py")
def _() -> Run:
    limiter = throttled.Throttled(key="key", using="gcra", quota=throttled.per_day(1, burst=1))
    limiter.limit()
    return each(lambda: limiter.limit().limited)


# --- one bucket, async, nobody has to wait ---


def each_async(enter: Callable[[], Any]) -> Run:
    """Time `async with` around nothing, in one event loop."""

    async def entered(times: int) -> int:
        limiter = enter()
        rounds = itertools.repeat(None, times)
        start = time.perf_counter_ns()
        for _ in rounds:
            async with limiter:
                pass
        return time.perf_counter_ns() - start

    return lambda times: asyncio.run(entered(times))


@subject("async/with", "tidegate")
def _() -> Run:
    limiter = tidegate.RateLimiter(VAST, per=1, burst=1 << 32)
    return each_async(lambda: limiter)


@subject("async/with", "aiolimiter")
def _() -> Run:
    return each_async(lambda: aiolimiter.AsyncLimiter(VAST, 1))


# --- a limit for each of many keys ---

KEYS = 100_000


def each_key(operation: Callable[[str], object], expected: object = True) -> Run:
    """Time an operation on each of many keys in turn."""
    keys = itertools.cycle([f"user-{number:07}" for number in range(KEYS)])
    return each(lambda: operation(next(keys)), expected)


@subject("keyed-1e5/try", "tidegate")
def _() -> Run:
    limiter = tidegate.KeyedRateLimiter(1_000, per=1, burst=1_000_000, capacity=2 * KEYS)
    return each_key(limiter.try_acquire)


@subject("keyed-1e5/try", "limits")
def _() -> Run:
    strategy = limits.strategies.FixedWindowRateLimiter(limits.storage.MemoryStorage())
    quota = limits.RateLimitItemPerHour(VAST)
    return each_key(lambda key: strategy.hit(quota, key))


@subject("keyed-1e5/try", "throttled-py")
def _() -> Run:
    store = throttled.MemoryStore(options={"MAX_SIZE": 2 * KEYS})
    quota = throttled.per_sec(1_000_000, burst=1_000_000)
    limiter = throttled.Throttled(using="gcra", quota=quota, store=store)
    return each_key(lambda key: limiter.limit(key).limited, False)


# --- an operation that succeeds at once, wrapped so that it would be tried again ---


def nothing() -> bool:
    """Succeed."""
    return True


@subject("retry/success", "floor-empty-call")
def _() -> Run:
    return each(nothing)


@subject("retry/success", "tidegate")
def _() -> Run:
    policy = tidegate.RetryPolicy(on=ValueError, attempts=3)
    return each(policy(nothing))


@subject("retry/success", "tenacity")
def _() -> Run:
    retry = tenacity.retry(
        stop=tenacity.stop_after_attempt(3), retry=tenacity.retry_if_exception_type(ValueError)
    )
    return each(retry(nothing))


@subject("retry/success", "stamina")
def _() -> Run:
    return each(stamina.retry(on=ValueError, attempts=3)(nothing))


@subject("retry/success", "backoff")
def _() -> Run:
    return each(backoff.on_exception(backoff.expo, ValueError, max_tries=3)(nothing))


def serve() -> Iterator[str]:
    """Answer each question on standard input."""
    case_open: str | None = None
    ready: dict[str, Run] = {}
    for line in sys.stdin:
        try:
            case, name, times = line.rstrip("\n").split("\t")
            if case != case_open:
                case_open, ready = case, {}
            if name not in ready:
                ready[name] = SUBJECTS[case, name]()
            yield f"{ready[name](int(times))}\t-"
        except Exception as error:  # whatever a peer raises is an answer
            yield f"error\t{type(error).__name__}: {error}".replace("\n", " ")


def main() -> None:
    """Do what the one argument says."""
    logging.disable()
    match sys.argv[1:]:
        case ["list"]:
            for case, name in SUBJECTS:
                print(case, name, sep="\t")
        case ["serve"]:
            for answer in serve():
                print(answer, flush=True)
        case ["accuracy"]:
            accuracy.main()
        case _:
            sys.exit("usage: subjects.py list|serve|accuracy (see benches/README.md)")


if __name__ == "__main__":
    main()
