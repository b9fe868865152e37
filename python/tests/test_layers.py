"""try_acquire_all."""

from __future__ import annotations

import pytest

from tidegate import (
    FirstUseWindow,
    FixedWindow,
    RateLimiter,
    StrictWindow,
    peek_all,
    try_acquire_all,
)
from tidegate._types import Layer

SECOND = 10**9
WALL = 1_716_134_437 * SECOND  # 23 s before a minute ends


def test_all_or_nothing() -> None:
    requests, tokens, window = RateLimiter(3), RateLimiter(100), FixedWindow(10, per=60)
    layers = [requests, (tokens, 90), [window, 2]]
    allowed = try_acquire_all(layers, now_ns=0, wall_ns=WALL)  # type: ignore[arg-type]
    assert allowed
    assert (allowed.layer, allowed.limiter) == (0, requests)
    assert (allowed.remaining, allowed.reset_after) == (2, 23.0)
    assert (allowed.retry_after, allowed.retry_after_ns) == (0.0, 0)
    denied = try_acquire_all(layers, now_ns=0, wall_ns=WALL)  # type: ignore[arg-type]
    assert not denied
    assert denied.allowed is False
    assert (denied.layer, denied.limiter) == (1, tokens)
    assert (denied.retry_after, denied.retry_after_ns) == (0.8, 800_000_000)
    assert (denied.remaining, denied.reset_after, denied.reset_after_ns) == (None, None, None)
    assert requests.peek(0, now_ns=0).remaining == 2
    assert window.peek(0, wall_ns=WALL).remaining == 8
    assert repr(denied) == (
        "LayeredDecision(allowed=False, layer=1, remaining=None, reset_after=None, retry_after=0.8)"
    )


def test_the_longest_wait_is_told() -> None:
    slow, slower = RateLimiter("1/minute"), RateLimiter("1/hour")
    assert try_acquire_all([slower, slow], now_ns=0)
    denied = try_acquire_all([slow, slower], now_ns=0)
    assert (denied.layer, denied.retry_after) == (1, 3600.0)


def test_the_layers_clocks_are_read_where_none_is_given() -> None:
    bucket, window = RateLimiter("1/hour"), FixedWindow(5, per=366 * 86_400)
    layers: list[Layer] = [bucket, window]
    assert try_acquire_all(iter(layers))
    assert 3599 < try_acquire_all((bucket, window)).retry_after <= 3600
    assert window.peek(0).remaining == 4


def test_more_than_a_layer_holds_is_impossible() -> None:
    small, large = RateLimiter(2), FixedWindow(9, per=60)
    with pytest.raises(
        ValueError, match=r"^layers\[1\]: n=3: at most 2 can ever be taken at once$"
    ):
        try_acquire_all([large, (small, 3)])
    with pytest.raises(ValueError, match=r"^layers\[0\]: n=10: at most 9 can ever be"):
        try_acquire_all([(large, 10)])
    assert large.peek(0).remaining == 9


def test_the_quota_of_a_layer_may_change() -> None:
    first, second = RateLimiter(1), RateLimiter(2)
    assert try_acquire_all([first, second], now_ns=0)
    first.reconfigure(5, now_ns=0)
    assert try_acquire_all([first, second], now_ns=0)
    assert (first.peek(0, now_ns=0).remaining, second.peek(0, now_ns=0).remaining) == (3, 0)


def test_eight_layers() -> None:
    layers = [RateLimiter(1) for _ in range(8)]
    assert try_acquire_all(layers, now_ns=0)
    assert [layer.try_acquire(now_ns=0) for layer in layers] == [False] * 8


def test_every_kind_may_be_a_layer() -> None:
    layers: list[Layer] = [
        RateLimiter(2),
        FixedWindow(2, per=60),
        FirstUseWindow(2, per=60),
        StrictWindow(2, per=60),
    ]
    answers = [try_acquire_all(layers, now_ns=0, wall_ns=WALL) for _ in range(3)]
    assert [bool(answer) for answer in answers] == [True, True, False]
    assert (answers[2].layer, answers[2].limiter) == (3, layers[3])


def test_a_peek_takes_nothing() -> None:
    limiter = RateLimiter(5)
    for _ in range(3):
        assert peek_all([(limiter, 2)], now_ns=0).remaining == 3
    limiter.drain(now_ns=0)
    assert not peek_all([limiter], now_ns=0)


def test_no_layers_allow_everything() -> None:
    decision = try_acquire_all([])
    assert (decision.allowed, decision.layer, decision.limiter) == (True, 0, None)
