"""The steps of ``conformance/traces_around`` about one operation across its attempts."""

from __future__ import annotations

from typing import Any

import tidegate
from words import MOST, seconds
from world_retries import Retries


class Around(Retries):
    """What one file has made so far: of retries, and operations of any kind."""

    def __init__(self) -> None:
        super().__init__()
        self._attempts: dict[str, tidegate.Attempts] = {}

    def rules(
        self,
        attempts: str,
        timeout: str,
        attempt_timeout: str,
        server_jitter: str,
        server_delay: str,
        purse: str,
        breaker: str,
    ) -> str:
        purses = {"quota": "_quota", "ratio": "_budget", "throttle": "_throttle"}
        budget: Any = getattr(self, purses[purse]) if purse in purses else None
        # Each operation brings its own seed, which is one of its rules here.
        self._named: dict[str, Any] = {
            "attempts": None if attempts == "-" else int(attempts),
            "timeout": bound(timeout),
            "attempt_timeout": bound(attempt_timeout),
            "backoff": self._backoff,
            "server_jitter": seconds(server_jitter),
            "budget": budget,
            "breaker": self._breaker if breaker == "breaker" else None,
            "max_server_delay": seconds(str(MOST) if server_delay == "-" else server_delay),
        }
        return "ok"

    def attempts(self, number: str, seed: str, call: str, now: str) -> str:
        rules = tidegate.RetryRules(seed=int(seed), **self._named)
        self._attempts[number] = rules.begin(call=int(call), now_ns=int(now))
        return "ok"

    def attempt(self, number: str, now: str) -> str:
        step = self._attempts[number].next(now_ns=int(now))
        if step.kind == "wait":
            return f"wait {step.until_ns}"
        if step.kind == "give_up":
            told = "-" if step.server_delay_ns is None else step.server_delay_ns
            return f"give_up {step.reason} {told}"
        return step.kind

    def attempt_failed(self, number: str, cause: Any, told: str, now: str) -> str:
        self._attempts[number].failed(cause, bound(told), now_ns=int(now))
        return "ok"

    def attempt_succeeded(self, number: str, now: str) -> str:
        self._attempts[number].succeeded(now_ns=int(now))
        return "ok"

    def attempt_aborted(self, number: str) -> str:
        self._attempts[number].aborted()
        return "ok"

    def attempt_left(self, number: str, now: str) -> str:
        left = self._attempts[number].left_ns(now_ns=int(now))
        return "-" if left is None else str(left)


def bound(word: str) -> Any:
    """Return the seconds of a word, or None of ``-``."""
    return None if word == "-" else seconds(word)
