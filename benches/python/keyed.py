"""Many keys: a million at random, and memory after ten million."""

from __future__ import annotations

import os
import random
from itertools import cycle
from pathlib import Path

import limits

import tidegate
from rounds import medians, print_table

KEYS = 10**6


def resident() -> int:
    """Return the bytes of memory that this process has."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Print the table, and what memory did."""
    names = [f"user:{number}" for number in range(KEYS)]
    random.Random(1).shuffle(names)
    before = resident()
    users = tidegate.KeyedRateLimiter(1000, per=3600, capacity=KEYS + KEYS * 2 // 5)
    for name in names:
        users.try_acquire(name)
    print(f"\n{len(users)} keys: {(resident() - before) / KEYS:.1f} B a key")
    storage = limits.storage.MemoryStorage()
    window = limits.strategies.FixedWindowRateLimiter(storage)
    item = limits.RateLimitItemPerHour(1000)
    for name in names:
        window.hit(item, name)
    ours, theirs = cycle(names), cycle(names)

    def take(times: int) -> None:
        try_acquire = users.try_acquire
        for _, name in zip(range(times), ours, strict=False):
            try_acquire(name)

    def hit(times: int) -> None:
        for _, name in zip(range(times), theirs, strict=False):
            window.hit(item, name)

    read = cycle(names)

    def look(times: int) -> None:
        for _, name in zip(range(times), read, strict=False):
            len(name)

    found = medians(
        [
            ("looking at a key", 50_000, look),
            ("tidegate try_acquire(key)", 50_000, take),
            ("limits, in memory", 2_000, hit),
        ]
    )
    ours_of = "tidegate try_acquire(key)"
    print_table("a decision for one of 10^6 keys", found, of=ours_of, less="looking at a key")
    del window, storage

    fresh = tidegate.KeyedRateLimiter(10**6, burst=1, capacity=10**6)
    sizes = []
    for million in range(10):
        for number in range(million * KEYS, (million + 1) * KEYS):
            fresh.try_acquire(f"user:{number}")
        sizes.append(resident() // 2**20)
    print(f"\nMiB after each of ten million new keys: {' '.join(map(str, sizes))}")


if __name__ == "__main__":
    main()
