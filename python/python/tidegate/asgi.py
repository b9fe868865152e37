"""A middleware for ASGI, and so for Starlette, FastAPI, Litestar, Quart and Django.

>>> import tidegate
>>> from tidegate.asgi import RateLimitMiddleware
>>> async def app(scope, receive, send):
...     ...
>>> app = RateLimitMiddleware(app, tidegate.KeyedRateLimiter("100/minute"))

Nothing but tidegate is needed. In Starlette and FastAPI it is
``app.add_middleware(RateLimitMiddleware, limits=...)``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import TYPE_CHECKING, Any, TypeAlias

from ._serve import Gate, Visit

if TYPE_CHECKING:
    from ._core import Api, KeyedRateLimiter
    from ._serve import Verdict
    from ._types import FormName, Key

__all__ = ["RateLimitMiddleware"]

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


class RateLimitMiddleware:
    """Lets in what the limits allow, tells them in the headers, and refuses the rest with a 429.

    ``limits`` is an ``Api``, whose policy then says what is counted together, how it is told and
    what a refusal looks like (for up to 63 keys), or a ``KeyedRateLimiter``: one limit for each of
    any number of clients, and refusals as problem details (RFC 9457).

    Whose limits they are: ``key`` makes it of the scope; else the header ``key_header`` says it,
    where something in front has checked it (who can make up keys has no limit); else it is the
    address of the client. Behind proxies say how many are yours with ``trusted_proxies``; they tell
    in ``forwarded_header``, which may be "Forwarded" (RFC 7239), and ``ipv6_prefix`` is that of
    ``client_key``. ``role``, or a function of the scope, is a role of the policy.

    ``forms`` are those of ``announce`` in which limits are told beside the policy's own. Paths in
    ``exempt`` are not counted. Bodies stream through; websockets and lifespan are not touched.
    """

    def __init__(
        self,
        app: App,
        limits: Api | KeyedRateLimiter,
        *,
        key: Callable[[Scope], Key | None] | None = None,
        key_header: str | None = None,
        role: str | Callable[[Scope], str] = "",
        forms: Iterable[FormName] = ("draft-10",),
        exempt: Iterable[str] = (),
        trusted_proxies: int = 0,
        forwarded_header: str = "X-Forwarded-For",
        ipv6_prefix: int = 56,
    ) -> None:
        self.app = app
        self._gate: Gate[Scope] = Gate(
            limits,
            key=key,
            key_header=key_header,
            role=role,
            forms=forms,
            exempt=exempt,
            trusted_proxies=trusted_proxies,
            forwarded_header=forwarded_header,
            ipv6_prefix=ipv6_prefix,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        verdict = self._gate.judge(visit(scope)) if scope["type"] == "http" else None
        if verdict is None:
            await self.app(scope, receive, send)
        elif verdict.allowed:
            await self.app(scope, receive, telling(verdict, send))
        else:
            await send(start(429, verdict))
            await send({"type": "http.response.body", "body": verdict.body})


def visit(scope: Scope) -> Visit[Scope]:
    """Translate a scope."""

    def headers(name: str) -> list[str]:
        wanted = name.lower().encode("latin-1")
        return [
            value.decode("latin-1") for given, value in scope["headers"] if given.lower() == wanted
        ]

    client = scope.get("client")
    return Visit(scope, scope["method"], scope["path"], client[0] if client else None, headers)


def telling(verdict: Verdict, send: Send) -> Send:
    """Return a ``send`` that adds the headers to the start of the answer."""

    async def send_on(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *pairs(verdict)]}
        await send(message)

    return send_on


def start(status: int, verdict: Verdict) -> Message:
    """Return the start of an answer that says nothing else."""
    return {"type": "http.response.start", "status": status, "headers": pairs(verdict)}


def pairs(verdict: Verdict) -> list[tuple[bytes, bytes]]:
    """Return the headers as ASGI has them."""
    return [
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in verdict.headers
    ]
