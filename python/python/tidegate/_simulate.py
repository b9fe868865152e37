"""The command ``tidegate simulate``: what clients of a policy would get, without a server."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from ._core import Policy
from ._errors import TidegateError
from ._simulation import SECOND, Result, Scenario, Share, run, shares

EPILOG = """\
Each client is a process of its own that sends one request after the other and knows of the others
only what the server's headers say; the server keeps to the same policy. Time is virtual: an hour
takes as long as its requests, and the same seed gives the same run.

examples:
  tidegate simulate github --clients 50 --duration 2h
  tidegate simulate my-api.json --request "POST /orders" --request "GET /orders" --json
  tidegate simulate stackflow --clients 20 --failures 0.05 --plot herd.png
"""
UNITS = {"ms": 10**6, "s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND, "d": 86_400 * SECOND}
SLICES = 120


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Tell a parser what the command takes."""
    add = command.add_argument
    add("--clients", type=_whole(1, 100_000), default=10, metavar="N", help="how many (10)")
    add(
        "--keys",
        type=_whole(1, 63),
        default=1,
        metavar="N",
        help="the users or tokens that the clients share in turn (1)",
    )
    add(
        "--request",
        dest="requests",
        type=_request,
        action="append",
        metavar='"METHOD /PATH"',
        help='what they send, in turn, if given more than once ("GET /")',
    )
    add("--duration", type=_time, default="5m", metavar="TIME", help="500ms, 90s, 15m, 2h, 1d (5m)")
    add("--latency", type=_time, default="50ms", metavar="TIME", help="there and back (50ms)")
    add(
        "--pause",
        type=_time,
        default="0s",
        metavar="TIME",
        help="what a client rests between two requests (0s)",
    )
    add(
        "--failures",
        type=_part,
        default="0",
        metavar="PART",
        help="the part of admitted requests that fail with 503, 0 to 1 (0)",
    )
    add(
        "--tokens",
        type=_whole(0, 10**9),
        default=0,
        metavar="N",
        help="what a request uses of limits that count tokens (0)",
    )
    add("--seed", type=_whole(0, 2**64 - 1), default=1, metavar="N", help="of the run (1)")
    add("--json", action="store_true", help="print JSON lines: each slice of the time, then all")
    add("--plot", type=Path, metavar="FILE", help="draw it (.png, .svg, .pdf; needs matplotlib)")


def simulate(policy: Policy, options: argparse.Namespace, complain: Callable[[str], None]) -> int:
    """Run what the arguments say, and print what came of it."""
    draw = None
    if options.plot is not None:
        draw = _drawing(options.plot, complain)
        if draw is None:
            return 1
    scenario = Scenario(
        policy=policy,
        clients=options.clients,
        keys=options.keys,
        requests=tuple(options.requests or [("GET", "/")]),
        duration_ns=options.duration,
        latency_ns=options.latency,
        pause_ns=options.pause,
        failures=options.failures,
        tokens=options.tokens,
        seed=options.seed,
    )
    if scenario.duration_ns == 0:
        complain("--duration is 0: nothing would happen")
        return 2
    if scenario.latency_ns + scenario.pause_ns == 0:
        complain("--latency and --pause are both 0: time would stand still")
        return 2
    try:
        result = run(scenario, SLICES, _Progress(scenario.duration_ns))
    except TidegateError as error:  # a method or a path
        complain(str(error))
        return 2
    except KeyboardInterrupt:
        complain("interrupted")
        return 130
    used = list(shares(scenario, result))
    if options.json:
        _print_json(scenario, result, used)
    else:
        _print_words(scenario, result, used)
    if draw is not None:
        try:
            draw(scenario, result)
        except (OSError, ValueError) as error:
            complain(f"{options.plot}: {error}")
            return 1
    return 0


class _Progress:
    """Says how far it is, where somebody looks and it takes long."""

    def __init__(self, duration_ns: int) -> None:
        self._duration_ns = duration_ns
        self._shown = sys.stderr.isatty()
        self._next = time.monotonic() + 1
        self._count = 0

    def __call__(self, now_ns: int) -> None:
        self._count += 1
        if not self._shown or self._count % 1024 or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + 0.2
        part = 100 * now_ns // self._duration_ns
        end = "\n" if part >= 99 else ""
        print(f"\rsimulate: {part:3} %{end}", end="", file=sys.stderr, flush=True)


def _summary(scenario: Scenario, result: Result) -> dict[str, Any]:
    return {
        "policy": scenario.policy.name,
        "clients": scenario.clients,
        "keys": scenario.keys,
        "seconds": scenario.duration_ns / SECOND,
        "seed": scenario.seed,
        "calls_done": result.done,
        "sent": result.total("sent"),
        "admitted": result.total("admitted"),
        "refused": result.total("refused"),
        "failed": result.total("failed"),
        "gave_up": dict(sorted(result.gave_up.items())),
        "waited_seconds": result.waited_ns / SECOND,
    }


def _print_json(scenario: Scenario, result: Result, used: list[Share]) -> None:
    for one in result.slices:
        line = {"at": one.at_ns / SECOND, "sent": one.sent, "admitted": one.admitted}
        print(json.dumps(line | {"refused": one.refused, "failed": one.failed}))
    limits = [
        {
            "category": share.category,
            "limit": share.limit.limit,
            "per": share.limit.per,
            "unit": share.limit.unit,
            "used": share.used,
            "allowed": float(share.allowed),
        }
        for share in used
    ]
    print(json.dumps(_summary(scenario, result) | {"limits": limits}))


def _print_words(scenario: Scenario, result: Result, used: list[Share]) -> None:
    told = _summary(scenario, result)
    print(
        f"{told['policy']}, seed {told['seed']}, {told['seconds']:g} s, "
        f"clients: {told['clients']}, keys: {told['keys']}"
    )
    for name in ("calls_done", "sent", "admitted", "refused", "failed"):
        print(f"{name.replace('_', ' ')}: {told[name]}")
    for reason, times in told["gave_up"].items():
        print(f"gave up, {reason.replace('_', ' ')}: {times}")
    each = told["waited_seconds"] / scenario.clients
    print(f"waited: {told['waited_seconds']:.1f} s, {each:.1f} s a client")
    for share in used:
        part = float(share.used / share.allowed) if share.allowed else 0.0
        limit = share.limit
        print(
            f"used of {share.category}, {limit.limit} {limit.unit} in {limit.per:g} s: "
            f"{share.used} of {float(share.allowed):.0f}, {part:.1%}"
        )


def _drawing(
    path: Path, complain: Callable[[str], None]
) -> Callable[[Scenario, Result], None] | None:
    """Return what draws into a file; None, and it is said why, if that cannot be."""
    try:
        import matplotlib as mpl
    except ImportError:
        complain("--plot needs matplotlib: pip install 'tidegate[plot]'")
        return None
    mpl.use("Agg")  # no window
    from matplotlib import pyplot

    def draw(scenario: Scenario, result: Result) -> None:
        figure, axes = pyplot.subplots(figsize=(9, 4), layout="constrained")
        at = [one.at_ns / SECOND for one in result.slices]
        for what, color in (("admitted", "tab:green"), ("refused", "tab:red")):
            counts = [getattr(one, what) for one in result.slices]
            axes.step(at, counts, where="post", label=what, color=color)
        each = scenario.duration_ns / SECOND / len(result.slices)
        axes.set_xlabel("seconds")
        axes.set_ylabel(f"requests in {each:g} s")
        axes.set_title(f"{scenario.policy.name}, {scenario.clients} clients")
        axes.set_ylim(bottom=0)
        axes.legend()
        figure.savefig(path)
        pyplot.close(figure)

    return draw


def _whole(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,20}", text) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r}: a whole number from {least} to {most}")
        return int(text)

    return number


def _time(text: str) -> int:
    """Return nanoseconds."""
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m|h|d)", text)
    nanos = int(Fraction(found[1]) * UNITS[found[2]]) if found else -1
    if not 0 <= nanos <= 366 * UNITS["d"]:
        raise argparse.ArgumentTypeError(f"{text!r}: 500ms, 90s, 15m, 2h or 1d, up to 366d")
    return nanos


def _part(text: str) -> Fraction:
    if not re.fullmatch(r"[0-9]*\.?[0-9]+", text) or not 0 <= Fraction(text) <= 1:
        raise argparse.ArgumentTypeError(f"{text!r}: a part from 0 to 1, as 0.05")
    return Fraction(text)


def _request(text: str) -> tuple[str, str]:
    method, space, path = text.partition(" ")
    if not space or not path.startswith("/"):
        raise argparse.ArgumentTypeError(f'{text!r}: a method and a path, as "GET /orders"')
    return method, path
