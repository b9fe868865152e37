"""The middlewares, in real servers, to the byte."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from typing import Any

import pytest

import apps
import tidegate
from served import ask, by_gunicorn, by_uvicorn
from tidegate import asgi, wsgi

PROBLEM = (
    '{"type":"https://iana.org/assignments/http-problem-types#quota-exceeded",'
    '"title":"Request cannot be satisfied as assigned quota has been exceeded","status":429,'
    '"detail":"Try again in 1800 seconds.","code":"RATE_LIMIT_EXCEEDED","requestId":"7f3a",'
    '"violated-policies":["default"]}'
)
COOKIES = [("content-type", "text/plain"), ("set-cookie", "a=1"), ("set-cookie", "b=2")]
"""A limit of two an hour: the second use leaves it full again in an hour, a third waits half."""
POLICY = ("ratelimit-policy", '"default";q=2;w=3600')


def test_asgi_tells_and_refuses() -> None:
    with by_uvicorn(apps.streaming("keyed")) as port:
        first, second, third = (ask(port, X_Request_Id="7f3a") for _ in range(3))
    assert first == (200, [*COOKIES, POLICY, ("ratelimit", '"default";r=1;t=1800')], b"fine")
    assert second == (200, [*COOKIES, POLICY, ("ratelimit", '"default";r=0;t=3600')], b"fine")
    assert third == (
        429,
        [
            POLICY,
            ("ratelimit", '"default";r=0;t=1800'),
            ("retry-after", "1800"),
            ("content-type", "application/problem+json"),
            ("content-length", str(len(PROBLEM))),
        ],
        PROBLEM.encode(),
    )


def test_a_policy_is_told_and_refused_in_its_own_form() -> None:
    with by_uvicorn(apps.streaming("velaflows", key_header="Authorization")) as port:
        for _ in range(10):
            status, headers, _ = ask(port, "/tags/bulk", "POST", Authorization="ann")
            assert status == 200
        status, headers, body = ask(port, "/tags/bulk", "POST", Authorization="ann")
        assert ask(port, "/tags/bulk", "POST", Authorization="bob")[0] == 200
    told = dict(headers)
    wait = int(told["retry-after"])
    assert status == 429
    assert list(told) == [
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "retry-after",
        "ratelimit-policy",
        "ratelimit",
        "content-type",
        "content-length",
    ]
    assert (told["x-ratelimit-limit"], told["x-ratelimit-remaining"]) == ("10", "0")
    assert told["ratelimit-policy"] == '"bulk";q=10;w=900'
    assert told["ratelimit"].startswith('"bulk";r=0;t=')
    assert told["content-type"] == "application/json"
    plural = "" if wait == 1 else "s"
    assert body.decode() == (
        '{"success":false,"error":{"code":"TOO_MANY_REQUESTS",'
        f'"message":"Rate limit exceeded. Try again in {wait} second{plural}."}}}}'
    )


def test_stackflow_names_the_request() -> None:
    with by_uvicorn(apps.streaming("stackflow", forms=())) as port:
        for _ in range(10):
            ask(port, "/api/v1/incidents/bulk", "POST")
        status, headers, body = ask(port, "/api/v1/incidents/bulk", "POST", X_Request_Id="7f3a")
        *_, other = ask(port, "/api/v1/incidents/bulk", "POST", X_Request_Id="x" * 999)
    assert status == 429
    assert "ratelimit" not in dict(headers)
    assert json.loads(body) == {
        "error": "Per-user rate limit reached",
        "code": "RATE_LIMIT_EXCEEDED",
        "requestId": "7f3a",
        "details": {},
    }
    assert len(json.loads(other)["requestId"]) == 36


def test_asgi_streams_and_passes_through_what_is_no_request() -> None:
    sync = pytest.importorskip("websockets.sync.client")
    app = apps.streaming("keyed", exempt=["/go"])
    with by_uvicorn(app) as port:
        assert app.app.started  # type: ignore[attr-defined] # lifespan came through
        for _ in range(5):
            with sync.connect(f"ws://127.0.0.1:{port}/ws") as socket:
                socket.send("hello")
                assert socket.recv() == "HELLO"
        read_in_halves(port)


def read_in_halves(port: int) -> None:
    """Read an answer whose second half is sent when somebody who has read the first asks."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/slow")
    answer = connection.getresponse()
    assert answer.read(5) == b"half "
    assert ask(port, "/go")[0] == 200
    assert answer.read() == b"fine"
    connection.close()


def test_behind_proxies_the_client_counts() -> None:
    with by_uvicorn(apps.streaming("keyed", trusted_proxies=1)) as port:
        statuses = [ask(port, X_Forwarded_For=f"6.6.6.{n}, 203.0.113.7")[0] for n in range(3)]
        assert statuses == [200, 200, 429]  # whatever the client writes on the left
        assert ask(port, X_Forwarded_For="203.0.113.8")[0] == 200
    with by_uvicorn(apps.streaming("keyed")) as port:
        statuses = [ask(port, X_Forwarded_For=f"203.0.113.{n}")[0] for n in range(3)]
        assert statuses == [200, 200, 429]  # without proxies nobody is believed
    options = {"trusted_proxies": 1, "forwarded_header": "Forwarded"}
    with by_uvicorn(apps.streaming("keyed", **options)) as port:
        values = ['for="[2001:db8:7:12ff::1]:1"', 'for="[2001:db8:7:1201::9]"', "for=192.0.2.1"]
        assert [ask(port, Forwarded=value)[0] for value in (*values, values[0])] == [200] * 3 + [
            429
        ]


def test_wsgi_under_gunicorn() -> None:
    with by_gunicorn("apps:under_gunicorn('keyed')") as port:
        read_in_halves(port)
        second = ask(port)
        third = ask(port, X_Request_Id="7f3a")
        fourth = ask(port, method="HEAD")
    cookies = COOKIES[:2]
    assert second == (200, [*cookies, POLICY, ("ratelimit", '"default";r=0;t=3600')], b"fine")
    refused = [
        POLICY,
        ("ratelimit", '"default";r=0;t=1800'),
        ("retry-after", "1800"),
        ("content-type", "application/problem+json"),
        ("content-length", str(len(PROBLEM))),
    ]
    assert third == (429, refused, PROBLEM.encode())
    assert (fourth[0], fourth[2]) == (429, b"")


def test_fastapi() -> None:
    fastapi = pytest.importorskip("fastapi")
    from tidegate.fastapi import RateLimit, Refused, refuse

    app, bare = fastapi.FastAPI(), fastapi.FastAPI()
    app.add_exception_handler(Refused, refuse)
    for each in (app, bare):
        limit = RateLimit(tidegate.KeyedRateLimiter("2/hour"), key=lambda request: request.method)

        @each.get("/a", dependencies=[fastapi.Depends(limit)])  # type: ignore[untyped-decorator, unused-ignore]
        async def view() -> dict[str, int]:
            return {"a": 1}

    with by_uvicorn(app) as port:
        ask(port, "/a")
        status, headers, body = ask(port, "/a")
        refused = ask(port, "/a", X_Request_Id="7f3a")
    assert (status, body) == (200, b'{"a":1}')
    assert headers[-2:] == [POLICY, ("ratelimit", '"default";r=0;t=3600')]
    assert (refused[0], refused[2]) == (429, PROBLEM.encode())
    assert dict(refused[1])["content-type"] == "application/problem+json"
    with by_uvicorn(bare) as port:
        asked = [ask(port, "/a", X_Request_Id="7f3a") for _ in range(3)]
    assert json.loads(asked[2][2]) == {"detail": json.loads(PROBLEM)}
    assert dict(asked[2][1])["retry-after"] == "1800"


def test_flask_under_gunicorn() -> None:
    with by_gunicorn("app_of_flask:app") as port:
        asked = [ask(port, "/a", X_Request_Id="7f3a") for _ in range(3)]
        logins = [ask(port, "/login", "POST")[0] for _ in range(2)]
    assert [status for status, *_ in asked] == [200, 200, 429]
    assert asked[1][1][-2:] == [POLICY, ("ratelimit", '"default";r=0;t=3600')]
    assert asked[2][2] == PROBLEM.encode()
    assert ("content-type", "application/problem+json") in asked[2][1]
    assert logins == [200, 429]


@pytest.mark.parametrize("server", ["gunicorn", "uvicorn"])
def test_django(server: str) -> None:
    """By WSGI and by ASGI, where its middleware is async."""
    if server == "gunicorn":
        with by_gunicorn("app_of_django:by_wsgi") as port:
            asked = [ask(port, "/a", X_Request_Id="7f3a") for _ in range(3)]
    else:
        import app_of_django

        with by_uvicorn(app_of_django.by_asgi) as port:
            asked = [ask(port, "/b", X_Request_Id="7f3a") for _ in range(3)]
    assert [status for status, *_ in asked] == [200, 200, 429]
    assert set(asked[1][1]) >= {POLICY, ("ratelimit", '"default";r=0;t=3600')}
    assert asked[2][2] == PROBLEM.encode()
    assert ("content-type", "application/problem+json") in asked[2][1]


@pytest.mark.parametrize(
    ("options", "exception", "message"),
    [
        (
            {"limits": "5/s"},
            TypeError,
            "Api or KeyedRateLimiter, not str",
        ),
        ({"forms": "x"}, TypeError, "forms must be several, in a tuple or list, not one str"),
        ({"exempt": "/a"}, TypeError, "exempt must be several, in a tuple or list, not one str"),
        ({"forms": ["draft-5"]}, ValueError, "the form of headers must be one of"),
        ({"trusted_proxies": -1}, ValueError, "trusted_proxies=-1"),
        ({"ipv6_prefix": 129}, ValueError, "the prefix of IPv6 addresses must be"),
        ({"what": 1}, TypeError, "what"),
    ],
)
def test_wrong_options(options: Any, exception: type[Exception], message: str) -> None:
    given = {"limits": apps.NAMES["keyed"](), **options}
    for kind in (asgi.RateLimitMiddleware, wsgi.RateLimitMiddleware):
        with pytest.raises(exception, match=message):
            kind(apps.plain, **given)  # type: ignore[arg-type]


def test_odd_requests_are_judged_too() -> None:
    app = wsgi.RateLimitMiddleware(apps.plain, tidegate.Api.stackflow())
    environ = {"REQUEST_METHOD": "PROPFIND", "PATH_INFO": "*"}
    seen: list[str] = []
    list(app(environ, lambda status, headers, exc_info=None: seen.append(status)))  # type: ignore[arg-type]
    assert seen == ["200 OK"]


@pytest.mark.parametrize(
    "name",
    ["aiohttp", "django", "fastapi", "flask", "hishel", "httpx", "httpx2", "requests", "urllib3"],
)
def test_a_missing_library_is_named_with_its_extra(name: str) -> None:
    code = f"import sys; sys.modules[{name!r}] = None; import tidegate.{name}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert f'pip install "tidegate[{name}]"' in done.stderr.splitlines()[-1]


def test_tidegate_alone_imports_none_of_them() -> None:
    code = (
        "import sys; before = set(sys.modules); import tidegate; print(*set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded.isdisjoint({"aiohttp", "asyncio", "httpx", "requests", "urllib3", "django"})
    assert "tidegate._drive" not in done.stdout
