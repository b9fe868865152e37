"""A middleware for Django, sync and async: ``pip install "tidegate[django]"``.

In the settings::

    MIDDLEWARE = ["tidegate.django.RateLimitMiddleware", ...]
    TIDEGATE = {"limits": tidegate.KeyedRateLimiter("100/minute"), "trusted_proxies": 1}

``TIDEGATE`` are the options of ``tidegate.asgi.RateLimitMiddleware``; ``key`` and ``role`` may be
functions of the request. Each process has limits of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

try:
    from asgiref.sync import iscoroutinefunction, markcoroutinefunction
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.http import HttpResponse
except ImportError as error:
    raise ImportError('tidegate.django needs django: pip install "tidegate[django]"') from error

from ._serve import Gate, Visit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from django.http import HttpRequest, HttpResponseBase

    from ._serve import Verdict

__all__ = ["RateLimitMiddleware"]


class RateLimitMiddleware:
    """Lets in what the limits allow, tells them in the headers, and refuses the rest with a 429.

    Put it before what is costly and behind what tells who asks, if ``key`` wants to know that. It
    neither waits nor reads a body, so it blocks no event loop.

    Raises ``ImproperlyConfigured`` where the settings lack ``TIDEGATE`` or have it wrong.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)
        options = getattr(settings, "TIDEGATE", None)
        if not isinstance(options, dict):
            raise ImproperlyConfigured('TIDEGATE must be a dict with "limits"')
        try:
            self._gate: Gate[HttpRequest] = Gate(**options)
        except (TypeError, ValueError) as error:
            raise ImproperlyConfigured(f"TIDEGATE: {error}") from error

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer a request."""
        if self.is_async:
            return self._answer_async(request)
        verdict = self._gate.judge(_visit(request))
        if verdict is not None and not verdict.allowed:
            return _refusal(verdict)
        response: HttpResponseBase = self.get_response(request)
        return _told(response, verdict)

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        verdict = self._gate.judge(_visit(request))
        if verdict is not None and not verdict.allowed:
            return _refusal(verdict)
        response: HttpResponseBase = await self.get_response(request)
        return _told(response, verdict)


def _visit(request: HttpRequest) -> Visit[HttpRequest]:
    def headers(name: str) -> list[str]:
        value = request.headers.get(name)  # pyright: ignore[reportAttributeAccessIssue]  # its stubs have none
        return [] if value is None else [value]  # Django has joined several

    return Visit(
        request, request.method or "GET", request.path, request.META.get("REMOTE_ADDR"), headers
    )


def _refusal(verdict: Verdict) -> HttpResponse:
    return HttpResponse(verdict.body, status=429, headers=dict(verdict.headers))


def _told(response: HttpResponseBase, verdict: Verdict | None) -> HttpResponseBase:
    if verdict is not None:
        for name, value in verdict.headers:
            response.headers[name] = value
    return response
