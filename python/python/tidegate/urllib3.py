"""A pool manager for urllib3 that keeps to an API's limits: ``pip install "tidegate[urllib3]"``.

>>> import tidegate
>>> from tidegate.urllib3 import LimitedPoolManager
>>> http = LimitedPoolManager(tidegate.Api.stackflow(), key="alice")

Every request then waits for its turn, is tried again where that is safe, and obeys what the server
says, for all clients of this ``api``. Redirects are requests too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

try:
    import urllib3
    from urllib3 import exceptions
except ImportError as error:
    raise ImportError('tidegate.urllib3 needs urllib3: pip install "tidegate[urllib3]"') from error

from ._drive import Answer, Outcome, Rules, has_tls_cause, outcome, shorter
from ._errors import NotSent

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ._core import Api
    from ._types import FailureName, ReasonName, Seconds

    Timeout = urllib3.Timeout | float | None

__all__ = ["LimitedPoolManager", "Outcome", "RequestNotSent", "outcome"]


Asked = tuple[str, str, urllib3.HTTPHeaderDict]
"""A request: its method, URL and headers."""


class RequestNotSent(NotSent, exceptions.HTTPError):
    """A request that was given up before it was sent; ``reason`` says why."""

    def __init__(self, reason: ReasonName, server_delay: float | None = None) -> None:
        NotSent.__init__(self, reason, server_delay)


class LimitedPoolManager(urllib3.PoolManager):
    """A ``PoolManager`` that sends as an ``Api`` allows.

    The last response is returned, whatever its status, and the last exception raised, with a note;
    ``outcome(response)`` tells how often it was sent and why no more. ``RequestNotSent`` is raised
    if it could not be sent at all.

    ``key`` is whose limits they are: the user or token, or a function of (method, URL, headers)
    as a tuple that tells it. So are ``role`` and ``tokens``, of ``Api.call``. After ``deadline``
    seconds no wait is begun any more. A send may take as long as the policy lets an attempt take,
    between two bytes, and as long as urllib3 is told. With ``idempotency_keys=True`` each POST and
    PATCH gets an Idempotency-Key, so that it may be repeated: only for servers that heed it. With
    ``raise_for_error=True`` an answer from 400 up is raised as ``tidegate.ApiError``.

    Of ``retries`` only what it says of redirects is heeded. Other options are ``PoolManager``'s. A
    body that can be read once only is sent once only. With ``preload_content=False`` the bodies of
    errors are not looked at.
    """

    def __init__(
        self,
        api: Api,
        *,
        key: str | bytes | Callable[[Asked], str | bytes] = "any",
        role: str | Callable[[Asked], str] = "",
        tokens: int | Callable[[Asked], int] = 0,
        deadline: Seconds | None = None,
        idempotency_keys: bool = False,
        raise_for_error: bool = False,
        **options: Any,  # noqa: ANN401 # those of PoolManager
    ) -> None:
        super().__init__(**options)
        self._rules: Rules[Asked] = Rules(
            api, key, role, tokens, deadline, idempotency_keys, raise_for_error
        )

    def urlopen(  # type: ignore[override] # its options are handed on
        self,
        method: str,
        url: str,
        redirect: bool = True,
        **options: Any,  # noqa: ANN401 # those of PoolManager
    ) -> urllib3.BaseHTTPResponse:
        """Send a request and return its response."""
        headers = urllib3.HTTPHeaderDict(options.pop("headers", None) or self.headers)
        body = options.get("body")
        start = None if body is None or isinstance(body, (str, bytes)) else _place(body)
        retries = urllib3.Retry.from_int(
            options.pop("retries", None), redirect=redirect, default=urllib3.Retry.DEFAULT
        )
        once = retries.new(
            connect=False, read=False, other=False, status=0, respect_retry_after_header=False
        )
        once.status_forcelist = set()
        timeout = options.pop("timeout", self.connection_pool_kw.get("timeout"))

        def send(left: float | None) -> Answer[urllib3.BaseHTTPResponse]:
            if body is not None and start is not None:
                body.seek(start)  # pyright: ignore[reportAttributeAccessIssue]
            response = super(LimitedPoolManager, self).urlopen(
                method,
                url,
                redirect,
                headers=headers,
                timeout=_limited(timeout, left),
                retries=once,
                **options,
            )
            if outcome(response) is not None:  # it was redirected, and the other has driven it
                return Answer(response, REDIRECTED, (), b"")
            whole = options.get("preload_content", True) and response.status >= 400
            return Answer(
                response, response.status, response.headers, response.data if whole else b""
            )

        course = self._rules.course(
            (method, url, headers),
            method,
            urlsplit(url).path or "/",
            headers,
            failure,
            RequestNotSent,
            body is None or isinstance(body, (str, bytes)) or start is not None,
        )
        response: urllib3.BaseHTTPResponse = course.run(send, _release)
        return response


REDIRECTED = 303
"""A status that says only that the server is well."""


def failure(error: BaseException) -> FailureName | None:
    """Name how a send ended that got no answer; None if that is not the network's doing."""
    if isinstance(error, exceptions.MaxRetryError) and error.reason is not None:
        error = error.reason
    if not isinstance(error, exceptions.HTTPError) or isinstance(error, exceptions.ProxyError):
        return None
    if isinstance(error, exceptions.SSLError) or has_tls_cause(error):
        return "tls"
    if isinstance(error, exceptions.NewConnectionError):
        return "connect_refused"
    if isinstance(error, exceptions.ConnectTimeoutError):
        return "connect_timeout"
    if isinstance(error, exceptions.TimeoutError):
        return "read_timeout"
    return "reset" if isinstance(error, exceptions.ProtocolError) else None


def _place(body: object) -> int | None:
    """Tell where a file is; None for what cannot be sent twice."""
    if not hasattr(body, "tell") or not hasattr(body, "seek"):
        return None
    try:
        return int(body.tell())  # pyright: ignore[reportAttributeAccessIssue]
    except OSError:
        return None  # a pipe


def _limited(timeout: Timeout, left: float | None) -> Timeout:
    """Return urllib3's timeout, cut to what is left."""
    if left is None:
        return timeout
    if not isinstance(timeout, urllib3.Timeout):
        return urllib3.Timeout(shorter(timeout, left))
    limited = timeout.clone()
    limited.total = shorter(
        timeout.total if isinstance(timeout.total, (int, float)) else None, left
    )
    return limited


def _release(response: urllib3.BaseHTTPResponse) -> None:
    response.close()
