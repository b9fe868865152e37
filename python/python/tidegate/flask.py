"""An extension for Flask: ``pip install "tidegate[flask]"``.

>>> import flask, tidegate
>>> from tidegate.flask import RateLimit
>>> app = flask.Flask("shop")
>>> limit = RateLimit(tidegate.KeyedRateLimiter("100/minute"), app)
>>> logins = RateLimit(tidegate.KeyedRateLimiter("5/minute"))
>>> @app.post("/login")
... @logins
... def login():
...     ...

With an app it is for all of its routes, as a decorator for one. Each process has limits of its own.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

try:
    import flask
except ImportError as error:
    raise ImportError('tidegate.flask needs flask: pip install "tidegate[flask]"') from error

from ._serve import Gate, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ._core import Api, KeyedRateLimiter
    from ._types import FormName, Key

    P = ParamSpec("P")
    T = TypeVar("T")

__all__ = ["RateLimit"]


class RateLimit:
    """Lets in what the limits allow, tells them in the headers, and refuses the rest with a 429.

    The options are those of ``tidegate.asgi.RateLimitMiddleware``; ``key`` and ``role`` may be
    functions of ``flask.request``. Paths in ``exempt`` are not counted. Bodies stream through.
    """

    def __init__(
        self,
        limits: Api | KeyedRateLimiter,
        app: flask.Flask | None = None,
        *,
        key: Callable[[flask.Request], Key | None] | None = None,
        key_header: str | None = None,
        role: str | Callable[[flask.Request], str] = "",
        forms: Iterable[FormName] = ("draft-10",),
        exempt: Iterable[str] = (),
        trusted_proxies: int = 0,
        forwarded_header: str = "X-Forwarded-For",
        ipv6_prefix: int = 56,
    ) -> None:
        self._gate: Gate[flask.Request] = Gate(
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
        if app is not None:
            self.init_app(app)

    def init_app(self, app: flask.Flask) -> None:
        """Limit all routes of an app."""
        app.before_request(self._before)
        app.extensions.setdefault("tidegate", []).append(self)

    def __call__(self, view: Callable[P, T]) -> Callable[P, T | flask.Response]:
        """Limit one view."""

        @functools.wraps(view)
        def limited(*args: P.args, **kwargs: P.kwargs) -> T | flask.Response:
            refusal = self._before()
            if refusal is not None:
                return refusal
            call = cast("Callable[P, T]", flask.current_app.ensure_sync(view))
            return call(*args, **kwargs)

        return limited

    def _before(self) -> flask.Response | None:
        verdict = self._gate.judge(_visit())
        if verdict is None:
            return None
        if not verdict.allowed:
            return flask.Response(verdict.body, 429, verdict.headers)

        @flask.after_this_request
        def tell(response: flask.Response) -> flask.Response:
            response.headers.extend(verdict.headers)
            return response

        return None


def _visit() -> Visit[flask.Request]:
    request: flask.Request = flask.request
    path = request.root_path.rstrip("/") + request.path
    return Visit(request, request.method, path, request.remote_addr, request.headers.getlist)
