"""The command ``tidegate top``: a shared limiter as it is now."""

from __future__ import annotations

import argparse
import json
import sys
import time

from . import SharedView, TidegateError

CLEAR = "\x1b[H\x1b[2J"


def top(options: argparse.Namespace) -> int:
    """Show a limiter that processes share: again and again in a terminal, else once."""
    try:
        view = SharedView(options.name, path=options.path)
    except OSError as error:
        print(f"{error.filename or options.name}: {error.strerror or error}", file=sys.stderr)
        return 1
    except TidegateError as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(facts(view), separators=(",", ":")))
        return 0
    if options.once or not sys.stdout.isatty():
        print(picture(options.name, view, options.rows), end="")
        return 0
    try:
        while True:
            print(CLEAR + picture(options.name, view, options.rows), end="", flush=True)
            time.sleep(options.interval)
    except KeyboardInterrupt:
        return 0


def facts(view: SharedView) -> dict[str, object]:
    """Return all that can be seen, for programs."""
    quota, bucket = view.quota, view.peek()
    seen: dict[str, object] = {
        "limit": quota.limit,
        "per": quota.per,
        "burst": quota.burst,
        "denied": view.denied,
    }
    if bucket is not None:
        seen |= {"remaining": bucket.remaining, "reset_after": bucket.reset_after}
    else:
        keys = [
            {"hash": f"{name:012x}", "remaining": left, "reset_after": full}
            for name, left, full in view.occupants()
        ]
        seen |= {"capacity": view.capacity, "overflowed": view.overflowed, "keys": keys}
    return seen


def picture(name: str, view: SharedView, rows: int) -> str:
    """Return what people see."""
    quota, bucket = view.quota, view.peek()
    lines = [f"{name}: {quota.limit} per {quota.per:g} s, burst {quota.burst}"]
    if bucket is not None:
        lines.append(f"{bucket.remaining} left, full in {bucket.reset_after:.3f} s")
        lines.append(f"{view.denied} denied")
    else:
        keys = view.occupants()
        lines.append(f"{len(keys)} of {view.capacity} places taken")
        lines.append(f"{view.denied} denied, {view.overflowed} found no place")
        lines.append(f"{'key (hashed)':<14}{'left':>12}{'full in':>14}")
        lines += [f"{key:012x}  {left:>12}{full:>12.3f} s" for key, left, full in keys[:rows]]
        if len(keys) > rows:
            lines.append(f"and {len(keys) - rows} more, which have more left")
    return "\n".join(lines) + "\n"
