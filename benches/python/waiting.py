"""Ten thousand tasks that wait for one limiter: memory, order, and when the last is done."""

from __future__ import annotations

import asyncio
import time
import tracemalloc
from collections.abc import Callable, Coroutine
from typing import Any

import tidegate

TASKS = 10_000
RATE = 1_000


def main() -> None:
    """Print what it takes."""
    print(f"\n{TASKS} tasks that wait")
    bare = asyncio.run(memory(a_future))
    print(f"  a task that waits for a future:        {bare:5.0f} B")
    print(f"  a task in asyncio.sleep:               {asyncio.run(memory(a_sleep)):5.0f} B")
    limiter = tidegate.RateLimiter(RATE, burst=1)
    ours = asyncio.run(memory(limiter.acquire_async))
    print(f"  a task in acquire_async:               {ours:5.0f} B, {ours - bare:.0f} B for the wait")
    asyncio.run(finish())


async def a_future() -> None:
    """Wait for what does not come."""
    await asyncio.get_running_loop().create_future()


async def a_sleep() -> None:
    """Wait by a timer."""
    await asyncio.sleep(3600)


async def memory(wait: Callable[[], Coroutine[Any, Any, Any]]) -> float:
    """Return the bytes that one waiting task takes."""

    async def one() -> None:
        await wait()

    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    tasks = [asyncio.create_task(one()) for _ in range(TASKS)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return taken / TASKS


async def finish() -> None:
    """Let them all go, and print when the last one went, against when it had to wait until."""
    limiter = tidegate.RateLimiter(RATE, burst=1)
    order: list[int] = []

    async def one(number: int) -> None:
        await limiter.acquire_async()
        order.append(number)

    loop: Any = asyncio.get_running_loop()
    tasks = [asyncio.create_task(one(number)) for number in range(TASKS)]
    start, cpu = time.perf_counter(), time.process_time()
    await asyncio.sleep(0)
    timers = len([timer for timer in loop._scheduled if not timer.cancelled()])
    await asyncio.gather(*tasks)
    took, ideal = time.perf_counter() - start, (TASKS - 1) / RATE
    cpu = time.process_time() - cpu
    print(f"  timers: {timers}; in order: {order == sorted(order)}")
    print(f"  done after {took:.3f} s of {ideal:.3f} s: {took / ideal - 1:+.2%}; {cpu:.2f} s of CPU")


if __name__ == "__main__":
    main()
