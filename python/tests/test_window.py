"""FixedWindow, FirstUseWindow and StrictWindow."""

from __future__ import annotations

import time
from datetime import timedelta
from fractions import Fraction

import pytest

from tidegate import FirstUseWindow, FixedWindow, StrictWindow

SECOND = 10**9
WALL = 1_716_134_437 * SECOND  # 23 s before a minute ends


def test_windows_are_aligned_to_the_clock() -> None:
    window = FixedWindow(2, per=60)
    assert window.try_acquire(2, wall_ns=WALL) is True
    assert window.try_acquire(wall_ns=WALL) is False
    assert window.check(wall_ns=WALL).retry_after == 23.0
    assert window.try_acquire(wall_ns=WALL + 23 * SECOND - 1) is False
    decision = window.check(wall_ns=WALL + 23 * SECOND)
    assert (decision.remaining, decision.reset_after) == (1, 60.0)


def test_a_peek_counts_nothing() -> None:
    window = FixedWindow("2/minute")
    for _ in range(3):
        assert window.peek(0, wall_ns=WALL).remaining == 2
        assert window.peek(2, wall_ns=WALL).remaining == 0
    assert repr(window) == "FixedWindow(2, per=60.0)"


def test_the_clock_is_read_where_none_is_given() -> None:
    window = FixedWindow(1, per=366 * 86_400)
    before = time.time_ns()
    reset = window.check().reset_after_ns
    assert reset is not None
    end = (before // (366 * 86_400 * SECOND) + 1) * 366 * 86_400 * SECOND
    assert end - time.time_ns() <= reset <= end - before


def test_more_than_the_limit_is_impossible() -> None:
    with pytest.raises(ValueError, match="n=3: at most 2 can ever be taken at once"):
        FixedWindow(2, per=60).try_acquire(3)


@pytest.mark.parametrize("skew", [-5, -5.0, Fraction(-5), timedelta(seconds=-5), 55, -65])
def test_a_skew_moves_the_edges(skew: float | Fraction | timedelta) -> None:
    window = FixedWindow(2, per=60, skew=skew)
    assert window.try_acquire(2, wall_ns=WALL)
    assert window.check(wall_ns=WALL).retry_after == 18.0


def test_a_skew_is_shown() -> None:
    assert FixedWindow(2, per=60).skew == 0.0
    assert FixedWindow(2, skew=-7200.5).skew == -7200.5
    assert repr(FixedWindow("2/day", skew=-7200)) == "FixedWindow(2, per=86400.0, skew=-7200.0)"
    assert FixedWindow(2, skew=Fraction(-(2**63), 10**9)).try_acquire(2)


def test_a_window_that_begins_with_its_first_request() -> None:
    window = FirstUseWindow("2/minute")
    assert window.peek(0, wall_ns=WALL).reset_after == 0.0
    assert window.try_acquire(2, wall_ns=WALL)
    assert window.try_acquire(wall_ns=WALL + 30 * SECOND) is False
    assert window.check(wall_ns=WALL + 59 * SECOND).retry_after == 1.0
    assert window.check(wall_ns=WALL + 100 * SECOND).reset_after == 60.0
    assert (window.limit, window.per) == (2, 60.0)
    assert repr(window) == "FirstUseWindow(2, per=60.0)"
    with pytest.raises(ValueError, match="n=3: at most 2 can ever be taken at once"):
        window.check(3)
    real = FirstUseWindow("1/hour")
    assert real.try_acquire()
    assert 3599 < real.peek().retry_after <= 3600


def test_a_window_that_holds_everywhere() -> None:
    window = StrictWindow(100, per=60)
    assert window.segments == 12
    assert window.try_acquire(100, now_ns=59 * SECOND)
    assert window.try_acquire(now_ns=60 * SECOND) is False
    assert window.check(now_ns=60 * SECOND).retry_after == 60.0
    assert window.peek(0, now_ns=120 * SECOND).remaining == 100
    assert (window.limit, window.per) == (100, 60.0)
    assert repr(window) == "StrictWindow(100, per=60.0)"
    with pytest.raises(ValueError, match="n=101: at most 100 can ever be taken at once"):
        window.peek(101)
    real = StrictWindow("1/hour")
    assert real.try_acquire()
    assert 3599 < real.peek().retry_after <= 3600 * 33 / 32
