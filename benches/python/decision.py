"""``try_acquire()``: against an empty method and a read of the clock, and against peers."""

from __future__ import annotations

import asyncio

import aiolimiter
import limits
import pyrate_limiter
import throttled

import tidegate
from rounds import medians, print_table, repeat
from tidegate import _core

HUGE = 10**9


def main() -> None:
    """Print the table."""
    limiter = tidegate.RateLimiter(HUGE, burst=HUGE)
    denied = tidegate.RateLimiter("1/day")
    denied.try_acquire()
    window = limits.strategies.FixedWindowRateLimiter(limits.storage.MemoryStorage())
    moving = limits.strategies.MovingWindowRateLimiter(limits.storage.MemoryStorage())
    item = limits.RateLimitItemPerSecond(HUGE)
    few = limits.RateLimitItemPerSecond(1000)
    pyrate = pyrate_limiter.Limiter(pyrate_limiter.Rate(1000, pyrate_limiter.Duration.SECOND))
    gcra = throttled.Throttled(
        key="k", using="gcra", quota=throttled.rate_limiter.per_sec(HUGE, burst=HUGE)
    )
    rows = [
        ("tidegate try_acquire()", 20_000, repeat(limiter.try_acquire)),
        ("tidegate try_acquire(), denied", 20_000, repeat(denied.try_acquire)),
        ("limits, fixed window", 1_000, repeat(lambda: window.hit(item, "k"))),
        ("limits, moving window", 1_000, repeat(lambda: moving.hit(few, "k"))),
        ("pyrate-limiter", 500, repeat(lambda: pyrate.try_acquire("k", blocking=False))),
        ("throttled-py, gcra", 500, repeat(lambda: gcra.limit("k"))),
    ]
    if hasattr(_core, "_Floor"):  # built with --features floor
        floor = _core._Floor()
        rows[:0] = [
            ("an empty PyO3 method", 20_000, repeat(floor.nothing)),
            ("an empty PyO3 method that reads the clock", 20_000, repeat(floor.clock)),
        ]
    found = medians(rows)
    print_table("a decision", found, of="tidegate try_acquire()")
    asyncio.run(against_aiolimiter())


async def against_aiolimiter() -> None:
    """The fast path of aiolimiter, which has no synchronous one."""
    from rounds import medians_async

    limiter = tidegate.RateLimiter(HUGE, burst=HUGE)
    other = aiolimiter.AsyncLimiter(HUGE, 1)

    async def ours(times: int) -> None:
        for _ in range(times):
            limiter.try_acquire()

    async def ours_awaited(times: int) -> None:
        for _ in range(times):
            await limiter.acquire_async()

    async def theirs(times: int) -> None:
        for _ in range(times):
            await other.acquire()

    async def ours_with(times: int) -> None:
        for _ in range(times):
            async with limiter:
                pass

    async def theirs_with(times: int) -> None:
        for _ in range(times):
            async with other:
                pass

    found = await medians_async(
        [
            ("tidegate try_acquire()", 20_000, ours),
            ("tidegate await acquire_async()", 5_000, ours_awaited),
            ("aiolimiter await acquire()", 1_000, theirs),
        ]
    )
    print_table("a decision in asyncio", found, of="tidegate try_acquire()")
    found = await medians_async(
        [
            ("tidegate async with", 10_000, ours_with),
            ("aiolimiter async with", 1_000, theirs_with),
        ]
    )
    print_table("async with, nobody waits", found, of="tidegate async with")


if __name__ == "__main__":
    main()
