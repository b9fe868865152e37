"""The applications that the tests of servers serve."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import tidegate
from tidegate import asgi, wsgi

NAMES: dict[str, Callable[[], tidegate.Api | tidegate.KeyedRateLimiter]] = {
    "stackflow": lambda: tidegate.Api.stackflow(),
    "velaflows": lambda: tidegate.Api.velaflows(),
    "keyed": lambda: tidegate.KeyedRateLimiter("2/hour"),
}


class Streaming:
    """An ASGI application that sends half of its answer, and the rest when it is told to."""

    def __init__(self) -> None:
        self.go: asyncio.Event | None = None
        self.started = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve."""
        if scope["type"] == "lifespan":
            await receive()
            self.started, self.go = True, asyncio.Event()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            message = await receive()
            await send({"type": "websocket.send", "text": message["text"].upper()})
            await send({"type": "websocket.close"})
            return
        headers = [
            (b"content-type", b"text/plain"),
            (b"set-cookie", b"a=1"),
            (b"set-cookie", b"b=2"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        assert self.go is not None
        if scope["path"] == "/go":
            self.go.set()
        elif scope["path"] == "/slow":
            await send({"type": "http.response.body", "body": b"half ", "more_body": True})
            await self.go.wait()
        await send({"type": "http.response.body", "body": b"fine"})


released = threading.Event()


def plain(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Serve the same by WSGI."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1")])
    return body(environ["PATH_INFO"])


def body(path: str) -> Iterator[bytes]:
    """Make an answer's body."""
    if path == "/go":
        released.set()
    elif path == "/slow":
        yield b"half "
        released.wait()
    yield b"fine"


def streaming(limits: str, **options: Any) -> asgi.RateLimitMiddleware:
    """Return the ASGI application within limits of this name."""
    return asgi.RateLimitMiddleware(Streaming(), NAMES[limits](), **options)


def under_gunicorn(limits: str) -> wsgi.RateLimitMiddleware:
    """Return the WSGI application: ``gunicorn "apps:under_gunicorn('keyed')"``."""
    return wsgi.RateLimitMiddleware(plain, NAMES[limits](), exempt=["/go"])
