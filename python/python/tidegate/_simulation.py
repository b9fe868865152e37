"""Clients against a server that keeps to the same policy, in virtual time.

Each client is a process of its own: it has an ``Api`` of its own and knows of the others only what
the server's headers tell. The server admits by another ``Api``. Nothing sleeps: time goes from one
event to the next, so an hour takes as long as its requests. The same seed gives the same run.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count, cycle
from typing import TYPE_CHECKING

from ._core import Api, Policy

if TYPE_CHECKING:
    from ._core import Call, Category, Limit

SECOND = 10**9
#: A midnight, so that the windows of a clock begin with the run.
BEGIN_NS = 1_699_920_000 * SECOND


@dataclass(frozen=True)
class Scenario:
    """What is simulated."""

    policy: Policy
    clients: int
    keys: int
    requests: tuple[tuple[str, str], ...]
    duration_ns: int
    latency_ns: int
    pause_ns: int
    failures: Fraction
    tokens: int
    seed: int


@dataclass
class Slice:
    """What happened in a part of the time; ``at_ns`` is when it began."""

    at_ns: int
    sent: int = 0
    admitted: int = 0
    refused: int = 0
    failed: int = 0


@dataclass
class Result:
    """What came of all of it."""

    slices: list[Slice]
    done: int = 0
    gave_up: Counter[str] = field(default_factory=Counter)
    waited_ns: int = 0
    admitted: Counter[str] = field(default_factory=Counter)

    def total(self, what: str) -> int:
        """Return the sum of a count over all slices."""
        return sum(getattr(one, what) for one in self.slices)


@dataclass(frozen=True)
class Share:
    """How much of one limit was used, by all keys together."""

    category: str
    limit: Limit
    used: int
    allowed: Fraction


class Client:
    """One process that sends its requests one after the other."""

    def __init__(self, scenario: Scenario, number: int, seed: int) -> None:
        self._tokens = scenario.tokens
        self.api = Api(scenario.policy, seed=seed)
        self.key = f"key {number % scenario.keys}"
        requests = scenario.requests
        first = number % len(requests)
        self._requests = cycle(requests[first:] + requests[:first])
        self.begin()

    def begin(self) -> None:
        """Go on to the next request."""
        self.method, self.path = next(self._requests)
        self.call: Call = self.api.call(self.method, self.path, key=self.key, tokens=self._tokens)


def run(scenario: Scenario, slices: int, tell: Callable[[int], object]) -> Result:
    """Return what comes of a scenario in so many slices; ``tell`` is told how far time is."""
    draw = random.Random(scenario.seed)
    length_ns = max(1, -(-scenario.duration_ns // slices))
    result = Result([Slice(at) for at in range(0, scenario.duration_ns, length_ns)])
    server = Api(scenario.policy, seed=draw.getrandbits(64))
    half_ns = scenario.latency_ns // 2
    numbers = count()
    events: list[tuple[int, int, Callable[[int], None]]] = []

    def after(now_ns: int, delay_ns: int, what: Callable[[int], None]) -> None:
        heappush(events, (now_ns + delay_ns, next(numbers), what))

    def ask(client: Client) -> Callable[[int], None]:
        def asked(now_ns: int) -> None:
            step = client.call.next(now_ns=now_ns, wall_ns=BEGIN_NS + now_ns)
            if step.kind == "send":
                result.slices[now_ns // length_ns].sent += 1
                after(now_ns, half_ns, arrives(client))
            elif step.kind == "wait":
                result.waited_ns += min(step.delay_ns, scenario.duration_ns - now_ns)
                after(now_ns, step.delay_ns, asked)
            else:
                if step.kind == "done":
                    result.done += 1
                else:
                    result.gave_up[step.reason or ""] += 1
                client.begin()
                after(now_ns, scenario.pause_ns, asked)

        return asked

    def arrives(client: Client) -> Callable[[int], None]:
        def arrived(now_ns: int) -> None:
            wall_ns = BEGIN_NS + now_ns
            admission = server.admit(
                client.method,
                client.path,
                key=client.key,
                tokens=scenario.tokens,
                now_ns=now_ns,
                wall_ns=wall_ns,
            )
            part = result.slices[now_ns // length_ns]
            status = 200
            if not admission:
                part.refused += 1
                status = 429
            else:
                part.admitted += 1
                result.admitted[admission.category] += 1
                if scenario.failures and draw.random() < scenario.failures:
                    part.failed += 1
                    status = 503
            date = formatdate(wall_ns // SECOND, usegmt=True)
            answer = status, [*admission.headers, ("Date", date)]
            after(now_ns, half_ns, answered(client, *answer))

        return arrived

    def answered(
        client: Client, status: int, headers: list[tuple[str, str]]
    ) -> Callable[[int], None]:
        def came(now_ns: int) -> None:
            client.call.answered(status, headers, now_ns=now_ns, wall_ns=BEGIN_NS + now_ns)
            asks[client](now_ns)

        return came

    asks = {
        client: ask(client)
        for client in (
            Client(scenario, number, draw.getrandbits(64)) for number in range(scenario.clients)
        )
    }
    for asked in asks.values():
        after(0, 0, asked)
    while events and events[0][0] < scenario.duration_ns:
        now_ns, _, what = heappop(events)
        what(now_ns)
        tell(now_ns)
    return result


def shares(scenario: Scenario, result: Result) -> Iterator[Share]:
    """Yield how much of each limit was used whose category had a request."""
    for category in scenario.policy.categories:
        if category.name in result.admitted:
            yield from _of_category(scenario, category, result.admitted[category.name])


def _of_category(scenario: Scenario, category: Category, admitted: int) -> Iterator[Share]:
    for limit in category.limits:
        used = admitted * (1 if limit.unit == "requests" else scenario.tokens)
        periods = Fraction(scenario.duration_ns, limit.per_ns)
        if limit.burst is not None:
            allowed = limit.burst + periods * limit.limit
        else:
            allowed = Fraction(-(-periods // 1) * limit.limit)
        yield Share(category.name, limit, used, allowed * scenario.keys)
