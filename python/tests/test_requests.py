"""The adapter for requests, against the emulator and small servers."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

import emulators
import tidegate
import tidegate.requests as tide
from scripted import AGAIN, FINE, LATER, LIMITED, Script
from tidegate import Api, ApiError


def session(base: str, **rules: Any) -> requests.Session:
    made = requests.Session()
    made.trust_env = False
    made.mount(base, tide.LimitedAdapter(rules.pop("api", None) or Api.stackflow(), **rules))
    return made


def test_the_emulator_has_nothing_to_say(emulated: emulators.Start) -> None:
    emulator = emulated("stackflow", *emulators.FAULTS)
    adapter = requests.adapters.HTTPAdapter(pool_maxsize=8)
    api = emulators.stackflow()
    rules: dict[str, Any] = {"adapter": adapter, "key": "alice", "idempotency_keys": True}
    with session(emulator.base, api=api, **rules) as http:

        def send(asked: emulators.Request) -> int:
            url = emulator.base + asked.path
            return http.request(
                asked.method, url, data=asked.body, headers=asked.headers
            ).status_code

        with ThreadPoolExecutor(8) as threads:
            statuses = list(threads.map(send, emulators.workload("requests")))
    emulators.judge(emulator, statuses)


def test_the_last_answer_is_returned_and_says_why(base: str) -> None:
    Script.answers = [AGAIN, LATER, FINE]
    with session(base) as http:
        answer = http.get(f"{base}/a?b=c")
    assert (answer.status_code, answer.content) == (429, LIMITED)
    assert tide.outcome(answer) == tide.Outcome(2, "server_delay_too_long", 7200.0)


@pytest.mark.parametrize("stream", [False, True])
def test_errors_are_read_and_raised_where_that_was_asked_for(base: str, stream: bool) -> None:
    Script.answers = [(401, {}, b'{"error":"Old","code":"TOKEN_EXPIRED"}')]
    with session(base, raise_for_error=True) as http, pytest.raises(ApiError) as raised:
        http.get(f"{base}/a", stream=stream)
    assert str(raised.value) == "401 TOKEN_EXPIRED: Old; given up: refresh_credentials"
    assert raised.value.response.url == f"{base}/a"


def test_an_endless_error_is_not_waited_for(base: str) -> None:
    long = b"x" * 300_000
    Script.answers = [(404, {}, long)]
    with session(base) as http, http.get(f"{base}/a", stream=True) as answer:
        assert answer.raw.read() == long


def test_a_request_that_cannot_be_sent_is_the_librarys_own_exception(base: str) -> None:
    Script.answers = [LATER]
    with session(base, timeout=10) as http:
        http.get(f"{base}/a")
        with pytest.raises(requests.ConnectionError) as raised:
            http.get(f"{base}/b")
    error: Any = raised.value
    assert isinstance(error, tidegate.NotSent)
    assert str(error) == "not sent: deadline_too_close"


@pytest.mark.parametrize(
    ("body", "sends"),
    [(b"ab", 2), ("ab", 2), (io.BytesIO(b"ab"), 2), (iter([b"a", b"b"]), 1)],
    ids=["bytes", "str", "file", "iterator"],
)
def test_only_a_body_that_can_be_read_twice_is_sent_twice(base: str, body: Any, sends: int) -> None:
    Script.answers = [AGAIN, FINE]
    with session(base) as http:
        http.post(f"{base}/a", data=body)
    bodies = [body for _, _, body, _ in Script.seen]
    assert bodies == [b"ab"] * sends


def test_a_refused_connection_is_tried_again_and_raised_with_a_note() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with (
            session(base, api=emulators.stackflow()) as http,
            pytest.raises(requests.ConnectionError) as raised,
        ):
            http.get(base)
    assert tide.outcome(raised.value) == tide.Outcome(5, "attempts_exhausted", None)


POLICY = """{"name": "brief", "categories": [{"name": "all", "limits": []}],
    "retry": {"max_attempts": 2, "attempt_timeout": "50ms", "backoff": {"initial": "1ms"}}}"""


@pytest.fixture
def silent() -> Iterator[str]:
    """Give a server that accepts and never answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize("timeout", [None, 9, (9, None), (None, 9)])
def test_an_attempt_ends_when_the_policy_says(silent: str, timeout: Any) -> None:
    with (
        session(silent, api=Api.from_json(POLICY)) as http,
        pytest.raises(requests.ReadTimeout) as raised,
    ):
        http.get(silent, timeout=timeout)
    assert tide.outcome(raised.value) == tide.Outcome(2, "attempts_exhausted", None)


def test_what_is_no_network_failure_is_raised_at_once(base: str) -> None:
    with session(base) as http, pytest.raises(requests.exceptions.InvalidHeader):
        http.get(base, headers={"A": "b\nc"})
    assert tide.failure(requests.exceptions.ProxyError()) is None
    assert tide.failure(requests.exceptions.SSLError()) == "tls"


def test_wrong_rules() -> None:
    with pytest.raises(TypeError, match="api must be a tidegate"):
        tide.LimitedAdapter("stackflow")  # type: ignore[arg-type]
