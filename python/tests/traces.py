"""Replay every conformance trace: ``python python/tests/traces.py [--time]``.

Each step of ``conformance/traces``, ``traces_dialects``, ``traces_retry`` and ``traces_policy`` is
asked of the package; the first different answer ends the run. The last line is the digest over all
answers, the same in every language. ``--time`` also prints the cost of one decision in nanoseconds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

import tidegate
from words import MOST
from world_apis import Policies
from world_clients import Clients
from world_dialects import Dialects
from world_limits import Limits
from world_retries import Retries

World: TypeAlias = Clients | Limits | Dialects | Retries | Policies

CONFORMANCE = Path(__file__).parents[2] / "conformance"
FOLDERS: list[tuple[Path, type[World]]] = [
    (CONFORMANCE / "traces", Limits),
    (CONFORMANCE / "traces_dialects", Dialects),
    (CONFORMANCE / "traces_retry", Retries),
    (CONFORMANCE / "traces_policy", Policies),
]


def answer(world: World, step: str) -> str:
    """Ask one step of the package."""
    verb, _, rest = step.partition(" ")
    if verb.startswith("_") or not callable(getattr(world, verb, None)):
        raise SystemExit(f"unknown verb {verb}")
    words = rest.split(" ", world.before_rest.get(verb, -1)) if rest else []
    try:
        result: str = getattr(world, verb)(*words)
    except tidegate.TidegateError as error:
        return f"error {error.name}"
    return result


def fnv_1a(data: bytes, digest: int = 0xCBF29CE484222325) -> int:
    """Continue a 64-bit FNV-1a digest."""
    for byte in data:
        digest = (digest ^ byte) * 0x100000001B3 & MOST
    return digest


def replay(folders: Iterable[tuple[Path, type[World]]] = FOLDERS, files: str = "*.trace") -> str:
    """Replay all such files of all folders; return the last line."""
    digest, steps = fnv_1a(b""), 0
    for folder, kind in folders:
        for path in sorted(folder.glob(files), key=lambda path: path.name.encode()):
            world, count, end = kind(), 0, None
            for number, line in enumerate(path.read_bytes().decode().split("\n"), 1):
                if not line or line.startswith("#"):
                    continue
                if end is not None or line.startswith("end "):
                    end = line
                    continue
                step, _, expected = line.rpartition(" -> ")
                got = answer(world, step)
                if got != expected:
                    raise SystemExit(
                        f"{path}:{number}: {step}\nexpected {expected}\ngot      {got}"
                    )
                digest = fnv_1a(got.encode() + b"\n", digest)
                count += 1
            if end != f"end {count}":
                raise SystemExit(f"{path}: ends with {end}, not with end {count}")
            steps += count
    return f"digest {digest:016x} steps {steps}"


def nanoseconds(calls: int = 200_000) -> float:
    """Measure one decision as a user's call makes it, the clock included."""
    try_acquire = tidegate.RateLimiter(10**9, per=1, burst=10**6).try_acquire
    start = time.perf_counter_ns()
    for _ in range(calls):
        try_acquire()
    return (time.perf_counter_ns() - start) / calls


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--time", action="store_true", help="also print the cost of a decision")
    if parser.parse_args().time:
        print(f"ns_per_decision {nanoseconds():.1f}")
    print(replay())
    sys.exit(0)
