"""Transports for httpx2 that keep to an API's limits: ``pip install "tidegate[httpx2]"``.

>>> import httpx2, tidegate
>>> from tidegate.httpx2 import LimitedTransport
>>> api = tidegate.Api.stackflow()
>>> client = httpx2.Client(transport=LimitedTransport(api, key="alice"))

Every request of the client then waits for its turn, is tried again where that is safe, and obeys
what the server says, for all clients of this ``api``. Redirects are requests too.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

try:
    import httpx2
except ImportError as error:
    raise ImportError('tidegate.httpx2 needs httpx2: pip install "tidegate[httpx2]"') from error

import anyio  # httpx2 needs it too

from ._drive import MOST, Answer, Outcome, Rules, has_tls_cause, outcome, shorter
from ._errors import NotSent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from types import TracebackType

    from typing_extensions import Self

    from ._core import Api
    from ._types import FailureName, ReasonName, Seconds

__all__ = ["AsyncLimitedTransport", "LimitedTransport", "Outcome", "RequestNotSent", "outcome"]


class RequestNotSent(NotSent, httpx2.TransportError):
    """A request that was given up before it was sent; ``reason`` says why."""

    def __init__(self, reason: ReasonName, server_delay: float | None = None) -> None:
        NotSent.__init__(self, reason, server_delay)
        self._request = None


class LimitedTransport(httpx2.BaseTransport):
    """A transport that sends as an ``Api`` allows, through another transport.

    The last response is returned, whatever its status, and the last exception raised, with a note;
    ``outcome(response)`` tells how often it was sent and why no more. ``RequestNotSent`` is raised
    if it could not be sent at all.

    ``key`` is whose limits they are: the user or token, or a function of the request that tells it.
    So are ``role`` and ``tokens``, of ``Api.call``. After ``timeout`` seconds no wait is begun any
    more. A send may take as long as the policy lets an attempt take, between two bytes, and as long
    as httpx2 is told. With ``idempotency_keys=True`` each POST and PATCH gets an Idempotency-Key,
    so that it may be repeated: only for servers that heed it. With ``raise_for_error=True`` an
    answer from 400 up is raised as ``tidegate.ApiError``.

    A body that can be read once only, as a generator or a file, is sent once only.
    """

    def __init__(
        self,
        api: Api,
        transport: httpx2.BaseTransport | None = None,
        *,
        key: str | bytes | Callable[[httpx2.Request], str | bytes] = "any",
        role: str | Callable[[httpx2.Request], str] = "",
        tokens: int | Callable[[httpx2.Request], int] = 0,
        timeout: Seconds | None = None,
        idempotency_keys: bool = False,
        raise_for_error: bool = False,
    ) -> None:
        self._rules: Rules[httpx2.Request] = Rules(
            api, key, role, tokens, timeout, idempotency_keys, raise_for_error
        )
        self._transport = httpx2.HTTPTransport() if transport is None else transport

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and return its response."""
        limits = dict(request.extensions.get("timeout") or {})

        def send(left: float | None) -> Answer[httpx2.Response]:
            _limit(request, limits, left)
            return _look(self._transport.handle_request(request))

        course = self._rules.course(
            request,
            request.method,
            _path(request),
            request.headers,
            failure,
            RequestNotSent,
            _is_repeatable(request),
        )
        response: httpx2.Response = course.run(send, _release)
        response.extensions["tidegate"] = outcome(response)
        return response

    def close(self) -> None:
        """Close the transport beneath."""
        self._transport.close()

    def __enter__(self) -> Self:
        self._transport.__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self._transport.__exit__(exc_type, exc_value, traceback)


class AsyncLimitedTransport(httpx2.AsyncBaseTransport):
    """As ``LimitedTransport``, for ``httpx2.AsyncClient`` under asyncio and trio.

    An attempt that has no answer when the policy's time for it is over is cut off.
    """

    def __init__(
        self,
        api: Api,
        transport: httpx2.AsyncBaseTransport | None = None,
        *,
        key: str | bytes | Callable[[httpx2.Request], str | bytes] = "any",
        role: str | Callable[[httpx2.Request], str] = "",
        tokens: int | Callable[[httpx2.Request], int] = 0,
        timeout: Seconds | None = None,
        idempotency_keys: bool = False,
        raise_for_error: bool = False,
    ) -> None:
        self._rules: Rules[httpx2.Request] = Rules(
            api, key, role, tokens, timeout, idempotency_keys, raise_for_error
        )
        self._transport = httpx2.AsyncHTTPTransport() if transport is None else transport

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and return its response."""

        async def send(left: float | None) -> Answer[httpx2.Response]:
            try:
                with anyio.fail_after(left):
                    return await _look_async(await self._transport.handle_async_request(request))
            except TimeoutError as error:
                if left is None:
                    raise  # not that of the attempt
                message = f"no answer within {left:g} s"
                raise httpx2.ReadTimeout(message, request=request) from error

        course = self._rules.course(
            request,
            request.method,
            _path(request),
            request.headers,
            failure,
            RequestNotSent,
            _is_repeatable(request),
        )
        response: httpx2.Response = await course.run_async(send, _release_async)
        response.extensions["tidegate"] = outcome(response)
        return response

    async def aclose(self) -> None:
        """Close the transport beneath."""
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self._transport.__aexit__(exc_type, exc_value, traceback)


def failure(error: BaseException) -> FailureName | None:
    """Name how a send ended that got no answer; None if that is not the network's doing.

    >>> failure(httpx2.ConnectError("refused")), failure(httpx2.ReadTimeout("late"))
    ('connect_refused', 'read_timeout')
    """
    if not isinstance(error, httpx2.TransportError):
        return None
    if isinstance(error, (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError)):
        return None
    if isinstance(error, httpx2.ProxyError):
        return None
    if has_tls_cause(error):
        return "tls"
    if isinstance(error, httpx2.ConnectError):
        return "connect_refused"
    if isinstance(error, (httpx2.ConnectTimeout, httpx2.PoolTimeout)):
        return "connect_timeout"
    return "read_timeout" if isinstance(error, httpx2.TimeoutException) else "reset"


def _path(request: httpx2.Request) -> str:
    return request.url.raw_path.partition(b"?")[0].decode("ascii")


def _is_repeatable(request: httpx2.Request) -> bool:
    # Multipart bodies rewind their files; their class is not public.
    stream = request.stream
    return isinstance(stream, httpx2.ByteStream) or type(stream).__name__ == "MultipartStream"


def _limit(request: httpx2.Request, limits: dict[str, float | None], left: float | None) -> None:
    kinds = ("connect", "read", "write", "pool")
    request.extensions["timeout"] = {kind: shorter(limits.get(kind), left) for kind in kinds}


class _Refused(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """The body of an answer that may be the last one or not: what was read of it, and the rest."""

    def __init__(self, response: httpx2.Response) -> None:
        self.source = response.stream
        self.read: list[bytes] = []
        self.rest: Iterator[bytes] | None = None
        self.rest_async: AsyncIterator[bytes] | None = None

    def is_long(self) -> bool:
        return sum(map(len, self.read)) > MOST

    def __iter__(self) -> Iterator[bytes]:
        yield from self.read
        if self.rest is not None:
            yield from self.rest

    def close(self) -> None:
        self.rest = None
        if isinstance(self.source, httpx2.SyncByteStream):
            self.source.close()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.read:
            yield chunk
        if self.rest_async is not None:
            async for chunk in self.rest_async:
                yield chunk

    async def aclose(self) -> None:
        self.rest_async = None
        if isinstance(self.source, httpx2.AsyncByteStream):
            await self.source.aclose()

    def answer(self, response: httpx2.Response) -> Answer[httpx2.Response]:
        """Put it in place of the response's own, and tell what the body says if it is whole."""
        status, headers = response.status_code, response.headers
        body = b""
        if self.rest is None and self.rest_async is None:
            read = b"".join(self.read)
            with contextlib.suppress(httpx2.DecodingError):  # its reader will be told
                body = httpx2.Response(status, headers=headers, content=read).content
        extensions = response.extensions
        again = httpx2.Response(status, headers=headers, stream=self, extensions=extensions)
        return Answer(again, status, headers, body)


def _look(response: httpx2.Response) -> Answer[httpx2.Response]:
    if response.status_code < 400:
        return Answer(response, response.status_code, response.headers, b"")
    body = _Refused(response)
    try:
        assert isinstance(response.stream, httpx2.SyncByteStream)  # OK: it is a sync transport's
        rest = iter(response.stream)
        for chunk in rest:
            body.read.append(chunk)
            if body.is_long():
                body.rest = rest
                break
        else:
            body.close()
    except BaseException:
        body.close()
        raise
    return body.answer(response)


async def _look_async(response: httpx2.Response) -> Answer[httpx2.Response]:
    if response.status_code < 400:
        return Answer(response, response.status_code, response.headers, b"")
    body = _Refused(response)
    try:
        assert isinstance(response.stream, httpx2.AsyncByteStream)  # OK: it is an async transport's
        rest = response.stream.__aiter__()
        async for chunk in rest:
            body.read.append(chunk)
            if body.is_long():
                body.rest_async = rest
                break
        else:
            await body.aclose()
    except BaseException:
        await body.aclose()
        raise
    return body.answer(response)


def _release(response: httpx2.Response) -> None:
    if isinstance(response.stream, httpx2.SyncByteStream):
        response.stream.close()


async def _release_async(response: httpx2.Response) -> None:
    if isinstance(response.stream, httpx2.AsyncByteStream):
        await response.stream.aclose()
