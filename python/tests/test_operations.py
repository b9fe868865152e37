"""RateLimiter: what it can do beyond a decision."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import timedelta

import pytest

import tidegate
from tidegate import AcquireTimeout, Quota, RateLimiter, Snapshot, TidegateError

SECOND = 10**9


def test_an_empty_start() -> None:
    limiter = RateLimiter(5, burst=2, start_empty=True, now_ns=3 * SECOND)
    assert limiter.peek(0, now_ns=3 * SECOND).remaining == 0
    assert limiter.check(now_ns=3 * SECOND).retry_after_ns == SECOND // 5
    before = tidegate.monotonic_ns()
    wait = RateLimiter("1/hour", start_empty=True).peek().retry_after_ns
    assert 0 <= 3600 * SECOND - wait <= tidegate.monotonic_ns() - before


def test_a_batch_takes_what_is_there() -> None:
    limiter = RateLimiter(5)
    assert limiter.try_acquire_up_to(3, now_ns=0) == 3
    taken, decision = limiter.check_up_to(2**70, now_ns=0)
    assert (taken, decision.remaining, decision.reset_after) == (2, 0, 1.0)
    taken, decision = limiter.check_up_to(3, now_ns=0)
    assert (taken, decision.allowed, decision.retry_after) == (0, False, 0.2)
    assert limiter.try_acquire_up_to(0, now_ns=SECOND) == 0
    assert limiter.peek(0, now_ns=SECOND).remaining == 5


def test_reservations_are_first_come_first_served() -> None:
    limiter = RateLimiter(1)
    waits = [limiter.reserve(now_ns=0) for _ in range(3)]
    assert [reservation.wait for reservation in waits] == [0.0, 1.0, 2.0]
    with pytest.raises(AcquireTimeout, match=r"the wait of 3\.0 s is longer than the timeout") as (
        caught
    ):
        limiter.reserve(timeout=timedelta(seconds=2), now_ns=0)
    assert (caught.value.retry_after, caught.value.retry_after_ns) == (3.0, 3 * SECOND)
    last = limiter.reserve(timeout=3, now_ns=0)
    assert (last.wait_ns, last.tokens) == (3 * SECOND, 1)
    assert repr(last) == "Reservation(tokens=1, wait=3.0)"


def test_a_reservation_tells_what_is_left_of_its_wait() -> None:
    reservation = RateLimiter(1, start_empty=True, now_ns=5).reserve(now_ns=5)
    assert reservation.rest(now_ns=5) == 1.0
    assert reservation.rest(now_ns=5 + SECOND - 1) == 1e-9
    assert reservation.rest(now_ns=5 + SECOND) == 0.0
    assert reservation.age(now_ns=5 + SECOND // 4) == 0.25
    assert reservation.age(now_ns=0) == 0.0
    assert 0 < RateLimiter("1/hour", start_empty=True).reserve().rest() <= 3600


def test_a_cancelled_reservation_is_as_if_it_had_never_been() -> None:
    limiter = RateLimiter(10)
    assert limiter.reserve(4, now_ns=0).cancel(now_ns=0) == 4
    assert limiter.peek(0, now_ns=0).remaining == 10


def test_an_estimate_is_corrected_both_ways() -> None:
    limiter = RateLimiter(100)
    assert limiter.reserve(60, now_ns=0).settle(50, now_ns=0) == 10
    assert limiter.reserve(50, now_ns=0).settle(50, now_ns=0) == 0
    assert limiter.check(now_ns=0).retry_after_ns == SECOND // 100
    assert limiter.reserve(1, now_ns=0).settle(31, now_ns=0) == 0
    assert limiter.check(now_ns=0).retry_after_ns == 32 * SECOND // 100


def test_a_reservation_is_used_up_once() -> None:
    limiter = RateLimiter(10)
    for first in ("cancel", "settle"):
        reservation = limiter.reserve(2, now_ns=0)
        reservation.cancel(now_ns=0) if first == "cancel" else reservation.settle(0, now_ns=0)
        with pytest.raises(RuntimeError, match="was cancelled or settled before"):
            reservation.cancel(now_ns=0)
        with pytest.raises(RuntimeError, match="was cancelled or settled before"):
            reservation.settle(1, now_ns=0)
    assert limiter.peek(0, now_ns=0).remaining == 10


def test_a_wrong_argument_does_not_use_a_reservation_up() -> None:
    limiter = RateLimiter(10)
    reservation = limiter.reserve(2, now_ns=0)
    with pytest.raises(ValueError, match="actual=-1: actual must be 0 or more"):
        reservation.settle(-1)
    with pytest.raises(TidegateError, match="now_ns=-1"):
        reservation.cancel(now_ns=-1)
    assert reservation.cancel(now_ns=0) == 2


def test_a_refund_needs_the_time_when_it_was_taken() -> None:
    limiter = RateLimiter(10)
    assert limiter.try_acquire(8, now_ns=0)
    assert limiter.refund(8, taken_at_ns=0, now_ns=SECOND // 2) == 3
    assert limiter.peek(0, now_ns=SECOND // 2).remaining == 10
    slow = RateLimiter("10/hour")
    taken_at_ns = tidegate.monotonic_ns()
    assert slow.try_acquire(5)
    assert slow.refund(5, taken_at_ns=taken_at_ns) == 4  # some time has passed, less than a token's


def test_drain_and_pause() -> None:
    limiter = RateLimiter(5)
    assert (limiter.drain(now_ns=0), limiter.drain(now_ns=0)) == (5, 0)
    limiter.pause(timedelta(seconds=23), now_ns=0)
    assert limiter.check(now_ns=0).retry_after == 23.0
    limiter.pause(1, now_ns=0)  # never shorter, and longer by a tick
    assert limiter.check(now_ns=0).retry_after_ns == 23 * SECOND + 1
    limiter.pause_until(40 * SECOND, now_ns=0)
    assert limiter.check(now_ns=0).retry_after == 40.0
    assert limiter.check(now_ns=40 * SECOND).remaining == 0
    paused = RateLimiter(5)
    paused.pause(3600)
    assert 3599 < paused.peek().retry_after <= 3600
    assert paused.drain() == 0


def test_a_server_may_only_slow_down() -> None:
    limiter = RateLimiter("60/minute")
    limiter.observe(limit=60, remaining=2, reset_after=40, now_ns=0)
    assert limiter.peek(0, now_ns=0).remaining == 2
    limiter.observe(limit=60, remaining=50, reset_after=40, now_ns=0)
    assert limiter.check(3, now_ns=0).retry_after == 1.0
    assert limiter.peek(2, now_ns=0).allowed
    limiter.observe(remaining=0, reset_after=timedelta(seconds=40), now_ns=0)
    assert limiter.check(now_ns=0).retry_after == 40.0


@pytest.mark.parametrize(("carry", "left"), [("keep", 16), ("proportional", 12), ("reset", 20)])
def test_another_limit_carries_what_was_used(carry: tidegate.CarryName, left: int) -> None:
    limiter = RateLimiter(10)
    assert limiter.try_acquire(4, now_ns=0)
    limiter.reconfigure(20, per=2, carry=carry, now_ns=0)
    assert (limiter.limit, limiter.per, limiter.burst) == (20, 2.0, 20)
    assert limiter.peek(0, now_ns=0).remaining == left
    assert limiter.try_acquire(left, now_ns=0)
    assert not limiter.try_acquire(now_ns=0)


def test_another_limit_in_every_form() -> None:
    limiter = RateLimiter(10)
    limiter.reconfigure("300/minute", burst=50)
    assert limiter.quota == Quota(300, per=60, burst=50)
    limiter.reconfigure(Quota("5/hour"), now_ns=0)
    assert repr(limiter) == "RateLimiter(5, per=3600.0, burst=5)"
    with pytest.raises(TidegateError, match="the burst must be at least 1"):
        limiter.reconfigure(7, burst=0)
    assert limiter.limit == 5


def test_a_reservation_outlives_its_quota() -> None:
    limiter = RateLimiter(1)
    limiter.drain(now_ns=0)
    waiting = limiter.reserve(now_ns=0)
    limiter.reconfigure(100, now_ns=0)
    assert waiting.wait == 1.0
    assert waiting.cancel(now_ns=0) == 0  # it is of the bucket before


@pytest.mark.parametrize(
    "remake",
    [
        copy.copy,
        lambda it: pickle.loads(pickle.dumps(it)),
        lambda it: Snapshot(**json.loads(json.dumps(it.to_dict()))),
    ],
)
def test_a_snapshot_survives(remake: object) -> None:
    assert callable(remake)
    limiter = RateLimiter(10)
    assert limiter.try_acquire(7, now_ns=77)
    snapshot = limiter.snapshot(now_ns=77)
    again = remake(snapshot)
    assert again == snapshot == Snapshot(remaining=3, full_after_ns=700_000_000)
    assert hash(again) == hash(snapshot)
    assert (again.full_after, repr(again)) == (
        0.7,
        "Snapshot(remaining=3, full_after_ns=700000000)",
    )
    other = RateLimiter(10)
    other.restore(again, age=timedelta(milliseconds=200), now_ns=5 * SECOND)
    assert other.peek(0, now_ns=5 * SECOND).remaining == 5
    assert other.quota == limiter.quota


def test_a_restored_state_takes_the_place_of_the_old_one() -> None:
    limiter = RateLimiter(10)
    full = limiter.snapshot(now_ns=0)
    limiter.drain(now_ns=0)
    empty = limiter.snapshot(now_ns=0)
    limiter.restore(full, age=0, now_ns=0)
    assert limiter.peek(0, now_ns=0).remaining == 10
    limiter.restore(empty, age=0, now_ns=0)
    assert limiter.peek(0, now_ns=0).remaining == 0
    limiter.restore(empty, age=3600)
    assert limiter.peek(0).remaining == 10


@pytest.mark.parametrize("remake", [copy.copy, lambda it: pickle.loads(pickle.dumps(it))])
@pytest.mark.parametrize("quota", [Quota(300, per=60, burst=50), Quota(1, per=0.1), Quota(0)])
def test_a_quota_is_a_value(remake: object, quota: Quota) -> None:
    assert callable(remake)
    again = remake(quota)
    assert again == quota
    assert hash(again) == hash(quota)
    assert (again.limit, again.per, again.per_ns, again.burst) == (
        quota.limit,
        quota.per,
        quota.per_ns,
        quota.burst,
    )
    assert quota != Quota(7, per=60, burst=50)
    assert RateLimiter(quota).quota == Quota(quota) == quota
