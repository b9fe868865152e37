"""A dependency for FastAPI: ``pip install "tidegate[fastapi]"``.

>>> import fastapi, tidegate
>>> from tidegate.fastapi import RateLimit, Refused, refuse
>>> app = fastapi.FastAPI()
>>> app.add_exception_handler(Refused, refuse)
>>> logins = RateLimit(tidegate.KeyedRateLimiter("5/minute"))
>>> @app.post("/login", dependencies=[fastapi.Depends(logins)])
... async def login():
...     ...

It limits single routes; for all of them there is ``tidegate.asgi.RateLimitMiddleware``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

try:
    from fastapi import HTTPException, Request, Response
except ImportError as error:
    raise ImportError('tidegate.fastapi needs fastapi: pip install "tidegate[fastapi]"') from error

from ._serve import Gate, Visit
from .asgi import visit

if TYPE_CHECKING:
    from ._core import Api, KeyedRateLimiter
    from ._serve import Verdict
    from ._types import FormName, Key

__all__ = ["RateLimit", "Refused", "refuse"]


class Refused(HTTPException):
    """A request that was refused.

    Without ``refuse`` as its handler FastAPI answers with its usual 429, whose detail is the body.
    """

    verdict: Verdict
    """The headers and the body of the answer."""

    def __init__(self, verdict: Verdict) -> None:
        own = ("Content-Type", "Content-Length")
        headers = {name: value for name, value in verdict.headers if name not in own}
        super().__init__(429, json.loads(verdict.body), headers)
        self.verdict = verdict


async def refuse(request: Request, refused: Exception) -> Response:
    """Answer as the policy's API does: for ``app.add_exception_handler(Refused, refuse)``."""
    assert isinstance(refused, Refused)  # OK because it is the handler of no other
    return Response(refused.verdict.body, 429, dict(refused.verdict.headers))


class RateLimit:
    """Lets a request to a route in if the limits allow it, and raises ``Refused`` if not.

    The options are those of ``tidegate.asgi.RateLimitMiddleware``; ``key`` and ``role`` may be
    functions of the request. The headers are told in the answers that FastAPI makes; what a route
    returns as a ``Response`` of its own goes as it is.
    """

    def __init__(
        self,
        limits: Api | KeyedRateLimiter,
        *,
        key: Callable[[Request], Key | None] | None = None,
        key_header: str | None = None,
        role: str | Callable[[Request], str] = "",
        forms: Iterable[FormName] = ("draft-10",),
        trusted_proxies: int = 0,
        forwarded_header: str = "X-Forwarded-For",
        ipv6_prefix: int = 56,
    ) -> None:
        self._gate: Gate[Request] = Gate(
            limits,
            key=key,
            key_header=key_header,
            role=role,
            forms=forms,
            trusted_proxies=trusted_proxies,
            forwarded_header=forwarded_header,
            ipv6_prefix=ipv6_prefix,
        )

    async def __call__(self, request: Request, response: Response) -> None:
        """Count a request."""
        asked = visit(request.scope)
        verdict = self._gate.judge(
            Visit(request, asked.method, asked.path, asked.peer, asked.headers)
        )
        if verdict is None:
            return
        if not verdict.allowed:
            raise Refused(verdict)
        for name, value in verdict.headers:
            response.headers[name] = value
