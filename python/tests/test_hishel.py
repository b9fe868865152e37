"""Answers that are kept, against the emulator and small servers."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import hishel
import httpx
import pytest

import emulators
import tidegate
from scripted import AGAIN, FINE, LATER, Script
from tidegate import Api
from tidegate.hishel import AsyncCachedTransport, CachedTransport
from tidegate.httpx import AsyncLimitedTransport, LimitedTransport, Outcome, outcome

PATH = "/api/v1/inbox/conversations/conv-1"


class Noted(hishel.SqliteStorage):
    """hishel's own storage, that also tells how long it was to keep what."""

    def __init__(self) -> None:
        super().__init__(connection=sqlite3.connect(":memory:", check_same_thread=False))
        self.ttls: list[float | None] = []

    def create_entry(self, *entry: Any, ttl: float | None = None, tti: float | None = None) -> Any:
        self.ttls.append(ttl)
        return super().create_entry(*entry, ttl=ttl, tti=tti)


def client(base: str, api: Api, **options: Any) -> httpx.Client:
    transport = CachedTransport(api.policy, LimitedTransport(api, key="token"), **options)
    return httpx.Client(transport=transport, base_url=base)


def test_what_is_kept_costs_no_request(emulated: emulators.Start) -> None:
    emulator = emulated("velaflows")
    storage = Noted()
    headers = {"Authorization": "Bearer token", "X-Client": "kept"}
    with client(emulator.base, Api.velaflows(window=2), storage=storage) as http:
        first = http.get(PATH, headers=headers)
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda _: http.get(PATH, headers=headers), range(400)))
    assert {answer.content for answer in answers} == {first.content}
    assert first.json()["success"] is True
    assert emulator.verdict()["requests"] == 1
    assert storage.ttls == [300.0]  # VelaFlows' five minutes


def test_who_asks_for_the_same_shares_one_request(base: str) -> None:
    """All of them ask before the one answer comes."""
    api, ready = Api.velaflows(), threading.Barrier(8)
    Script.answers = [AGAIN, FINE]

    def ask(http: httpx.Client) -> bytes:
        ready.wait()
        return http.get("/a").content

    with client(base, api) as http, ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, [http] * 8)) == {b"fine"}
    assert len(Script.seen) == 2


def test_users_do_not_see_what_was_kept_of_others(base: str) -> None:
    Script.answers = [(200, {}, b"ann's"), (200, {}, b"bob's")]
    with client(base, Api.velaflows()) as http:
        for _ in range(2):
            assert http.get("/a", headers={"Authorization": "ann"}).content == b"ann's"
            assert http.get("/a", headers={"Authorization": "bob"}).content == b"bob's"


def test_what_goes_past(base: str) -> None:
    Script.answers = [FINE] * 6
    with client(base, Api.velaflows()) as http:
        http.get("/a", headers={"Cache-Control": "no-cache"})
        http.get("/a", headers={"Cache-Control": "no-store"})
        http.post("/a")
        http.post("/a")
    with client(base, Api.stackflow()) as http:  # it says nothing of keeping
        http.get("/a")
        http.get("/a")
    assert len(Script.seen) == 6


def test_errors_are_shared_and_not_kept(base: str) -> None:
    Script.answers = [(404, {}, b"no"), LATER]
    with client(base, Api.velaflows()) as http:
        assert http.get("/a").status_code == 404
        answer = http.get("/a")
    assert answer.status_code == 429
    assert outcome(answer) == Outcome(1, "server_delay_too_long", 7200.0)


def test_exceptions_are_shared(base: str) -> None:
    Script.answers = [LATER]
    api = Api.velaflows()
    transport = CachedTransport(api.policy, LimitedTransport(api, timeout=10))
    with httpx.Client(transport=transport, base_url=base) as http:
        http.get("/a")
        with ThreadPoolExecutor(4) as threads:
            for future in [threads.submit(http.get, "/a") for _ in range(4)]:
                with pytest.raises(tidegate.NotSent):
                    future.result()


def test_async(base: str) -> None:
    Script.answers = [AGAIN, FINE]
    api = Api.velaflows()

    async def main() -> list[bytes]:
        transport = AsyncCachedTransport(api.policy, AsyncLimitedTransport(api))
        async with httpx.AsyncClient(transport=transport, base_url=base) as http:
            answers = await asyncio.gather(*(http.get("/a") for _ in range(20)))
            answers.append(await http.get("/a"))
            return [answer.content for answer in answers]

    assert set(asyncio.run(main())) == {b"fine"}
    assert len(Script.seen) == 2


def test_another_asks_when_who_asked_first_is_cancelled(base: str) -> None:
    Script.answers = [(429, {"Retry-After": "3000"}, b""), FINE]
    first, second = Api.velaflows(), Api.velaflows()
    both = [AsyncLimitedTransport(first), AsyncLimitedTransport(second)]
    calls = iter(both)

    class Either(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return await next(calls).handle_async_request(request)

        async def aclose(self) -> None:
            for each in both:
                await each.aclose()

    async def main() -> bytes:
        transport = AsyncCachedTransport(first.policy, Either())
        async with httpx.AsyncClient(transport=transport, base_url=base) as http:
            tasks = [asyncio.create_task(http.get("/a")) for _ in range(2)]
            while not Script.seen:
                await asyncio.sleep(0.001)
            tasks[0].cancel()
            with pytest.raises(asyncio.CancelledError):
                await tasks[0]
            return (await tasks[1]).content

    assert asyncio.run(main()) == b"fine"


def test_wrong_options() -> None:
    wrong: Any = Api.velaflows()
    for kind in (CachedTransport, AsyncCachedTransport):
        with pytest.raises(TypeError, match="policy must be a tidegate.Policy, not Api"):  # noqa: RUF043
            kind(wrong, None)  # type: ignore[arg-type]
