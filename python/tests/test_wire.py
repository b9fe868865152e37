"""What servers say: Retry-After, headers and error bodies."""

from __future__ import annotations

import json
from collections.abc import Iterable

import httpx
import pytest

import tidegate
from tidegate import Hints, parse_retry_after, scan_error_body


def test_retry_after() -> None:
    delay = parse_retry_after(" 120 ")
    assert delay is not None
    assert (delay.delay, delay.delay_ns, delay.date, delay.date_ns) == (
        120.0,
        12 * 10**10,
        None,
        None,
    )
    date = parse_retry_after(b"Sunday, 06-Nov-94 08:49:37 GMT")
    assert date is not None
    assert (date.delay, date.date, date.date_ns) == (None, 784_111_777.0, 784_111_777 * 10**9)
    assert date == parse_retry_after("Sun Nov  6 08:49:37 1994")
    assert len({date, parse_retry_after("Sun Nov  6 08:49:37 1994"), delay}) == 2


def test_two_digit_years_are_read_from_the_given_time() -> None:
    value = "Sunday, 06-Nov-94 08:49:37 GMT"
    in_2050 = parse_retry_after(value, wall_ns=2_524_608_000 * 10**9)
    assert in_2050 is not None
    assert in_2050.date == 3_939_871_777.0  # 2094


@pytest.mark.parametrize(
    "value", ["", "-10", "2.5", "1e3", "0x10", "soon", "1 2", "\ud800", b"\xff"]
)
def test_garbage_is_ignored(value: str | bytes) -> None:
    assert parse_retry_after(value) is None


def test_ten_thousand_digits_are_the_longest_delay() -> None:
    delay = parse_retry_after("9" * 10_000)
    assert delay is not None
    assert delay.delay_ns == 2**64 - 1


PAIRS = [("retry-after", "5"), ("X-RateLimit-Remaining", "7"), ("Content-Type", "text/plain")]


class Items:
    """The headers of a library that nobody knows."""

    def items(self) -> Iterable[tuple[str, str]]:
        return iter(PAIRS)


@pytest.mark.parametrize(
    "headers",
    [
        dict(PAIRS),
        PAIRS,
        tuple(PAIRS),
        iter(PAIRS),
        [[name, value] for name, value in PAIRS],
        [(name.encode(), value.encode()) for name, value in PAIRS],
        {name.encode(): value.encode() for name, value in PAIRS},
        httpx.Headers(PAIRS),
        Items(),
    ],
    ids=["dict", "list", "tuple", "iterator", "lists", "bytes", "bytes dict", "httpx", "items"],
)
def test_headers_of_every_library(headers: tidegate.Headers) -> None:
    hints = Hints(headers)
    assert hints.retry_after == parse_retry_after("5")
    assert (hints.remaining, hints.limit, hints.invalid) == (7, None, 0)


def test_repeated_headers_are_not_joined() -> None:
    headers = httpx.Headers([("Retry-After", "5"), ("Retry-After", "6")])
    assert headers["Retry-After"] == "5, 6"
    assert Hints(headers).retry_after == parse_retry_after("6")


def test_every_hint() -> None:
    hints = Hints()
    assert hints.header("X-RATELIMIT-LIMIT", b"300") == "read"
    assert hints.header("X-RateLimit-Remaining", "287") == "read"
    assert hints.header("X-RateLimit-Reset", "1716134460") == "read"
    assert hints.header("X-RateLimit-Window", bytearray(b"60")) == "read"
    assert hints.header("Date", "Sun, 19 May 2024 16:00:37 GMT") == "read"
    assert hints.header("Server", "x") == "unknown"
    assert hints.header("X-RateLimit-Limit", "-1") == "invalid"
    assert (hints.limit, hints.remaining, hints.invalid) == (300, 287, 1)
    assert (hints.reset, hints.reset_ns) == (1_716_134_460.0, 1_716_134_460 * 10**9)
    assert (hints.window, hints.window_ns) == (60.0, 60 * 10**9)
    assert (hints.date, hints.date_ns) == (1_716_134_437.0, 1_716_134_437 * 10**9)
    assert repr(hints).startswith(
        "Hints(limit=300, remaining=287, reset=1716134460.0, window=60.0,"
    )


def test_both_envelopes() -> None:
    stackflow = {"error": "No", "code": "VALIDATION_ERROR", "requestId": "7f", "details": {}}
    stackflow["details"] = {"field": "title", "issue": "is needed"}
    body = scan_error_body(json.dumps(stackflow))
    assert (body.code, body.message, body.request_id) == ("VALIDATION_ERROR", "No", "7f")
    assert body.fields == (("title", "is needed"),)
    errors = [{"path": "a", "message": "b\n\u00e9\U0001f600"}, {"path": "c", "message": "d"}]
    velaflows = {"code": "X", "message": "Y", "details": {"errors": errors}}
    body = scan_error_body(json.dumps({"success": False, "error": velaflows}).encode())
    assert (body.code, body.message, body.request_id) == ("X", "Y", None)
    assert body.fields == (("a", "b\n\u00e9\U0001f600"), ("c", "d"))
    assert body == scan_error_body(json.dumps({"success": False, "error": velaflows}))


@pytest.mark.parametrize(
    "text", ["", "<html>", "[]", '{"code": "X"', '{"code": "X"} x', "\ud800", b"\xff", b"{" * 9000]
)
def test_a_body_that_is_no_object_says_nothing(text: str | bytes) -> None:
    body = scan_error_body(text)
    assert (body.code, body.message, body.request_id, body.fields) == (None, None, None, ())
    assert repr(body) == "ErrorBody(code=None, message=None, request_id=None, fields=())"
