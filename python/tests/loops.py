"""Running the same test in asyncio and in trio."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import trio

Work = Callable[[], Coroutine[Any, Any, Any]]


def run_in_asyncio(work: Work) -> Any:
    return asyncio.run(work())


#: A parameter ``run`` that runs a coroutine function in one of them.
LOOPS = pytest.mark.parametrize("run", [run_in_asyncio, trio.run], ids=["asyncio", "trio"])


async def together(*works: Work) -> list[Any]:
    """Run them as tasks, started in this order; return what they return."""
    results: list[Any] = [None] * len(works)

    async def one(index: int, work: Work) -> None:
        results[index] = await work()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        async with trio.open_nursery() as nursery:
            for index, work in enumerate(works):
                nursery.start_soon(one, index, work)
                await trio.lowlevel.checkpoint()  # those of one turn begin in any order
    else:
        await asyncio.gather(*(one(index, work) for index, work in enumerate(works)))
    return results
