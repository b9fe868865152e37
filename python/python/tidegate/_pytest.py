"""The fixtures of ``tidegate.testing``, for every test suite where tidegate is installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .testing import ManualClock


@pytest.fixture
def manual_clock() -> Iterator[ManualClock]:
    """Clocks of tidegate that stand still until ``manual_clock.advance(seconds)``."""
    from .testing import ManualClock

    with ManualClock() as clock:
        yield clock


@pytest.fixture
def instant_clock() -> Iterator[ManualClock]:
    """Clocks of tidegate that every sleep moves on, so that none takes time."""
    from .testing import instant

    with instant() as clock:
        yield clock
