"""Waiting in an event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._core import Waiter


async def wait(waiter: Waiter) -> float:
    """Sleep as the waiter says until it has its tokens; return the seconds that it took."""
    delay = waiter.next()
    if delay is None:
        return 0.0
    import asyncio  # only now: it takes longer to import than all of tidegate

    while delay is not None:
        await asyncio.sleep(delay)
        delay = waiter.next()
    return waiter.waited()
