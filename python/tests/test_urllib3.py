"""The pool manager for urllib3, against the emulator and small servers."""

from __future__ import annotations

import io
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import urllib3

import emulators
import tidegate
import tidegate.urllib3 as tide
from scripted import AGAIN, FINE, LATER, LIMITED, Script
from tidegate import Api, ApiError


def test_the_emulator_has_nothing_to_say(emulated: emulators.Start) -> None:
    emulator = emulated("stackflow", *emulators.FAULTS)
    api = emulators.stackflow()
    http = tide.LimitedPoolManager(api, key="alice", idempotency_keys=True, maxsize=8)

    def send(asked: emulators.Request) -> int:
        url = emulator.base + asked.path
        return http.request(asked.method, url, body=asked.body, headers=asked.headers).status

    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(send, emulators.workload("urllib3")))
    http.clear()
    emulators.judge(emulator, statuses)


def test_the_last_answer_is_returned_and_says_why(base: str) -> None:
    Script.answers = [AGAIN, LATER, FINE]
    with tide.LimitedPoolManager(Api.stackflow()) as http:
        answer = http.request("GET", f"{base}/a?b=c")
    assert (answer.status, answer.data) == (429, LIMITED)
    assert tide.outcome(answer) == tide.Outcome(2, "server_delay_too_long", 7200.0)


def test_an_error_is_raised_where_that_was_asked_for(base: str) -> None:
    Script.answers = [(401, {}, b'{"error":"Old","code":"TOKEN_EXPIRED"}')]
    with (
        tide.LimitedPoolManager(Api.stackflow(), raise_for_error=True) as http,
        pytest.raises(ApiError) as raised,
    ):
        http.request("GET", f"{base}/a")
    assert (raised.value.code, raised.value.reason) == ("TOKEN_EXPIRED", "refresh_credentials")


def test_a_redirect_is_a_request_of_its_own(base: str) -> None:
    Script.answers = [(303, {"Location": "/b"}, b""), AGAIN, FINE]
    with tide.LimitedPoolManager(Api.stackflow(), idempotency_keys=True) as http:
        answer = http.request("POST", f"{base}/a", body=b"ab")
    assert (answer.data, tide.outcome(answer)) == (b"fine", tide.Outcome(1, None, None))
    asked = [(method, path, body) for method, path, body, _ in Script.seen]
    assert asked == [("POST", "/a", b"ab"), ("GET", "/b", b""), ("GET", "/b", b"")]
    assert Script.seen[0][3]


def test_redirects_end(base: str) -> None:
    Script.answers = [(302, {"Location": "/a"}, b"")] * 9
    with (
        tide.LimitedPoolManager(Api.stackflow()) as http,
        pytest.raises(urllib3.exceptions.MaxRetryError, match="too many redirects"),
    ):
        http.request("GET", f"{base}/a", retries=urllib3.Retry(3, redirect=1))
    assert len(Script.seen) == 2


def test_a_request_that_cannot_be_sent_is_the_librarys_own_exception(base: str) -> None:
    Script.answers = [LATER]
    with tide.LimitedPoolManager(Api.stackflow(), deadline=10) as http:
        http.request("GET", f"{base}/a")
        with pytest.raises(urllib3.exceptions.HTTPError) as raised:
            http.request("GET", f"{base}/b")
    error: Any = raised.value
    assert isinstance(error, tidegate.NotSent)
    assert error.reason == "deadline_too_close"


@pytest.mark.parametrize(
    ("body", "sends"),
    [(b"ab", 2), (io.BytesIO(b"ab"), 2), (iter([b"a", b"b"]), 1)],
    ids=["bytes", "file", "iterator"],
)
def test_only_a_body_that_can_be_read_twice_is_sent_twice(base: str, body: Any, sends: int) -> None:
    Script.answers = [AGAIN, FINE]
    with tide.LimitedPoolManager(Api.stackflow()) as http:
        http.request("POST", f"{base}/a", body=body)
    assert [body for _, _, body, _ in Script.seen] == [b"ab"] * sends


def test_a_refused_connection_is_tried_again_and_raised_with_a_note() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with (
            tide.LimitedPoolManager(emulators.stackflow()) as http,
            pytest.raises(urllib3.exceptions.NewConnectionError) as raised,
        ):
            http.request("GET", f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert tide.outcome(raised.value) == tide.Outcome(5, "attempts_exhausted", None)


@pytest.mark.parametrize("timeout", [None, 9, urllib3.Timeout(9), urllib3.Timeout(connect=9)])
def test_an_attempt_ends_when_the_policy_says(timeout: Any) -> None:
    policy = """{"name": "brief", "categories": [{"name": "all", "limits": []}],
        "retry": {"max_attempts": 2, "attempt_timeout": "50ms", "backoff": {"initial": "1ms"}}}"""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with (
            tide.LimitedPoolManager(Api.from_json(policy)) as http,
            pytest.raises(urllib3.exceptions.ReadTimeoutError) as raised,
        ):
            http.request("GET", f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=timeout)
    assert tide.outcome(raised.value) == tide.Outcome(2, "attempts_exhausted", None)
