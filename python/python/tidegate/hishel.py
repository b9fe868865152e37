"""Answers kept by hishel for as long as the policy says: ``pip install "tidegate[hishel]"``.

>>> import httpx, tidegate
>>> from tidegate.hishel import CachedTransport
>>> from tidegate.httpx import LimitedTransport
>>> api = tidegate.Api.velaflows()
>>> client = httpx.Client(transport=CachedTransport(api.policy, LimitedTransport(api, key="token")))

What is kept costs no request, and who asks for the same at the same time shares one.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

try:
    import httpx
    from hishel import AsyncBaseStorage, AsyncSqliteStorage, BaseStorage, SqliteStorage
    from hishel.httpx import AsyncCacheTransport, CacheTransport
except ImportError as error:
    raise ImportError(
        'tidegate.hishel needs hishel 2 and httpx: pip install "tidegate[hishel]"'
    ) from error

import anyio  # httpx needs it too

from ._core import Policy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

E = TypeVar("E")

__all__ = ["AsyncCachedTransport", "CachedTransport"]

VARY = ("Authorization", "Cookie", "Accept", "Accept-Language")
"""Requests that differ in these are not answered by what was kept of another."""


class CachedTransport(httpx.BaseTransport):
    """A transport that keeps answers for ``Policy.cache_ttl``, in front of another transport.

    Only what the policy has a time for is kept, whatever the server's Cache-Control says, and only
    successes. A request with ``Cache-Control: no-cache`` or ``no-store`` goes past it. An
    answer that may be kept is read to its end before it is handed on.

    Whoever asks while another asks for the same waits for that answer, or that exception.

    ``storage`` is one of hishel's; if it is not given, answers are kept in the memory of this
    process. ``vary`` are the headers in which requests for the same differ.
    """

    def __init__(
        self,
        policy: Policy,
        transport: httpx.BaseTransport,
        *,
        storage: BaseStorage | None = None,
        vary: Iterable[str] = VARY,
    ) -> None:
        if storage is None:
            memory = sqlite3.connect(":memory:", check_same_thread=False)
            storage = SqliteStorage(connection=memory)
        self._rules = _Rules(policy, vary)
        self._transport = transport
        self._cache = CacheTransport(transport, storage)
        self._lock = threading.Lock()
        self._flights: dict[str, _Flight[threading.Event]] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request from what was kept, or send it."""
        key = self._rules.key(request)
        if key is None:
            return self._transport.handle_request(request)
        while True:
            with self._lock:
                flight = self._flights.get(key)
                leads = flight is None
                if flight is None:
                    flight = self._flights[key] = _Flight(threading.Event())
            if leads:
                return self._lead(key, flight, request)
            flight.over.wait()
            if (answer := flight.landed()) is not None:
                return answer

    def _lead(
        self, key: str, flight: _Flight[threading.Event], request: httpx.Request
    ) -> httpx.Response:
        try:
            response = self._cache.handle_request(request)
            assert isinstance(response.stream, httpx.SyncByteStream)  # OK: it is a sync transport's
            try:
                flight.kept = _Kept(response, b"".join(response.stream))
            finally:
                response.stream.close()
        except Exception as error:
            flight.error = error
            raise
        finally:
            with self._lock:
                del self._flights[key]
            flight.over.set()
        return flight.kept.response()

    def close(self) -> None:
        """Close the transport beneath and the storage."""
        self._cache.close()


class AsyncCachedTransport(httpx.AsyncBaseTransport):
    """As ``CachedTransport``, for ``httpx.AsyncClient`` under asyncio and trio."""

    def __init__(
        self,
        policy: Policy,
        transport: httpx.AsyncBaseTransport,
        *,
        storage: AsyncBaseStorage | None = None,
        vary: Iterable[str] = VARY,
    ) -> None:
        if storage is None:
            storage = AsyncSqliteStorage(database_path=":memory:")
        self._rules = _Rules(policy, vary)
        self._transport = transport
        self._cache = AsyncCacheTransport(transport, storage)
        self._flights: dict[str, _Flight[anyio.Event]] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request from what was kept, or send it."""
        key = self._rules.key(request)
        if key is None:
            return await self._transport.handle_async_request(request)
        while (flight := self._flights.get(key)) is not None:
            await flight.over.wait()
            if (answer := flight.landed()) is not None:
                return answer
        flight = self._flights[key] = _Flight(anyio.Event())
        try:
            response = await self._cache.handle_async_request(request)
            assert isinstance(response.stream, httpx.AsyncByteStream)  # OK: an async transport's
            try:
                flight.kept = _Kept(response, b"".join([part async for part in response.stream]))
            finally:
                await response.stream.aclose()
        except Exception as error:
            flight.error = error
            raise
        finally:
            del self._flights[key]
            flight.over.set()
        return flight.kept.response()

    async def aclose(self) -> None:
        """Close the transport beneath and the storage."""
        await self._cache.aclose()


class _Rules:
    """What is kept, for how long, and under which key."""

    def __init__(self, policy: Policy, vary: Iterable[str]) -> None:
        if not isinstance(policy, Policy):
            raise TypeError(f"policy must be a tidegate.Policy, not {type(policy).__name__}")
        self._policy = policy
        self._vary = tuple(name.lower() for name in vary)

    def key(self, request: httpx.Request) -> str | None:
        """Tell hishel what it must know; None if the request goes past it."""
        if request.method != "GET":
            return None  # the policy has no time for any other
        path = request.url.raw_path.partition(b"?")[0].decode("ascii")
        ttl = self._policy.cache_ttl("GET", path)
        wish = request.headers.get("Cache-Control", "")
        if ttl is None or "no-cache" in wish or "no-store" in wish:
            return None
        told = [(name, request.headers.get_list(name)) for name in self._vary]
        key = hashlib.sha256(repr((str(request.url), told)).encode()).hexdigest()
        request.extensions["caching"] = {"ttl": ttl, "key": key}
        return key


class _Flight(Generic[E]):
    """A request for which others wait."""

    def __init__(self, over: E) -> None:
        self.over = over
        self.kept: _Kept | None = None
        self.error: Exception | None = None

    def landed(self) -> httpx.Response | None:
        """Return its answer; None if whoever sent it was interrupted."""
        if self.error is not None:
            raise self.error
        if self.kept is None:
            return None
        return self.kept.response()


class _Kept(httpx.SyncByteStream, httpx.AsyncByteStream):
    """An answer that many may have."""

    def __init__(self, response: httpx.Response, body: bytes) -> None:
        self.status = response.status_code
        self.headers = response.headers.raw
        self.body = body
        told = ("tidegate", "caching", "http_version")  # others belong to one connection
        self.extensions = {k: v for k, v in response.extensions.items() if k in told}

    def response(self) -> httpx.Response:
        """Return it once more."""
        return httpx.Response(
            self.status, headers=self.headers, stream=self, extensions=dict(self.extensions)
        )

    def __iter__(self) -> Iterator[bytes]:
        yield self.body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.body
