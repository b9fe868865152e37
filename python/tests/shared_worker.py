"""One of the processes of ``cargo xtask faults``; see ``host/examples/shared_worker.rs``."""

from __future__ import annotations

import mmap
import os
import struct
import sys

import tidegate

ENTRY = struct.Struct("=QII")
RATE, COUNT = 2**32 - 1, 2**32 - 2
STILL = 1_000_000_000
ASKS = 4_000_000
ROOM = 16 * 500_000


def main() -> None:
    """Take tokens until killed, and write down what was given."""
    folder, path, tokens = sys.argv[1:]

    def place(name: str) -> str:
        return os.path.join(folder, name)

    count = tidegate.RateLimiter.shared("count", 1_000_000, burst=int(tokens), path=place("count"))
    rate = tidegate.RateLimiter.shared("rate", 1_000_000, burst=1_000, path=place("rate"))
    keys = tidegate.KeyedRateLimiter.shared(
        "keys", 1_000, burst=20, capacity=64, when_full="deny", path=place("keys")
    )
    with open(path, "wb+") as file:
        file.truncate(ROOM)
        with mmap.mmap(file.fileno(), ROOM) as log:
            take(count, rate, keys, log)


def take(
    count: tidegate.RateLimiter,
    rate: tidegate.RateLimiter,
    keys: tidegate.KeyedRateLimiter,
    log: mmap.mmap,
) -> None:
    """Ask in turn, as every worker does."""
    at = 16
    for asked in range(ASKS):
        tokens, now = 1 + asked // 4 % 3, tidegate.monotonic_ns()
        if asked % 4 == 1:
            limiter, tokens, now = COUNT, 1, STILL
            allowed = count.try_acquire(1, now_ns=now)
        elif asked % 4 == 3:
            limiter, tokens = (asked * 2_654_435_761 >> 8) % 2**32 % 200, 1
            allowed = keys.try_acquire(f"k{limiter}", now_ns=now)
        else:
            limiter = RATE
            allowed = rate.try_acquire(tokens, now_ns=now)
        if allowed:
            ENTRY.pack_into(log, at, now, limiter, tokens)
            at += 16
        if asked % 64 == 63:
            struct.pack_into("=Q", log, 0, asked + 1)
        if at == ROOM:
            break


if __name__ == "__main__":
    main()
