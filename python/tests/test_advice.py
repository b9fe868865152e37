"""Header dialects: what is read, what it means, and what is announced."""

from __future__ import annotations

from typing import get_args

import httpx
import pytest

import tidegate
from tidegate import Advice, Announcement, Dialect, Hints, announce, parse_retry_after

SECOND = 10**9
NOW = 1_716_134_400 * SECOND


def test_every_field_of_an_advice() -> None:
    advice = Advice(
        httpx.Headers(
            [
                ("Retry-After", "2.5"),
                ("Date", "Sun, 19 May 2024 16:00:00 GMT"),
                ("X-Should-Retry", "true"),
                ("X-RateLimit-Global", "true"),
                ("X-RateLimit-Bucket", "abcd1234"),
                ("X-RateLimit-Scope", "user"),
                ("X-RateLimit-Limit", "many"),
                ("X-RateLimit-Limit", "5"),
                ("X-RateLimit-Remaining", "0"),
                ("X-RateLimit-Reset", "1716134460"),
                ("Content-Type", "text/plain"),
            ]
        )
    )
    assert advice.retry_after is not None
    assert advice.retry_after.delay == 2.5
    assert (advice.date, advice.date_ns) == (1_716_134_400.0, NOW)
    assert (advice.should_retry, advice.is_global, advice.is_cached) == (True, True, False)
    assert (advice.bucket, advice.scope) == ("abcd1234", "user")
    assert (advice.invalid, advice.dropped) == (1, 0)
    (allowance,) = advice.allowances
    assert allowance == advice.tightest(wall_ns=NOW)
    assert (advice.wait(wall_ns=NOW), advice.wait_ns(wall_ns=NOW)) == (2.5, 25 * SECOND // 10)
    assert repr(advice) == (
        "<Advice of 1 limits, retry_after=RetryAfter(delay=2.5, date=None), invalid=1>"
    )


def test_nothing_said() -> None:
    advice = Advice()
    assert (advice.retry_after, advice.date, advice.should_retry, advice.is_global) == (None,) * 4
    assert (advice.bucket, advice.scope, advice.allowances) == (None, None, ())
    assert (advice.tightest(), advice.wait(), advice.wait_ns()) == (None, None, None)
    assert advice.hints().limit is None
    assert repr(advice) == "<Advice of 0 limits, retry_after=None, invalid=0>"


def test_every_field_of_an_allowance() -> None:
    advice = Advice(
        [
            (b"RateLimit-Policy", b'"a";q=100;w=60;qu="content-bytes";pk=:c2VjcmV0:, "b";q=9'),
            (b"RateLimit", b'"a";r=7;t=30;pk=:c2VjcmV0:'),
        ],
        dialect="ietf",
    )
    first, second = advice.allowances
    assert (first.name, first.unit, first.limit) == ("a", "content-bytes", 100)
    assert (first.remaining, first.used) == (7, None)
    assert (first.reset, first.reset_ns) == (None, None)
    assert (first.reset_after, first.reset_after_ns) == (30.0, 30 * SECOND)
    assert (first.window, first.window_ns) == (60.0, 60 * SECOND)
    assert first.partition is not None
    assert (second.name, second.limit, second.partition, second.remaining) == ("b", 9, None, None)
    assert repr(second) == (
        "Allowance(name='b', partition=None, unit='requests', limit=9, remaining=None, used=None, "
        "reset=None, reset_after=None, window=None)"
    )
    told = Advice({"X-RateLimit-Used": "18", "X-RateLimit-Reset": "1716134460"}, dialect="github")
    (at,) = told.allowances
    assert (at.used, at.reset, at.reset_ns) == (18, 1_716_134_460.0, NOW + 60 * SECOND)
    assert (at.reset_after, at.reset_after_ns) == (None, None)
    assert len({first, second, at, advice.allowances[0]}) == 3


def test_the_tightest_and_the_wait() -> None:
    advice = Advice({"RateLimit": '"burst";r=0;t=30, "daily";r=0;t=36400, "tokens";r=5;t=1'})
    tightest = advice.tightest(wall_ns=NOW)
    assert tightest is not None
    assert tightest.name == "daily"
    assert advice.wait(wall_ns=NOW) == 36_400.0
    assert advice.header("Retry-After", "20") == "read"
    assert advice.wait(wall_ns=NOW) == 20.0
    past = Advice({"Retry-After": "Sun, 19 May 2024 16:00:00 GMT"})
    assert past.wait(wall_ns=NOW - SECOND) == 1.0
    assert past.wait() == 0.0  # by this machine's clock it is over


def test_a_cached_answer_says_nothing() -> None:
    advice = Advice({"Age": "7", "X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "0"})
    assert (advice.is_cached, advice.allowances, advice.wait()) == (True, (), None)


def test_beyond_eight_limits_is_dropped() -> None:
    limits = ", ".join(f'"limit {number}";r=1' for number in range(10))
    advice = Advice({"RateLimit": limits})
    assert (len(advice.allowances), advice.dropped) == (8, 2)


@pytest.mark.parametrize(
    ("dialect", "reset_after", "reset"),
    [
        ("common", 60.0, None),
        ("github", None, 60.0),
        (Dialect("github", reset="s"), 60.0, None),
        (Dialect("github", reset="ms"), 0.06, None),
        (Dialect(reset="epoch_ms"), None, 0.06),
    ],
)
def test_a_dialect_says_what_a_reset_is(
    dialect: Dialect | tidegate.DialectName, reset_after: float | None, reset: float | None
) -> None:
    (allowance,) = Advice({"X-RateLimit-Reset": "60"}, dialect=dialect).allowances
    assert (allowance.reset_after, allowance.reset) == (reset_after, reset)


@pytest.mark.parametrize("value", ["500\u00b5s", "500\u00c2\u00b5s", b"500\xc2\xb5s"])
def test_a_header_is_read_as_it_was_sent(value: str | bytes) -> None:
    """One library decodes UTF-8, http.client, and so requests, takes each byte for a character."""
    advice = Advice([("x-ratelimit-reset-tokens", value)], dialect="openai")
    assert advice.header("x-ratelimit-reset-requests", value) == "read"
    assert [it.reset_after_ns for it in advice.allowances] == [500_000, 500_000]


def test_what_is_no_text_is_garbage() -> None:
    for value in ("\ud800", "5\u0660", "\xff", b"\xff"):
        assert Advice().header("X-RateLimit-Limit", value) == "invalid"


def test_decimals() -> None:
    for decimals, read in ((True, "read"), (False, "invalid"), (None, "invalid")):
        advice = Advice(dialect=Dialect("github", decimals=decimals))
        assert advice.header("Retry-After", "2.5") == read


def test_a_dialect_is_a_value() -> None:
    assert Dialect() == Dialect("common")
    github = Dialect("github")
    assert (github.name, github.reset, github.decimals) == ("github", "epoch_s", False)
    same = Dialect("github", reset="epoch_s", decimals=False)
    assert len({github, same, Dialect("github", reset="s"), Dialect("okta")}) == 3
    assert github == same
    assert github not in (Dialect("github", decimals=True), "github")
    assert repr(Dialect()) == "Dialect('common', reset='auto', decimals=True)"


def test_every_dialect_and_every_reset_has_its_name() -> None:
    for name in get_args(tidegate.DialectName):
        assert Dialect(name).name == name
        assert Advice(dialect=name).header("Retry-After", "5") == "read"
    for reset in get_args(tidegate.ResetName):
        assert Dialect(reset=reset).reset == reset


def test_hints_for_a_call() -> None:
    advice = Advice(
        {"X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1716134460"}
    )
    hints = advice.hints(wall_ns=NOW)
    assert isinstance(hints, Hints)
    assert (hints.limit, hints.remaining, hints.reset_ns) == (5, 0, NOW + 60 * SECOND)
    call = tidegate.Api.stackflow().call("GET", "/", key="alice")
    assert call.next(now_ns=0, wall_ns=NOW).kind == "send"
    slow = Advice({"Retry-After": "7"}).hints()
    call.answered(429, slow, now_ns=0, wall_ns=NOW)
    assert call.next(now_ns=0, wall_ns=NOW).delay >= 7
    assert slow.retry_after == parse_retry_after("7")


LIMITS = [
    Announcement("burst", limit=100, remaining=7, reset_after=29.5, window=60),
    Announcement("daily", limit=1000, remaining=0, reset_after=36_400, window=86_400),
]


@pytest.mark.parametrize("form", get_args(tidegate.FormName))
def test_what_is_announced_is_read_back(form: tidegate.FormName) -> None:
    headers = announce(form, LIMITS, retry_after=29.5, wall_ns=NOW)
    assert headers[-1] == ("Retry-After", "30")
    advice = Advice(headers)
    assert advice.invalid == advice.dropped == 0
    tightest = advice.tightest(wall_ns=NOW)
    assert tightest is not None
    assert (tightest.limit, tightest.remaining, tightest.window) == (1000, 0, 86_400.0)
    at = (tightest.reset_after or 0) + ((tightest.reset or NOW // SECOND) - NOW // SECOND)
    assert at == 36_400
    assert len(announce(form, iter(LIMITS[:1]))) == len(headers) - 1


def test_an_announcement_is_a_value() -> None:
    same = Announcement("burst", limit=100, remaining=7, reset_after=29.5, window=60)
    assert LIMITS[0] == same
    assert len({*LIMITS, same}) == 2
    assert (same.name, same.limit, same.remaining) == ("burst", 100, 7)
    assert (same.reset_after, same.reset_after_ns) == (29.5, 295 * SECOND // 10)
    assert (same.window, same.window_ns) == (60.0, 60 * SECOND)
    assert Announcement(limit=1, remaining=1, reset_after=0, window=1).name == ""


def test_announced_now() -> None:
    (_, _, (name, end), _) = announce("x", LIMITS)
    assert name == "X-RateLimit-Reset"
    assert int(end) > NOW // SECOND + 36_400
