"""Backoff."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tidegate import Backoff

SECOND = 10**9


def test_delays_grow_to_the_cap() -> None:
    backoff = Backoff(0.5, factor=3, cap=timedelta(seconds=5), jitter="none")
    assert [backoff.delay(attempt) for attempt in range(4)] == [0.5, 1.5, 4.5, 5.0]
    assert backoff.delay_ns(2**32 - 1) == 5 * SECOND
    assert Backoff(2, factor=1, cap=2, jitter="none").delay(7) == 2.0


@pytest.mark.parametrize(
    ("backoff", "least", "most"),
    [
        (Backoff(1, cap=60, jitter="full"), 1, 4 * SECOND),
        (Backoff(1, cap=60), 1, 4 * SECOND),
        (Backoff(1, cap=60, jitter="equal"), 2 * SECOND, 4 * SECOND),
        (Backoff(1, cap=60, jitter="additive", spread=1), 4 * SECOND, 5 * SECOND),
        (Backoff(1, cap=4, jitter="additive", spread=1), 3 * SECOND, 4 * SECOND),
    ],
)
def test_every_jitter_stays_in_its_bounds_and_spreads(
    backoff: Backoff, least: int, most: int
) -> None:
    delays = {backoff.delay_ns(2, seed=7, call=call) for call in range(100)}
    assert len(delays) == 100
    assert least <= min(delays) < max(delays) <= most


def test_a_delay_is_a_function_of_seed_call_and_attempt() -> None:
    first, second = Backoff(1, cap=60), Backoff(1, cap=60)
    assert first.delay_ns(3, seed=1, call=2) == second.delay_ns(3, seed=1, call=2)
    assert first.delay_ns(3) == first.delay_ns(3)  # its own seed
    assert first.delay_ns(3) != second.delay_ns(3)  # each its own


def test_seconds_are_rounded_up() -> None:
    backoff = Backoff(1, cap=60)
    for call in range(100):
        assert backoff.delay(1, call=call) * SECOND >= backoff.delay_ns(1, call=call)
