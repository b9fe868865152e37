"""The middleware for aiohttp, against the emulator and small servers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

import emulators
import tidegate
import tidegate.aiohttp as tide
from scripted import AGAIN, FINE, LATER, LIMITED, Script
from tidegate import Api, ApiError


def session(**rules: Any) -> aiohttp.ClientSession:
    middleware = tide.LimitedMiddleware(rules.pop("api", None) or Api.stackflow(), **rules)
    return aiohttp.ClientSession(middlewares=[middleware])


def test_the_emulator_has_nothing_to_say(emulated: emulators.Start) -> None:
    emulator = emulated("stackflow", *emulators.FAULTS)

    async def send(http: aiohttp.ClientSession, asked: emulators.Request) -> int:
        url = emulator.base + asked.path
        async with http.request(
            asked.method, url, data=asked.body, headers=asked.headers
        ) as answer:
            return answer.status

    async def main() -> list[int]:
        api = emulators.stackflow()
        async with session(api=api, key="alice", idempotency_keys=True) as http:
            work = emulators.workload("aiohttp")
            return await asyncio.gather(*(send(http, asked) for asked in work))

    emulators.judge(emulator, asyncio.run(main()))


def test_the_last_answer_is_returned_and_says_why(base: str) -> None:
    Script.answers = [AGAIN, LATER, FINE]

    async def main() -> None:
        async with session() as http, http.get(f"{base}/a?b=c") as answer:
            assert (answer.status, await answer.read()) == (429, LIMITED)
            assert tide.outcome(answer) == tide.Outcome(2, "server_delay_too_long", 7200.0)

    asyncio.run(main())


def test_an_error_is_raised_where_that_was_asked_for(base: str) -> None:
    Script.answers = [(401, {}, b'{"error":"Old","code":"TOKEN_EXPIRED"}')]

    async def main() -> None:
        async with session(raise_for_error=True) as http:
            await http.get(f"{base}/a")

    with pytest.raises(ApiError) as raised:
        asyncio.run(main())
    assert (raised.value.code, raised.value.reason) == ("TOKEN_EXPIRED", "refresh_credentials")


def test_a_request_that_cannot_be_sent_is_the_librarys_own_exception(base: str) -> None:
    Script.answers = [LATER]

    async def main() -> None:
        async with session(timeout=10) as http:
            await http.get(f"{base}/a")
            await http.get(f"{base}/b")

    with pytest.raises(aiohttp.ClientConnectionError) as raised:
        asyncio.run(main())
    error: Any = raised.value
    assert isinstance(error, tidegate.NotSent)
    assert error.reason == "deadline_too_close"


@pytest.mark.parametrize("kind", ["bytes", "json", "file", "iterator"])
def test_only_a_body_that_can_be_read_twice_is_sent_twice(
    base: str, kind: str, tmp_path: Any
) -> None:
    Script.answers = [AGAIN, FINE]
    (tmp_path / "file").write_bytes(b"12")

    async def chunks() -> AsyncIterator[bytes]:
        yield b"12"

    async def main() -> None:
        with open(tmp_path / "file", "rb") as file:
            bodies: dict[str, Any] = {"bytes": b"12", "file": file, "iterator": chunks()}
            body = {"json": 12} if kind == "json" else {"data": bodies[kind]}
            async with session() as http, http.post(f"{base}/a", **body):
                pass

    asyncio.run(main())
    bodies = [body for _, _, body, _ in Script.seen]
    assert bodies == [b"12"] * (1 if kind == "iterator" else 2)


def test_a_refused_connection_is_tried_again_and_raised_with_a_note() -> None:
    async def main(port: int) -> None:
        async with session(api=emulators.stackflow()) as http:
            await http.get(f"http://127.0.0.1:{port}")

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(aiohttp.ClientConnectorError) as raised:
            asyncio.run(main(taken.getsockname()[1]))
    assert tide.outcome(raised.value) == tide.Outcome(5, "attempts_exhausted", None)


POLICY = """{"name": "brief", "categories": [{"name": "all", "limits": []}],
    "retry": {"max_attempts": 2, "attempt_timeout": "50ms", "backoff": {"initial": "1ms"}}}"""


def test_an_attempt_ends_when_the_policy_says() -> None:
    async def main(port: int) -> None:
        async with session(api=Api.from_json(POLICY)) as http:
            await http.get(f"http://127.0.0.1:{port}")

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(aiohttp.ServerTimeoutError) as raised:
            asyncio.run(main(silent.getsockname()[1]))
    assert tide.outcome(raised.value) == tide.Outcome(2, "attempts_exhausted", None)


def test_a_lost_connection_is_not_tried_again_by_aiohttp_too() -> None:
    """It begins a whole request anew when a connection that was kept alive breaks."""
    seen = []

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readuntil(b"\r\n\r\n"):
            seen.append(1)
            if len(seen) > 1:
                writer.close()
                return
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async def main() -> None:
        server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, session(api=Api.from_json(POLICY)) as http:
            async with http.get(f"http://127.0.0.1:{port}"):
                pass
            await http.get(f"http://127.0.0.1:{port}")

    with pytest.raises(aiohttp.ClientConnectionError) as raised:
        asyncio.run(main())
    assert tide.outcome(raised.value) == tide.Outcome(2, "attempts_exhausted", None)
    assert len(seen) == 3


def test_a_cancelled_request_ends() -> None:
    async def main(port: int) -> None:
        async with session() as http:
            task = asyncio.create_task(http.get(f"http://127.0.0.1:{port}"))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        asyncio.run(main(silent.getsockname()[1]))
