"""Lists and batches, against the emulator and small servers."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import httpx
import pytest
import requests

import emulators
import tidegate
from scripted import Script
from tidegate import Api, ApiError, Policy, bulk, bulk_async, link_next, paginate, paginate_async
from tidegate.aiohttp import LimitedMiddleware
from tidegate.httpx import AsyncLimitedTransport, LimitedTransport
from tidegate.requests import LimitedAdapter

HEADERS = {"Authorization": "Bearer token", "X-Client": "pages"}
IDS = [f"conv-{number}" for number in range(1, 61)]
LIST = "/api/v1/inbox/conversations"
TAGS = "/api/v1/tags/bulk"


def pages_of(style: str, **members: Any) -> Policy:
    limits = [{"name": "all", "limits": []}]
    pages = {"style": style, **members}
    return Policy.from_json(json.dumps({"name": "mine", "categories": limits, "pages": pages}))


def answer(body: Any, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return 200, headers, json.dumps(body).encode()


def test_a_list_and_batches_of_the_emulator(emulated: emulators.Start) -> None:
    emulator = emulated("velaflows")
    api = Api.velaflows(window=2)
    transport = LimitedTransport(api, key="token")
    with httpx.Client(transport=transport, base_url=emulator.base, headers=HEADERS) as http:
        assert [item["id"] for item in paginate(http, LIST, api)] == IDS
        assert emulator.verdict()["requests"] == 4  # three full pages, and one that is not
        assert [item["id"] for item in paginate(http, LIST, api, size=100)] == IDS
        body = {"entityType": "conversation", "tagIds": ["t"]}
        many = [*IDS * 10, "conv-999"]  # 13 requests of 50, where 10 are allowed in a window
        answers = [answer.json()["data"] for answer in bulk(http, TAGS, many, api, body=body)]
    assert sum(answer["tagged"] for answer in answers) == 600
    assert answers[-1]["missing"] == ["conv-999"]
    verdict = emulator.verdict()
    assert verdict.pop("requests") == 4 + 1 + 13
    assert set(verdict.values()) == {0}


def test_the_same_by_requests(emulated: emulators.Start) -> None:
    emulator = emulated("velaflows")
    api = Api.velaflows(window=2)
    with requests.Session() as http:
        http.trust_env = False
        http.headers.update(HEADERS)
        http.mount(emulator.base, LimitedAdapter(api, key="token"))
        found = paginate(http, emulator.base + LIST, api, size=30, params={"status": "open"})
        assert [item["id"] for item in found] == IDS
        body = {"entityType": "conversation", "tagIds": ["t"]}
        (done,) = bulk(http, emulator.base + TAGS, iter(IDS[:9]), api, body=body)
        assert done.json()["data"] == {"tagged": 9, "missing": []}
    assert emulator.verdict()["requests"] == 3 + 1


@pytest.mark.parametrize("library", ["httpx", "aiohttp"])
def test_the_same_in_async_code(emulated: emulators.Start, library: str) -> None:
    emulator = emulated("velaflows")
    api = Api.velaflows(window=2)
    body = {"entityType": "conversation", "tagIds": ["t"]}

    async def read(http: Any) -> tuple[list[str], list[Any]]:
        found = [item["id"] async for item in paginate_async(http, LIST, api)]
        return found, [done async for done in bulk_async(http, TAGS, IDS, api, body=body)]

    async def main() -> tuple[list[str], list[Any]]:
        if library == "httpx":
            options: Any = {"transport": AsyncLimitedTransport(api, key="token")}
            async with httpx.AsyncClient(
                base_url=emulator.base, headers=HEADERS, **options
            ) as http:
                return await read(http)
        middlewares = [LimitedMiddleware(api, key="token")]
        async with aiohttp.ClientSession(
            emulator.base, headers=HEADERS, middlewares=middlewares
        ) as session:
            return await read(session)

    found, batches = asyncio.run(main())
    assert found == IDS
    assert len(batches) == 2


def test_pages_by_offset_cursor_and_link(base: str) -> None:
    Script.answers = [answer([1, 2]), answer([3])]
    policy = pages_of("offset", parameter="skip", size="n", default_size=2, max_size=5)
    with httpx.Client(base_url=base) as http:
        assert list(paginate(http, "/a", policy)) == [1, 2, 3]
        Script.answers = [
            answer({"data": [{"id": 7}, {"id": 8}], "has_more": True}),
            answer({"data": [{"id": 9}], "has_more": False}),
        ]
        stripe = Policy.named("stripe")
        assert [item["id"] for item in paginate(http, "/b", stripe, size=2)] == [7, 8, 9]
        Script.answers = [
            answer([1], Link=f'<{base}/c?page=2&per_page=1>; rel="next"'),
            answer([2], Link='</c?page=3>; rel="next"'),
            answer([3], Link='</c?page=1>; rel="first"'),
        ]
        github = Policy.named("github")
        assert list(paginate(http, "/c", github, size=1, params={"q": "x"})) == [1, 2, 3]
    assert [path for _, path, *_ in Script.seen] == [
        "/a?n=2&skip=0",
        "/a?n=2&skip=2",
        "/b?limit=2",
        "/b?limit=2&starting_after=8",
        "/c?q=x&per_page=1",
        "/c?page=2&per_page=1",
        "/c?page=3",
    ]


def test_what_goes_wrong_while_reading(base: str) -> None:
    github = Policy.named("github")
    with httpx.Client(base_url=base) as http:
        Script.answers = [answer([1], Link='<https://elsewhere.example/c>; rel="next"')]
        with pytest.raises(ValueError, match="on another host: https://elsewhere"):
            list(paginate(http, "/c", github))
        Script.answers = [answer({"rows": [1]}), answer({"a": {"rows": [1]}})]
        with pytest.raises(ValueError, match="no list in the body; say where with items="):
            list(paginate(http, "/c", github))
        assert list(paginate(http, "/c", github, items="a.rows")) == [1]
        Script.answers = [(404, {}, b'{"message":"Not Found"}')] * 2
        with pytest.raises(ApiError, match="404: Not Found"):
            list(paginate(http, "/c", github))
        with pytest.raises(ApiError) as raised:
            list(bulk(http, TAGS, IDS, Policy.named("velaflows")))
    assert raised.value.status == 404


@pytest.mark.parametrize(
    ("wrong", "exception", "message"),
    [
        (lambda: paginate(None, "/", Policy.named("stackflow")), ValueError, "nothing of pages"),
        (
            lambda: paginate(None, "/", Policy.named("github"), size=101),
            ValueError,
            "size=101",
        ),
        (lambda: paginate(None, "/", Policy.named("github"), size=0), ValueError, "size=0"),
        (lambda: paginate_async(None, "/", "github"), TypeError, "policy must be a"),  # type: ignore[arg-type]
        (lambda: bulk(None, "/a", [], Api.velaflows()), ValueError, "it has: /api/v1/tags/bulk"),
        (lambda: bulk_async(None, "/a", [], Api.stackflow()), ValueError, "it has: none"),
    ],
)
def test_wrong_use_is_told_at_once(wrong: Any, exception: type[Exception], message: str) -> None:
    with pytest.raises(exception, match=message):
        wrong()


def test_the_next_of_a_link_header() -> None:
    assert link_next(["</a>; rel=prev", b'</b>; rel="next"']) == "/b"
    assert link_next([]) is None
    with pytest.raises(TypeError, match="link must be str, bytes or an iterable of them, not int"):
        link_next(5)  # type: ignore[arg-type]
    paging = tidegate.Policy.named("velaflows").pages
    assert paging is not None
    assert repr(paging.start(5)) == "Paging(size=('limit', 5), position=('page', 1))"
