"""The transports for httpx and httpx2, against the emulator and small servers."""

from __future__ import annotations

import asyncio
import gzip
import importlib
import io
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import trio

import emulators
import tidegate
from scripted import AGAIN, FINE, LATER, LIMITED, Script
from tidegate import Api, ApiError


@pytest.fixture(params=["httpx", "httpx2"])
def lib(request: pytest.FixtureRequest) -> Any:
    return pytest.importorskip(request.param)


@pytest.fixture
def tide(lib: Any) -> Any:
    return importlib.import_module(f"tidegate.{lib.__name__}")


def test_httpx2_is_httpx_by_another_name() -> None:
    folder = Path(tidegate.__file__).parent
    text = (folder / "httpx.py").read_text(encoding="utf-8")
    assert (folder / "httpx2.py").read_text(encoding="utf-8") == text.replace("httpx", "httpx2")


def test_sync(emulated: emulators.Start, lib: Any, tide: Any) -> None:
    emulator = emulated("stackflow", *emulators.FAULTS)
    transport = tide.LimitedTransport(emulators.stackflow(), key="alice", idempotency_keys=True)
    with lib.Client(transport=transport, base_url=emulator.base) as client:

        def send(asked: emulators.Request) -> int:
            answer = client.request(
                asked.method, asked.path, content=asked.body, headers=asked.headers
            )
            return int(answer.status_code)

        with ThreadPoolExecutor(8) as threads:
            statuses = list(threads.map(send, emulators.workload("sync")))
    emulators.judge(emulator, statuses)


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_async(emulated: emulators.Start, lib: Any, tide: Any, loop: str) -> None:
    emulator = emulated("stackflow", *emulators.FAULTS)
    statuses: list[int] = []

    async def send(client: Any, asked: emulators.Request) -> None:
        answer = await client.request(
            asked.method, asked.path, content=asked.body, headers=asked.headers
        )
        statuses.append(answer.status_code)

    def client() -> Any:
        api = emulators.stackflow()
        transport = tide.AsyncLimitedTransport(api, key="alice", idempotency_keys=True)
        return lib.AsyncClient(transport=transport, base_url=emulator.base)

    async def in_asyncio() -> None:
        async with client() as shared:
            await asyncio.gather(*(send(shared, asked) for asked in emulators.workload(loop)))

    async def in_trio() -> None:
        async with client() as shared, trio.open_nursery() as nursery:
            for asked in emulators.workload(loop):
                nursery.start_soon(send, shared, asked)

    if loop == "trio":
        trio.run(in_trio)
    else:
        asyncio.run(in_asyncio())
    emulators.judge(emulator, statuses)


def client(lib: Any, tide: Any, base: str, **rules: Any) -> Any:
    transport = tide.LimitedTransport(rules.pop("api", None) or Api.stackflow(), **rules)
    return lib.Client(transport=transport, base_url=base)


def test_the_last_answer_is_returned_and_says_why(lib: Any, tide: Any, base: str) -> None:
    Script.answers = [LATER]
    with client(lib, tide, base) as http:
        answer = http.get("/a")
    assert (answer.status_code, answer.content) == (429, LIMITED)
    outcome = tide.outcome(answer)
    assert outcome is answer.extensions["tidegate"]
    assert outcome == tide.Outcome(1, "server_delay_too_long", 7200.0)


def test_an_answer_that_succeeds_says_how_often_it_was_sent(lib: Any, tide: Any, base: str) -> None:
    Script.answers = [AGAIN, AGAIN, FINE]
    with client(lib, tide, base) as http:
        answer = http.get("/a")
    assert (answer.content, tide.outcome(answer)) == (b"fine", tide.Outcome(3, None, None))


def test_an_error_is_raised_where_that_was_asked_for(lib: Any, tide: Any, base: str) -> None:
    Script.answers = [LATER]
    with (
        client(lib, tide, base, raise_for_error=True) as http,
        pytest.raises(ApiError) as raised,
    ):
        http.get("/a")
    error = raised.value
    assert (error.status, error.code, error.request_id) == (429, "RATE_LIMIT_EXCEEDED", "7f3a")
    assert (error.reason, error.server_delay) == ("server_delay_too_long", 7200.0)
    assert error.response.headers["Retry-After"] == "7200"


def test_a_request_that_cannot_be_sent_is_the_librarys_own_exception(
    lib: Any, tide: Any, base: str
) -> None:
    Script.answers = [LATER]
    with client(lib, tide, base, timeout=10) as http:
        http.get("/a")
        with pytest.raises(lib.TransportError) as raised:
            http.get("/b")
    error: Any = raised.value
    assert tidegate.NotSent in type(error).__mro__
    assert (error.reason, error.server_delay) == ("deadline_too_close", None)
    assert error.request.url.path == "/b"
    assert len(Script.seen) == 1


def test_compressed_and_streamed_errors_are_read_and_handed_on(
    lib: Any, tide: Any, base: str
) -> None:
    body = b'{"error":"Unknown","code":"TOKEN_EXPIRED"}'
    Script.answers = [(401, {"Content-Encoding": "gzip"}, gzip.compress(body, mtime=0))]
    Script.answers[0][1]["Content-Length"] = str(len(Script.answers[0][2]))
    with client(lib, tide, base) as http, http.stream("GET", "/a") as answer:
        assert tide.outcome(answer).reason == "refresh_credentials"
        assert b"".join(answer.iter_bytes()) == body


def test_an_error_that_is_longer_than_any_is_not_read_to_its_end(
    lib: Any, tide: Any, base: str
) -> None:
    long = b"x" * 300_000
    Script.answers = [(404, {}, long), FINE]
    with client(lib, tide, base) as http:
        assert http.get("/a").content == long
        assert http.get("/a").content == b"fine"


def test_keys_for_idempotency_stay_the_same_for_each_attempt(
    lib: Any, tide: Any, base: str
) -> None:
    Script.answers = [AGAIN, FINE, FINE]
    with client(lib, tide, base, idempotency_keys=True) as http:
        http.post("/a", json={})
        http.post("/a", json={}, headers={"Idempotency-Key": "mine"})
    keys = [key for *_, key in Script.seen]
    assert keys[0] == keys[1] is not None
    assert keys[2] == "mine"


def test_a_body_that_can_be_read_once_is_sent_once(lib: Any, tide: Any, base: str) -> None:
    Script.answers = [AGAIN]
    with client(lib, tide, base) as http:
        body = iter([b"a", b"b"])
        answer = http.post("/a", content=body, headers={"Content-Length": "2"})
    assert (answer.status_code, tide.outcome(answer).reason) == (429, "aborted")
    assert Script.seen == [("POST", "/a", b"ab", None)]


def test_a_form_with_a_file_is_sent_again_whole(lib: Any, tide: Any, base: str) -> None:
    Script.answers = [AGAIN, FINE]
    with client(lib, tide, base) as http:
        http.post("/a", files={"f": io.BytesIO(b"content")})
    first, second = (body for _, _, body, _ in Script.seen)
    assert b"content" in first
    assert first == second


def test_a_refused_connection_is_tried_again_and_raised_with_a_note(lib: Any, tide: Any) -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else gets this port
        taken.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with (
            client(lib, tide, base, api=emulators.stackflow()) as http,
            pytest.raises(lib.ConnectError) as raised,
        ):
            http.get("/a")
    assert tide.outcome(raised.value) == tide.Outcome(5, "attempts_exhausted", None)
    notes = getattr(raised.value, "__notes__", None)  # new in 3.11
    assert notes in (None, ["tidegate: given up after 5 attempts: attempts_exhausted"])


def test_an_attempt_ends_when_the_policy_says(lib: Any, tide: Any) -> None:
    """A server that accepts and never answers."""
    policy = """{"name": "brief", "categories": [{"name": "all", "limits": []}],
        "retry": {"max_attempts": 2, "attempt_timeout": "50ms", "backoff": {"initial": "1ms"}}}"""

    async def send(base: str) -> None:
        transport = tide.AsyncLimitedTransport(Api.from_json(policy))
        async with lib.AsyncClient(transport=transport) as http:
            await http.get(base, timeout=None)

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        base = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with (
            client(lib, tide, base, api=Api.from_json(policy)) as http,
            pytest.raises(lib.ReadTimeout) as raised,
        ):
            http.get("/", timeout=None)
        assert tide.outcome(raised.value).attempts == 2
        with pytest.raises(lib.ReadTimeout) as raised:
            asyncio.run(send(base))
        assert tide.outcome(raised.value).attempts == 2


def test_a_cancelled_request_gives_back_what_it_paid(lib: Any, tide: Any, base: str) -> None:
    Script.answers = [(429, {"Retry-After": "3000"}, LIMITED), FINE]
    api = Api.stackflow()

    async def send() -> None:
        async with lib.AsyncClient(transport=tide.AsyncLimitedTransport(api)) as http:
            task = asyncio.create_task(http.get(base))
            while not Script.seen:
                await asyncio.sleep(0.001)
            await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(send())
    assert len(Script.seen) == 1


def test_a_user_for_each_request(lib: Any, tide: Any, base: str) -> None:
    Script.answers = [LATER, FINE]
    with client(lib, tide, base, key=lambda request: request.headers["X-User"]) as http:
        assert http.get("/a", headers={"X-User": "ann"}).status_code == 429
        assert http.get("/a", headers={"X-User": "bob"}).status_code == 200


@pytest.mark.parametrize(
    ("rules", "exception", "message"),
    [
        ({"api": "stackflow"}, TypeError, "api must be a tidegate.Api, not str"),
        ({"key": 5}, TypeError, "key must be str or bytes or a function of the request, not int"),
        ({"role": None}, TypeError, "role must be str or a function of the request, not NoneType"),
        ({"tokens": "5"}, TypeError, "tokens must be int or a function of the request, not str"),
        ({"key": ""}, tidegate.TidegateError, "must not be empty"),
        ({"role": "king"}, tidegate.TidegateError, "the role is not one"),
        ({"timeout": -1}, tidegate.TidegateError, "timeout=-1"),
    ],
)
def test_wrong_rules(
    lib: Any, tide: Any, rules: Any, exception: type[Exception], message: str
) -> None:
    for kind in (tide.LimitedTransport, tide.AsyncLimitedTransport):
        with pytest.raises(exception, match=message):
            kind(**{"api": Api.stackflow(), **rules})
