"""A middleware for WSGI: Flask, Bottle, Pyramid, Django under gunicorn and the like.

>>> import tidegate
>>> from tidegate.wsgi import RateLimitMiddleware
>>> def app(environ, start_response):
...     ...
>>> app = RateLimitMiddleware(app, tidegate.KeyedRateLimiter("100/minute"))

Nothing but tidegate is needed. Each process of a server has limits of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._serve import Gate, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from ._core import Api, KeyedRateLimiter
    from ._types import FormName, Key

    ExcInfo = (
        tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
    )

__all__ = ["RateLimitMiddleware"]


class RateLimitMiddleware:
    """Lets in what the limits allow, tells them in the headers, and refuses the rest with a 429.

    The options are those of ``tidegate.asgi.RateLimitMiddleware``; ``key`` and ``role`` may be
    functions of the environ. Bodies stream through.
    """

    def __init__(
        self,
        app: WSGIApplication,
        limits: Api | KeyedRateLimiter,
        *,
        key: Callable[[WSGIEnvironment], Key | None] | None = None,
        key_header: str | None = None,
        role: str | Callable[[WSGIEnvironment], str] = "",
        forms: Iterable[FormName] = ("draft-10",),
        exempt: Iterable[str] = (),
        trusted_proxies: int = 0,
        forwarded_header: str = "X-Forwarded-For",
        ipv6_prefix: int = 56,
    ) -> None:
        self.app = app
        self._gate: Gate[WSGIEnvironment] = Gate(
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

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        verdict = self._gate.judge(visit(environ))
        if verdict is None:
            return self.app(environ, start_response)
        if not verdict.allowed:
            start_response("429 Too Many Requests", verdict.headers)
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [verdict.body]
        told = verdict.headers

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None, /
        ) -> Callable[[bytes], object]:
            return start_response(status, [*headers, *told], exc_info)

        return self.app(environ, start)


def visit(environ: WSGIEnvironment) -> Visit[WSGIEnvironment]:
    """Translate an environ."""

    def headers(name: str) -> list[str]:
        value = environ.get("HTTP_" + name.upper().replace("-", "_"))
        return [] if value is None else [value]  # the server has joined several

    path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")) or "/"
    peer = environ.get("REMOTE_ADDR")
    return Visit(environ, environ["REQUEST_METHOD"], path, peer, headers)
