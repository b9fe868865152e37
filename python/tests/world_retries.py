"""The steps of ``conformance/traces_retry``: when again, and whether."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any, ClassVar

import tidegate
from words import seconds

#: Any name of a jitter, a cause or a table is a step.
Delay: Any = tidegate.Backoff


class Delays:
    """The verb ``backoff``, which two folders share, and ``delay``."""

    def backoff(self, initial: str, factor: str, cap: str, *jitter: str) -> str:
        return self._delays(cap, jitter, Delay, seconds(initial), factor=int(factor))

    def _delays(
        self, cap: str, jitter: tuple[str, ...], make: Any, first: object, **growth: object
    ) -> str:
        name, spread = jitter
        remake = partial(
            make,
            first,
            **growth,
            cap=seconds(cap),
            jitter=name,
            spread=SPREADS[name](spread) if name in SPREADS else None,
        )
        self._backoff: tidegate.Backoff = remake()
        self._remake = remake
        return "ok"

    def delay(self, seed: str, call: str, attempt: str) -> str:
        return str(self._backoff.delay_ns(int(attempt), seed=int(seed), call=int(call)))


class Retries(Delays):
    """What one file has made so far. Every public method is a verb and returns the answer."""

    before_rest: ClassVar[dict[str, int]] = {}

    def __init__(self) -> None:
        self._passages: dict[str, tidegate.Passage] = {}

    def backoff_ratio(self, initial: str, top: str, bottom: str, cap: str, *jitter: str) -> str:
        return self._delays(cap, jitter, Delay, seconds(initial), factor=ratio(top, bottom))

    def backoff_linear(self, initial: str, step: str, cap: str, *jitter: str) -> str:
        if step == "0":
            return self._delays(cap, jitter, Delay.constant, seconds(initial))
        return self._delays(cap, jitter, Delay.linear, seconds(initial), step=seconds(step))

    def backoff_polynomial(self, initial: str, power: str, cap: str, *jitter: str) -> str:
        return self._delays(cap, jitter, Delay.polynomial, seconds(initial), power=int(power))

    def backoff_fibonacci(self, initial: str, cap: str, *jitter: str) -> str:
        return self._delays(cap, jitter, Delay.fibonacci, seconds(initial))

    def backoff_list(self, delays: str, cap: str, *jitter: str) -> str:
        listed = [] if delays == "-" else [seconds(delay) for delay in delays.split(",")]
        return self._delays(cap, jitter, Delay.list, listed)

    def backoff_at_once(self) -> str:
        self._backoff = self._remake(first_at_once=True)
        return "ok"

    def budget_aws(self, capacity: str, table: str) -> str:
        costs: Any = "aws_" + table.replace(".", "_")
        self._quota = tidegate.RetryQuota(int(capacity), costs=costs)
        return "ok"

    def spend(self, cause: Any) -> str:
        cost = self._quota.try_spend(cause)
        told = "exhausted" if cost is None else f"cost {cost}"
        return f"{told} left {self._quota.tokens}"

    def spend_succeeded(self, cost: str) -> str:
        self._quota.succeeded(int(cost))
        return f"left {self._quota.tokens}"

    def spend_cancelled(self, cost: str) -> str:
        self._quota.cancelled(int(cost))
        return f"left {self._quota.tokens}"

    def budget_grpc(self, tokens: str, thousandths: str) -> str:
        self._throttle = tidegate.RetryThrottle(int(tokens), Fraction(int(thousandths), 1000))
        return "ok"

    def throttle_replace(self, tokens: str, thousandths: str) -> str:
        self._throttle = self._throttle.replaced(int(tokens), Fraction(int(thousandths), 1000))
        return "ok"

    def throttle_failed(self) -> str:
        again = self._throttle.failed()
        assert again == self._throttle.allows()
        return f"{AGAIN[again]} left {self._throttle.thousandths}"

    def throttle_succeeded(self) -> str:
        self._throttle.succeeded()
        return f"left {self._throttle.thousandths}"

    def budget_finagle(self, window: str, millionths: str, reserve: str) -> str:
        self._budget = tidegate.RetryBudget(
            window=seconds(window), ratio=part(millionths), reserve=int(reserve)
        )
        return "ok"

    def deposit(self, now: str, times: str) -> str:
        for _ in range(int(times)):
            self._budget.deposit(now_ns=int(now))
        return f"available {self._budget.available(now_ns=int(now))}"

    def withdraw(self, now: str) -> str:
        again = self._budget.try_withdraw(now_ns=int(now))
        return f"{AGAIN[again]} available {self._budget.available(now_ns=int(now))}"

    def budget_sre(self, window: str, k: str, most: str) -> str:
        self._sre = tidegate.AdaptiveThrottle(
            window=seconds(window), k=Fraction(int(k), 1000), most=part(most)
        )
        return "ok"

    def sre_send(self, seed: str, first: str, times: str, now: str) -> str:
        calls = range(int(first), int(first) + int(times))
        sent = [self._sre.try_send(seed=int(seed), call=call, now_ns=int(now)) for call in calls]
        return f"sent {sum(sent)} rejected {self._sre.rejected_millionths(now_ns=int(now))}"

    def sre_accepted(self, now: str, times: str) -> str:
        for _ in range(int(times)):
            self._sre.accepted(now_ns=int(now))
        return f"rejected {self._sre.rejected_millionths(now_ns=int(now))}"

    def adaptive(self, now: str) -> str:
        self._rate = tidegate.AdaptiveRate(now_ns=int(now))
        return "ok"

    def adaptive_send(self, now: str) -> str:
        wait = self._rate.try_send_ns(now_ns=int(now))
        return "send" if wait is None else f"wait {wait}"

    def adaptive_answered(self, now: str, kind: str) -> str:
        self._rate.answered({"refused": True, "accepted": False}[kind], now_ns=int(now))
        return f"measured {self._rate.measured_pico} rate {self._rate.rate_pico}"

    def breaker(self, kind: str, *numbers: str) -> str:
        if kind == "consecutive":
            failures, open_for, probes = numbers
            self._breaker = tidegate.CircuitBreaker.consecutive(
                int(failures), seconds(open_for), int(probes)
            )
        else:
            window, millionths, least, open_for, probes = numbers
            make = {"ratio": tidegate.CircuitBreaker.ratio}[kind]
            self._breaker = make(
                seconds(window), part(millionths), int(least), seconds(open_for), int(probes)
            )
        self._passages.clear()
        return "ok"

    def breaker_call(self, number: str, now: str) -> str:
        passage = self._breaker.try_call_ns(now_ns=int(now))
        if isinstance(passage, int):
            return f"wait {passage}"
        self._passages[number] = passage
        return "pass"

    def breaker_succeeded(self, number: str, now: str) -> str:
        self._breaker.succeeded(self._passages[number], now_ns=int(now))
        return self._breaker.state(now_ns=int(now))

    def breaker_failed(self, number: str, now: str) -> str:
        self._breaker.failed(self._passages[number], now_ns=int(now))
        return self._breaker.state(now_ns=int(now))

    def breaker_cancelled(self, number: str, now: str) -> str:
        self._breaker.cancelled(self._passages[number])
        return self._breaker.state(now_ns=int(now))


AGAIN = {True: "retry", False: "stop"}


def part(millionths: str) -> Fraction:
    return Fraction(int(millionths), 10**6)


class Ratio:
    """What ``Fraction`` refuses to be: with a denominator of 0."""

    def __init__(self, numerator: int) -> None:
        self.numerator, self.denominator = numerator, 0


def ratio(top: str, bottom: str) -> Fraction | Ratio:
    return Ratio(int(top)) if bottom == "0" else Fraction(int(top), int(bottom))


#: What the spread of a jitter is; the others have none, whatever the step says.
SPREADS: dict[str, Callable[[str], Fraction]] = {
    "additive": seconds,
    "around": part,
    "above": part,
}
