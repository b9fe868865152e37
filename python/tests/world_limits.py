"""The steps of ``conformance/traces``: limits, delays, and all of an API."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import tidegate
from tidegate._types import Layer
from words import MOST, seconds, text, told
from world_apis import Apis
from world_retries import Delays


class Limits(Apis, Delays):
    """What one file has made so far. Every public method is a verb and returns the answer."""

    before_rest: ClassVar = {**Apis.before_rest, "retry_after": 1}

    def __init__(self) -> None:
        super().__init__()
        self._made: Layer

    def limiter(self, limit: str, period: str, burst: str) -> str:
        return self._bucket(tidegate.RateLimiter(int(limit), per=seconds(period), burst=int(burst)))

    def limiter_empty(self, now: str, limit: str, period: str, burst: str) -> str:
        return self._bucket(
            tidegate.RateLimiter(
                int(limit),
                per=seconds(period),
                burst=int(burst),
                start_empty=True,
                now_ns=int(now),
            )
        )

    def _bucket(self, limiter: tidegate.RateLimiter) -> str:
        self._made = self._limiter = limiter
        self._check = lambda now, n: limiter.check(n, now_ns=now)
        self._peek = lambda now, n: limiter.peek(n, now_ns=now)
        self._reservations: dict[str, tidegate.Reservation] = {}
        self._snapshot = tidegate.Snapshot(remaining=0, full_after_ns=0)
        return "ok"

    def window(self, limit: str, period: str) -> str:
        return self._window(tidegate.FixedWindow(int(limit), per=seconds(period)))

    def window_skewed(self, limit: str, period: str, skew: str) -> str:
        return self._window(
            tidegate.FixedWindow(int(limit), per=seconds(period), skew=seconds(skew))
        )

    def window_first(self, limit: str, period: str) -> str:
        return self._window(tidegate.FirstUseWindow(int(limit), per=seconds(period)))

    def strict(self, limit: str, period: str) -> str:
        window = tidegate.StrictWindow(int(limit), per=seconds(period))
        self._made = window
        self._check = lambda now, n: window.check(n, now_ns=now)
        self._peek = lambda now, n: window.peek(n, now_ns=now)
        return "ok"

    def _window(self, window: tidegate.FixedWindow | tidegate.FirstUseWindow) -> str:
        self._made = window
        self._check = lambda now, n: window.check(n, wall_ns=now)
        self._peek = lambda now, n: window.peek(n, wall_ns=now)
        return "ok"

    def layers(self) -> str:
        self._layers: list[Layer] = []
        return "ok"

    def layer(self, kind: str, *arguments: str) -> str:
        made = Limits()
        KINDS[kind](made, *arguments)
        self._layers.append(made._made)
        return "ok"

    def acquire_all(self, now: str, wall: str, *amounts: str) -> str:
        return self._all(tidegate.try_acquire_all, now, wall, amounts)

    def peek_all(self, now: str, wall: str, *amounts: str) -> str:
        return self._all(tidegate.peek_all, now, wall, amounts)

    def _all(
        self,
        ask: Callable[..., tidegate.LayeredDecision],
        now: str,
        wall: str,
        amounts: tuple[str, ...],
    ) -> str:
        layers = list(zip(self._layers, map(int, amounts), strict=True))
        try:
            decision = ask(layers, now_ns=int(now), wall_ns=int(wall))
        except ValueError as error:
            return f"never layer {str(error).removeprefix('layers[').partition(']')[0]}"
        verb, _, rest = told_decision(decision).partition(" ")
        return f"{verb} layer {decision.layer} {rest}"

    def up_to(self, now: str, n: str) -> str:
        try:
            taken, decision = self._limiter.check_up_to(int(n), now_ns=int(now))
        except ValueError:
            return "taken 0 never"
        return f"taken {taken} {told_decision(decision)}"

    def reserve(self, number: str, now: str, n: str, longest: str) -> str:
        try:
            reservation = self._limiter.reserve(int(n), timeout=seconds(longest), now_ns=int(now))
        except tidegate.AcquireTimeout as refused:
            return f"deny retry_after {refused.retry_after_ns}"
        except ValueError:
            return "never"
        self._reservations[number] = reservation
        return f"reserved wait {reservation.wait_ns}"

    def settle(self, number: str, now: str, actual: str) -> str:
        reservation = self._reservations.pop(number)
        return f"returned {reservation.settle(int(actual), now_ns=int(now))}"

    def cancel(self, number: str, now: str) -> str:
        return f"returned {self._reservations.pop(number).cancel(now_ns=int(now))}"

    def refund(self, now: str, taken_at: str, n: str) -> str:
        back = self._limiter.refund(int(n), taken_at_ns=int(taken_at), now_ns=int(now))
        return f"returned {back}"

    def drain(self, now: str) -> str:
        return f"taken {self._limiter.drain(now_ns=int(now))}"

    def pause(self, now: str, until: str) -> str:
        self._limiter.pause_until(int(until), now_ns=int(now))
        return "ok"

    def observe(self, now: str, limit: str, remaining: str, reset_after: str) -> str:
        self._limiter.observe(
            limit=int(limit),
            remaining=int(remaining),
            reset_after=seconds(reset_after),
            now_ns=int(now),
        )
        return "ok"

    def reconfigure(self, now: str, limit: str, period: str, burst: str, carry: str) -> str:
        self._limiter.reconfigure(  # type: ignore[call-overload]  # any name is a step
            int(limit), per=seconds(period), burst=int(burst), carry=carry, now_ns=int(now)
        )
        return "ok"

    def snapshot(self, now: str) -> str:
        self._snapshot = self._limiter.snapshot(now_ns=int(now))
        remaining, full_after = self._snapshot.remaining, self._snapshot.full_after_ns
        return f"remaining {remaining} full_after {full_after}"

    def restore(self, now: str, age: str) -> str:
        self._limiter.restore(self._snapshot, age=seconds(age), now_ns=int(now))
        return "ok"

    def acquire(self, now: str, n: str) -> str:
        return decided(self._check, int(now), int(n))

    def peek(self, now: str, n: str) -> str:
        return decided(self._peek, int(now), int(n))

    def keyed(self, sets: str, seed: str, full: str) -> str:
        self._keyed = tidegate.KeyedRateLimiter(  # type: ignore[call-overload]  # any name is a step
            1, capacity=int(sets) * 4, seed=int(seed), when_full=full
        )
        return "ok"

    def acquire_key(self, now: str, key: str, limit: str, period: str, burst: str, n: str) -> str:
        return self._key(self._keyed.check, now, key, limit, period, burst, n)

    def peek_key(self, now: str, key: str, limit: str, period: str, burst: str, n: str) -> str:
        return self._key(self._keyed.peek, now, key, limit, period, burst, n)

    def _key(
        self,
        ask: Callable[..., tidegate.Decision],
        now: str,
        key: str,
        limit: str,
        period: str,
        burst: str,
        n: str,
    ) -> str:
        quota = tidegate.Quota(int(limit), per=seconds(period), burst=int(burst))
        whose = int(key[1:]) if key.startswith("#") else text(key)
        return decided(lambda now, n: ask(whose, n, rate=quota, now_ns=now), int(now), int(n))

    def keyed_full(self) -> str:
        return str(self._keyed.overflowed)

    def retry_after(self, reference: str, value: str = "") -> str:
        return told(tidegate.parse_retry_after(value, wall_ns=min(int(reference) * 10**9, MOST)))

    def retry_after_repeat(self, character: str, count: str) -> str:
        return told(tidegate.parse_retry_after(character * int(count)))


KINDS: dict[str, Callable[..., str]] = {
    "bucket": Limits.limiter,
    "window": Limits.window,
    "window_skewed": Limits.window_skewed,
    "window_first": Limits.window_first,
    "strict": Limits.strict,
}


def decided(ask: Callable[[int, int], tidegate.Decision], now: int, n: int) -> str:
    try:
        decision = ask(now, n)
    except ValueError:
        return "never"
    return told_decision(decision)


def told_decision(decision: tidegate.Decision | tidegate.LayeredDecision) -> str:
    if decision:
        return f"allow remaining {decision.remaining} reset_after {decision.reset_after_ns}"
    return f"deny retry_after {decision.retry_after_ns}"
