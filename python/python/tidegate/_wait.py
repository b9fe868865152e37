"""Waiting in an event loop."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ._core import RateLimiter
    from ._types import Seconds


async def wait(limiter: RateLimiter, n: int, timeout: Seconds | None) -> float:
    """Reserve, sleep once, and return the seconds that it took; give back when cancelled."""
    reservation = limiter.reserve(n, timeout=timeout)
    if reservation.wait_ns == 0:
        return 0.0
    try:
        sleep = sleep_of_the_loop()
        while rest := reservation.rest():  # once, unless the loop's timer fires early
            await sleep(rest)
    except BaseException:
        reservation.cancel()
        raise
    return reservation.age()


async def nothing() -> None:
    """End an ``async with``: what was taken stays taken."""


def sleep_of_the_loop() -> Callable[[float], Awaitable[None]]:
    """Return the ``sleep`` of trio in one of its tasks, and asyncio's elsewhere."""
    if trio := sys.modules.get("trio"):
        try:
            trio.lowlevel.current_task()
        except RuntimeError:
            pass  # imported, but it does not run this
        else:
            sleep: Callable[[float], Awaitable[None]] = trio.sleep
            return sleep
    import asyncio  # only now: it takes longer to import than all of tidegate

    return asyncio.sleep
