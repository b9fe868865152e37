"""KeyedRateLimiter."""

from __future__ import annotations

import itertools

import pytest

import tidegate
from tidegate import KeyedRateLimiter, Quota

SECOND = 10**9


def test_each_key_has_a_bucket_of_its_own() -> None:
    limiter = KeyedRateLimiter(5, burst=2)
    for key in ("alice", b"bob", 7, ("alice", 7)):
        assert [limiter.try_acquire(key, now_ns=0) for _ in range(3)] == [True, True, False]
        assert limiter.check(key, now_ns=0).retry_after_ns == SECOND // 5
        assert limiter.peek(key, 0, now_ns=0).remaining == 0
    assert limiter.occupied(now_ns=0) == 4


def test_every_way_to_ask_is_the_same() -> None:
    limiter = KeyedRateLimiter("4/hour")
    assert limiter.try_acquire("alice")
    assert limiter.try_acquire("alice", 1)
    assert limiter.try_acquire(key="alice", n=1)
    assert KeyedRateLimiter.try_acquire(limiter, "alice", now_ns=tidegate.monotonic_ns())
    assert not limiter.try_acquire("alice")
    assert not limiter.try_acquire("alice", 4)
    assert limiter.try_acquire("alice", 0)


def test_a_str_is_its_bytes_and_an_int_its_eight() -> None:
    limiter = KeyedRateLimiter("1/hour", capacity=64)
    for key in ("alice", "\u00e9", "", 7, 2**63, 2**64 - 1, True):
        assert limiter.try_acquire(key)
        as_bytes = key.encode() if isinstance(key, str) else int(key).to_bytes(8, "little")
        assert not limiter.try_acquire(as_bytes)
        assert not limiter.try_acquire(bytearray(as_bytes))


def test_no_two_tuples_are_one_key() -> None:
    limiter = KeyedRateLimiter("1/hour", capacity=256)
    keys: list[tuple[str | bytes | int, ...]] = [
        (),
        ("",),
        ("", ""),
        ("ab",),
        ("a", "b"),
        ("b", "a"),
        ("ab", ""),
        (b"ab",),
        (7,),
        ("7",),
        (7, 7),
        (b"\x07\0\0\0\0\0\0\0",),
    ]
    for key in keys:
        assert limiter.try_acquire(key), key
        assert not limiter.try_acquire(key), key
    assert len(limiter) == len(keys)


def test_a_call_may_bring_another_limit() -> None:
    limiter = KeyedRateLimiter("1/hour", burst=1)
    gold = Quota("10/hour", burst=5)
    assert limiter.try_acquire("alice", rate=gold, now_ns=0)
    assert limiter.check("bob", 3, rate="3/minute", now_ns=0).remaining == 0
    assert limiter.peek("alice", 0, rate=gold, now_ns=0).remaining == 4
    with pytest.raises(ValueError, match="n=6: at most 5 can ever be taken at once"):
        limiter.try_acquire("alice", 6, rate=gold)
    assert limiter.quota == Quota("1/hour")


def test_a_full_bucket_makes_room() -> None:
    limiter = KeyedRateLimiter(1, burst=1, capacity=4, when_full="deny")
    for key in range(4):
        assert limiter.try_acquire(key, now_ns=0)
    denied = limiter.check(4, now_ns=0)
    assert not denied
    assert limiter.try_acquire(4, now_ns=denied.retry_after_ns - 1) is False
    assert limiter.try_acquire(4, now_ns=denied.retry_after_ns) is True
    assert limiter.overflowed == 2


@pytest.mark.parametrize(
    ("when_full", "answers"),
    [
        ("deny", [False, False, False]),
        ("share", [True, False, False]),
        ("allow", [True, True, True]),
    ],
)
def test_a_full_table(when_full: tidegate.WhenFullName, answers: list[bool]) -> None:
    limiter = KeyedRateLimiter("1/minute", capacity=4, when_full=when_full)
    for key in range(4):
        assert limiter.try_acquire(key, now_ns=0)
    assert [limiter.try_acquire(key, now_ns=0) for key in (4, 5, 5)] == answers
    assert (limiter.overflowed, limiter.occupied(now_ns=0)) == (3, 4)
    assert not limiter.try_acquire(0, now_ns=0)


def test_the_default_is_to_share() -> None:
    limiter = KeyedRateLimiter("1/minute", capacity=4)
    assert [limiter.try_acquire(key, now_ns=0) for key in range(6)] == [True] * 5 + [False]


def test_the_table_shows_what_is_in_it() -> None:
    limiter = KeyedRateLimiter("1/minute", capacity=6)
    assert (len(limiter), limiter.capacity, list(limiter)) == (0, 8, [])
    assert limiter  # one that is empty is one, too
    assert limiter.try_acquire("alice", now_ns=5)
    assert limiter.try_acquire("bob", now_ns=7)
    assert limiter.occupied(now_ns=7) == 2
    occupants = sorted(limiter.occupants(now_ns=7), key=lambda occupant: occupant.full_at_ns)
    assert [occupant.full_at_ns for occupant in occupants] == [60 * SECOND + 5, 60 * SECOND + 7]
    assert occupants[0].fingerprint != occupants[1].fingerprint
    assert occupants[0] == next(
        occupant for occupant in limiter.occupants(now_ns=7) if occupant in occupants[:1]
    )
    assert repr(occupants[0]).startswith("Occupant(fingerprint=")
    assert repr(limiter) == "KeyedRateLimiter(1, per=60.0, burst=1, capacity=8)"


def test_the_clock_is_read_where_none_is_given() -> None:
    limiter = KeyedRateLimiter("1/hour")
    assert limiter.check("alice")
    assert 3599 < limiter.peek("alice").retry_after <= 3600
    assert len(limiter) == len(list(limiter)) == limiter.occupied() == 1


def test_the_seed_is_drawn_unless_it_is_given() -> None:
    def fingerprint(seed: int | None) -> int:
        limiter = KeyedRateLimiter("1/hour", capacity=4, seed=seed)
        limiter.check("alice")
        return next(iter(limiter)).fingerprint

    assert fingerprint(2**127) == fingerprint(2**127) != fingerprint(7)
    drawn = {fingerprint(None) for _ in range(8)}
    assert len(drawn) == 8


def test_its_memory_is_fixed() -> None:
    limiter = KeyedRateLimiter("1/day", capacity=1000)
    for key in itertools.islice(itertools.count(), 5000):
        limiter.try_acquire(key)
    assert len(limiter) <= limiter.capacity == 1000
    assert limiter.overflowed >= 4000
