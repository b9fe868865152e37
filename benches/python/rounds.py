"""Rows that are measured side by side: interleaved rounds, medians, ratios."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Awaitable, Callable

ROUNDS = 21
Row = tuple[str, int, Callable[[int], None]]
AsyncRow = tuple[str, int, Callable[[int], Awaitable[None]]]


def medians(rows: list[Row]) -> dict[str, float]:
    """Return the nanoseconds of each row: (name, times, work that is done so many times)."""
    found: dict[str, list[float]] = {name: [] for name, _, _ in rows}
    for _, times, work in rows:
        work(times)  # warm
    gc.disable()
    for _ in range(ROUNDS):
        for name, times, work in rows:
            start = time.perf_counter_ns()
            work(times)
            found[name].append((time.perf_counter_ns() - start) / times)
    gc.enable()
    return {name: statistics.median(each) for name, each in found.items()}


async def medians_async(rows: list[AsyncRow]) -> dict[str, float]:
    """As medians, inside of an event loop."""
    found: dict[str, list[float]] = {name: [] for name, _, _ in rows}
    for _, times, work in rows:
        await work(times)
    gc.disable()
    for _ in range(ROUNDS):
        for name, times, work in rows:
            start = time.perf_counter_ns()
            await work(times)
            found[name].append((time.perf_counter_ns() - start) / times)
    gc.enable()
    return {name: statistics.median(each) for name, each in found.items()}


def repeat(call: Callable[[], object]) -> Callable[[int], None]:
    """Return what calls so many times, with as little of a loop as Python has."""

    def work(times: int) -> None:
        for _ in range(times):
            call()

    return work


def print_table(title: str, found: dict[str, float], of: str, less: str | None = None) -> None:
    """Print a row a line, with its ratio to one of them; ``less`` is subtracted from all first."""
    print(f"\n{title}")
    base = found[less] if less else 0.0
    one = found[of] - base
    for name, nanos in found.items():
        ratio = "" if name == less else f"{(nanos - base) / one:8.2f} x"
        print(f"  {name:44} {nanos:10.0f} ns {ratio}")
