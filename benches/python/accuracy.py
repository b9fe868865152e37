"""Who admits more than was promised, and how much: a caller that never stops asking.

Every clock that a peer may read is the same number, which moves as the story says.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from unittest import mock

import limits
import limits.storage
import limits.strategies
import pyrate_limiter
import throttled

import tidegate

RATE, BURST = 100, 10
"""A second, and at once, where a peer can be told so."""
STEP_NS = 1_000_000
START_NS = 1_700_000_000_000_000_000

now_ns = START_NS


def take_tidegate() -> Callable[[], bool]:
    """A bucket."""
    limiter = tidegate.RateLimiter(RATE, per=1, burst=BURST)
    return lambda: limiter.try_acquire(now_ns=now_ns - START_NS)


def take_limits(kind: str) -> Callable[[], Callable[[], bool]]:
    """A window of limits; its burst is the whole limit."""

    def make() -> Callable[[], bool]:
        strategy = getattr(limits.strategies, kind)(limits.storage.MemoryStorage())
        quota = limits.RateLimitItemPerSecond(RATE)
        return lambda: strategy.hit(quota, "key")

    return make


def take_pyrate() -> Callable[[], bool]:
    """A log of pyrate-limiter; its burst is the whole limit."""
    limiter = pyrate_limiter.Limiter(pyrate_limiter.Rate(RATE, 1_000))
    return lambda: bool(limiter.try_acquire("key", blocking=False))


def take_throttled() -> Callable[[], bool]:
    """A bucket of throttled-py."""
    store = throttled.MemoryStore()
    quota = throttled.per_sec(RATE, burst=BURST)
    limiter = throttled.Throttled(key="key", using="gcra", quota=quota, store=store)
    return lambda: not limiter.limit().limited


SUBJECTS: dict[str, tuple[int, Callable[[], Callable[[], bool]]]] = {
    "tidegate": (BURST, take_tidegate),
    "limits-fixed-window": (RATE, take_limits("FixedWindowRateLimiter")),
    "limits-moving-window": (RATE, take_limits("MovingWindowRateLimiter")),
    "limits-sliding-counter": (RATE, take_limits("SlidingWindowCounterRateLimiter")),
    "pyrate-limiter": (RATE, take_pyrate),
    "throttled-py-gcra": (BURST, take_throttled),
}
"""With what each may admit at once by its own word."""


def main() -> None:
    """Print a line of JSON for each story and subject."""
    global now_ns
    clocks = {
        "time": lambda: now_ns / 1e9,
        "monotonic": lambda: now_ns / 1e9,
        "perf_counter": lambda: now_ns / 1e9,
        "time_ns": lambda: now_ns,
        "monotonic_ns": lambda: now_ns,
        "perf_counter_ns": lambda: now_ns,
    }
    begin, edge = START_NS, START_NS + 1_000_000_000
    stories: dict[str, tuple[int, list[int]]] = {
        # From the middle of a second, for two; all are counted.
        "steady": (0, [begin + 500_000_000 + step * STEP_NS for step in range(2_000)]),
        # One, which opens a window; then 200 ms around its end, of which all are counted.
        "edge": (1, [begin, *(edge - 100_000_000 + step * STEP_NS // 5 for step in range(1_000))]),
        # A second; then the clock steps back by half of one, and half a second goes by again.
        "clock-steps-back": (
            0,
            [begin + step * STEP_NS for step in [*range(1_000), *range(500, 1_000)]],
        ),
    }
    for story, (uncounted, times) in stories.items():
        lived = times[-1] - times[uncounted]
        lived += 500_000_000 if story == "clock-steps-back" else 0
        for name, (burst, make) in SUBJECTS.items():
            with mock.patch.multiple(time, **clocks):
                now_ns = times[0]
                take = make()
                answers = []
                for now in times:
                    now_ns = now
                    answers.append(take())
            admitted = sum(answers[uncounted:])
            cell = {
                "case": f"python/accuracy/100-{story}",
                "subject": name,
                "promised": burst + RATE * (lived + 1) // 1_000_000_000,
                "admitted": admitted,
            }
            print(json.dumps(cell, separators=(",", ":")))
