"""FixedWindow."""

from __future__ import annotations

import time

import pytest

from tidegate import FixedWindow

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
