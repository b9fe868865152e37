"""An adapter for requests that keeps to an API's limits: ``pip install "tidegate[requests]"``.

>>> import requests, tidegate
>>> from tidegate.requests import LimitedAdapter
>>> api = tidegate.Api.stackflow()
>>> session = requests.Session()
>>> session.mount("https://api.stackflow.example", LimitedAdapter(api, key="alice"))

Every request to what it is mounted at then waits for its turn, is tried again where that is safe,
and obeys what the server says, for all clients of this ``api``. Redirects are requests too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

try:
    import requests
    from requests.adapters import BaseAdapter, HTTPAdapter
    from requests.utils import rewind_body
except ImportError as error:
    raise ImportError(
        'tidegate.requests needs requests: pip install "tidegate[requests]"'
    ) from error

from urllib3.exceptions import MaxRetryError, NewConnectionError, ReadTimeoutError

from ._drive import MOST, Answer, Outcome, Rules, has_tls_cause, outcome, shorter
from ._errors import NotSent

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from typing import Any

    from ._core import Api
    from ._types import FailureName, ReasonName, Seconds

__all__ = ["LimitedAdapter", "Outcome", "RequestNotSent", "outcome"]


class RequestNotSent(NotSent, requests.ConnectionError):
    """A request that was given up before it was sent; ``reason`` says why."""

    def __init__(self, reason: ReasonName, server_delay: float | None = None) -> None:
        NotSent.__init__(self, reason, server_delay)
        self.request = self.response = None


class LimitedAdapter(BaseAdapter):
    """An adapter that sends as an ``Api`` allows, through another adapter.

    The last response is returned, whatever its status, and the last exception raised, with a note;
    ``outcome(response)`` tells how often it was sent and why no more. ``RequestNotSent`` is raised
    if it could not be sent at all.

    ``key`` is whose limits they are: the user or token, or a function of the prepared request that
    tells it. So are ``role`` and ``tokens``, of ``Api.call``. After ``timeout`` seconds no wait is
    begun any more. A send may take as long as the policy lets an attempt take, between two bytes,
    and as long as requests is told. With ``idempotency_keys=True`` each POST and PATCH gets an
    Idempotency-Key, so that it may be repeated: only for servers that heed it. With
    ``raise_for_error=True`` an answer from 400 up is raised as ``tidegate.ApiError``.

    ``adapter`` is an ``HTTPAdapter()`` if it is not given: give one for another pool, and leave its
    ``max_retries`` alone. A body that can be read once only, as a generator, is sent once. With
    ``stream=True`` the body of an error is read at once if its length is told and small.
    """

    def __init__(
        self,
        api: Api,
        adapter: BaseAdapter | None = None,
        *,
        key: str | bytes | Callable[[requests.PreparedRequest], str | bytes] = "any",
        role: str | Callable[[requests.PreparedRequest], str] = "",
        tokens: int | Callable[[requests.PreparedRequest], int] = 0,
        timeout: Seconds | None = None,
        idempotency_keys: bool = False,
        raise_for_error: bool = False,
    ) -> None:
        super().__init__()
        self._rules: Rules[requests.PreparedRequest] = Rules(
            api, key, role, tokens, timeout, idempotency_keys, raise_for_error
        )
        self._adapter = HTTPAdapter() if adapter is None else adapter

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: str | tuple[str, str] | None = None,
        proxies: dict[str, str] | None = None,
    ) -> requests.Response:
        """Send a prepared request and return its response."""
        sent = False

        def send(left: float | None) -> Answer[requests.Response]:
            nonlocal sent
            if sent and isinstance(getattr(request, "_body_position", None), int):
                rewind_body(request)  # a file
            sent = True
            limited: Any = _limited(timeout, left)
            response = self._adapter.send(request, stream, limited, verify, cert, proxies)
            return _look(response, stream)

        course = self._rules.course(
            request,
            request.method or "GET",
            request.path_url.partition("?")[0],
            cast("MutableMapping[str, str]", request.headers),  # bytes are none of its names
            failure,
            RequestNotSent,
            _is_repeatable(request),
        )
        response: requests.Response = course.run(send, requests.Response.close)
        return response

    def close(self) -> None:
        """Close the adapter beneath."""
        self._adapter.close()


def failure(error: BaseException) -> FailureName | None:
    """Name how a send ended that got no answer; None if that is not the network's doing.

    >>> failure(requests.ConnectTimeout("late")), failure(requests.exceptions.InvalidURL("what"))
    ('connect_timeout', None)
    """
    if isinstance(error, requests.exceptions.ProxyError):
        return None
    if isinstance(error, requests.exceptions.SSLError) or (
        isinstance(error, requests.ConnectionError) and has_tls_cause(error)
    ):
        return "tls"
    if isinstance(error, requests.ConnectTimeout):
        return "connect_timeout"
    if isinstance(error, requests.Timeout):
        return "read_timeout"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "reset"
    if not isinstance(error, requests.ConnectionError):
        return None
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    if isinstance(cause, NewConnectionError):
        return "connect_refused"
    return "read_timeout" if isinstance(cause, ReadTimeoutError) else "reset"


def _is_repeatable(request: requests.PreparedRequest) -> bool:
    position = getattr(request, "_body_position", None)  # of a file, where it can be told
    return (
        request.body is None or isinstance(request.body, (str, bytes)) or isinstance(position, int)
    )


def _limited(timeout: object, left: float | None) -> object:
    """Return requests' timeout, cut to what is left."""
    if left is None:
        return timeout
    if isinstance(timeout, tuple):
        connect, read = timeout
        return shorter(connect, left), shorter(read, left)
    if timeout is None or isinstance(timeout, (int, float)):
        return shorter(timeout, left)
    return timeout  # urllib3's own, which has a total


def _look(response: requests.Response, stream: bool) -> Answer[requests.Response]:
    body = b""
    if response.status_code >= 400:
        length = response.headers.get("Content-Length", "")
        try:
            if not stream or (length.isdecimal() and int(length) <= MOST):
                body = response.content
        except requests.exceptions.ContentDecodingError:
            pass  # its reader will be told
        except BaseException:
            response.close()
            raise
    return Answer(response, response.status_code, response.headers, body)
