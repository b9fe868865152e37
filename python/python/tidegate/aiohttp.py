"""A middleware for aiohttp's client that keeps to an API's limits: ``tidegate[aiohttp]``.

>>> import aiohttp, tidegate
>>> from tidegate.aiohttp import LimitedMiddleware
>>> api = tidegate.Api.stackflow()
>>> async def main():
...     async with aiohttp.ClientSession(middlewares=[LimitedMiddleware(api, key="alice")]) as http:
...         ...

Every request of the session then waits for its turn, is tried again where that is safe, and obeys
what the server says, for all clients of this ``api``. Redirects are requests too.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

try:
    import aiohttp
    from aiohttp import ClientHandlerType, ClientRequest, ClientResponse  # new in 3.12
except ImportError as error:
    raise ImportError(
        'tidegate.aiohttp needs aiohttp 3.12 or newer: pip install "tidegate[aiohttp]"'
    ) from error

from ._drive import MOST, Answer, Outcome, Rules, mark, outcome, shorter
from ._errors import NotSent

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._core import Api
    from ._types import FailureName, ReasonName, Seconds

__all__ = ["LimitedMiddleware", "Outcome", "RequestNotSent", "outcome"]


class RequestNotSent(NotSent, aiohttp.ClientConnectionError):
    """A request that was given up before it was sent; ``reason`` says why."""

    def __init__(self, reason: ReasonName, server_delay: float | None = None) -> None:
        NotSent.__init__(self, reason, server_delay)


class LimitedMiddleware:
    """A middleware that sends as an ``Api`` allows.

    The last response is returned, whatever its status, and the last exception raised, with a note;
    ``outcome(response)`` tells how often it was sent and why no more. ``RequestNotSent`` is raised
    if it could not be sent at all.

    ``key`` is whose limits they are: the user or token, or a function of the request that tells it.
    So are ``role`` and ``tokens``, of ``Api.call``. After ``timeout`` seconds no wait is begun any
    more. A send may take as long as the policy lets an attempt take. With ``idempotency_keys=True``
    each POST and PATCH gets an Idempotency-Key, so that it may be repeated: only for servers that
    heed it. With ``raise_for_error=True`` an answer from 400 up is raised as ``tidegate.ApiError``.

    aiohttp's own ``ClientTimeout(total=...)``, five minutes if nothing else is said, goes on while
    a request waits for its turn: set it to None where limits are longer, and say ``timeout`` here.
    A body that can be read once only is sent once only.
    """

    def __init__(
        self,
        api: Api,
        *,
        key: str | bytes | Callable[[ClientRequest], str | bytes] = "any",
        role: str | Callable[[ClientRequest], str] = "",
        tokens: int | Callable[[ClientRequest], int] = 0,
        timeout: Seconds | None = None,
        idempotency_keys: bool = False,
        raise_for_error: bool = False,
    ) -> None:
        self._rules: Rules[ClientRequest] = Rules(
            api, key, role, tokens, timeout, idempotency_keys, raise_for_error
        )

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Send a request and return its response."""

        async def send(left: float | None) -> Answer[ClientResponse]:
            left = shorter(None, left)
            try:
                return await asyncio.wait_for(_send(request, handler), left)
            except aiohttp.ServerTimeoutError:
                raise
            except asyncio.TimeoutError as error:
                raise aiohttp.ServerTimeoutError(f"no answer within {left} s") from error

        course = self._rules.course(
            request,
            request.method,
            request.url.raw_path,
            request.headers,
            failure,
            RequestNotSent,
            not _is_spent_by_sending(request),
        )
        try:
            response: ClientResponse = await course.run_async(send, _release)
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
            if failure(error) != "reset":
                raise
            # aiohttp would begin the whole request anew after these two.
            lost = aiohttp.ClientConnectionError(str(error))
            if (became := outcome(error)) is not None:
                mark(lost, became)
            raise lost from error
        return response


def failure(error: BaseException) -> FailureName | None:
    """Name how a send ended that got no answer; None if that is not the network's doing.

    >>> failure(aiohttp.ServerDisconnectedError()), failure(aiohttp.ServerTimeoutError())
    ('reset', 'read_timeout')
    """
    if isinstance(error, aiohttp.ClientHttpProxyError | aiohttp.ClientProxyConnectionError):
        return None
    if isinstance(error, aiohttp.ClientSSLError):
        return "tls"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "connect_refused"
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return "connect_timeout"
    if isinstance(error, asyncio.TimeoutError):
        return "read_timeout"
    lost = aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, ConnectionError
    return "reset" if isinstance(error, lost) else None


def _is_spent_by_sending(request: ClientRequest) -> bool:
    # Files are rewound by aiohttp; iterators are not, and only say so once they are spent.
    return isinstance(request.body, aiohttp.AsyncIterablePayload)


async def _send(request: ClientRequest, handler: ClientHandlerType) -> Answer[ClientResponse]:
    response = await handler(request)
    body = b""
    if response.status >= 400 and (response.content_length or 0) <= MOST:
        try:
            body = await response.read()
        except BaseException:
            response.close()
            raise
    return Answer(response, response.status, response.headers, body)


async def _release(response: ClientResponse) -> None:
    response.release()
