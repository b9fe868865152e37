"""Backoff."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tidegate import Backoff

SECOND = 10**9


def test_delays_grow_to_the_cap() -> None:
    backoff = Backoff(0.5, factor=3, cap=timedelta(seconds=5), jitter="none")
    assert [backoff.delay(attempt) for attempt in range(4)] == [0.5, 1.5, 4.5, 5.0]
    assert backoff.delay_ns(2**32 - 1) == 5 * SECOND
    assert Backoff(2, factor=1, cap=2, jitter="none").delay(7) == 2.0


def test_a_factor_is_what_it_looks_like() -> None:
    """The float 1.1 is a little more than 11/10, which would be a nanosecond more at the 9th."""
    exact = Backoff(1, factor=Fraction(11, 10), cap=60, jitter="none")
    shown = Backoff(1, factor=1.1, cap=60, jitter="none")
    delays = [exact.delay_ns(attempt) for attempt in range(50)]
    assert delays == [shown.delay_ns(attempt) for attempt in range(50)]
    assert delays[9] == 2_357_947_691  # 1.1**9, exact
    assert delays[10] == 2_593_742_461  # 2.5937424601, rounded up
    third = Backoff(3, factor=Fraction(4, 3), cap=60, jitter="none")  # no decimal says this
    assert third.delay_ns(2) == 5_333_333_334


@pytest.mark.parametrize(
    ("backoff", "seconds"),
    [
        (Backoff.constant(2, jitter="none"), [2, 2, 2, 2, 2]),
        (Backoff.linear(1, step=0.5, cap=2.25, jitter="none"), [1, 1.5, 2, 2.25, 2.25]),
        (Backoff.polynomial(1, power=2, cap=20, jitter="none"), [1, 4, 9, 16, 20]),
        (Backoff.polynomial(1, power=0, cap=20, jitter="none"), [1, 1, 1, 1, 1]),
        (Backoff.fibonacci(1, cap=4, jitter="none"), [1, 1, 2, 3, 4]),
        (Backoff.list([0.1, timedelta(seconds=3)], cap=3, jitter="none"), [0.1, 3, 3, 3, 3]),
        (Backoff.list(iter([5, 1]), cap=5, jitter="none"), [5, 1, 1, 1, 1]),
        (Backoff(1, cap=3, jitter="none", first_at_once=True), [0, 1, 2, 3, 3]),
        (Backoff.constant(2, jitter="none", first_at_once=True), [0, 2, 2, 2, 2]),
        (Backoff.linear(1, step=1, cap=9, jitter="none", first_at_once=True), [0, 1, 2, 3, 4]),
        (Backoff.polynomial(1, power=2, cap=9, jitter="none", first_at_once=True), [0, 1, 4, 9, 9]),
        (Backoff.fibonacci(1, cap=9, jitter="none", first_at_once=True), [0, 1, 1, 2, 3]),
        (Backoff.list([4, 2], cap=9, jitter="none", first_at_once=True), [0, 4, 2, 2, 2]),
    ],
)
def test_every_growth(backoff: Backoff, seconds: list[float]) -> None:
    assert [backoff.delay(attempt) for attempt in range(5)] == seconds


@pytest.mark.parametrize(
    ("backoff", "least", "most"),
    [
        (Backoff(1, cap=60, jitter="full"), 1, 4 * SECOND),
        (Backoff(1, cap=60), 1, 4 * SECOND),
        (Backoff(1, cap=60, jitter="equal"), 2 * SECOND, 4 * SECOND),
        (Backoff(1, cap=60, jitter="additive", spread=1), 4 * SECOND, 5 * SECOND),
        (Backoff(1, cap=4, jitter="additive", spread=1), 3 * SECOND, 4 * SECOND),
        (Backoff(1, cap=60, jitter="around", spread=0.2), 32 * SECOND // 10, 48 * SECOND // 10),
        (Backoff(1, cap=60, jitter="above", spread=Fraction(1, 2)), 4 * SECOND, 6 * SECOND),
        (Backoff(1, cap=60, jitter="above", spread=1), 4 * SECOND, 8 * SECOND),
        (Backoff(1, cap=60, jitter="decorrelated"), SECOND, 27 * SECOND),
        (Backoff(1, cap=60, jitter="decorrelated_v2"), 1, 16 * SECOND),
        (Backoff.constant(2, cap=4, jitter="above", spread=1), 2 * SECOND, 4 * SECOND),
        (Backoff.list([1], cap=2, jitter="around", spread=0.5), SECOND // 2, 3 * SECOND // 2),
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


def test_one_jitter_in_every_growth() -> None:
    jitter: Any = {"cap": 60, "jitter": "around", "spread": 0.25}
    backoffs = [
        Backoff(1, factor=1, **jitter),
        Backoff.constant(1, **jitter),
        Backoff.linear(1, step=0, **jitter),
        Backoff.polynomial(1, power=0, **jitter),
        Backoff.fibonacci(1, **jitter),
        Backoff.list([1], **jitter),
    ]
    delays = {backoff.delay_ns(0, seed=7) for backoff in backoffs}
    assert len(delays) == 1
    assert SECOND * 3 // 4 <= delays.pop() <= SECOND * 5 // 4


def test_numbers_of_other_kinds() -> None:
    """Decimal has no numerator; an int that is a bool has one, as everywhere in Python."""
    backoff: Any = Backoff
    with pytest.raises(TypeError, match="factor must be a number"):
        backoff(1, factor=Decimal("1.1"), cap=2)
    assert backoff(1, factor=True, cap=2, jitter="none").delay(3) == 1.0
