"""A receiver of webhooks as an ASGI application, in place of asking again and again.

>>> from tidegate.webhook import Receiver
>>> async def handle(event):
...     print(event.id, event.json())
>>> app = Receiver(handle, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

Serve it by itself (``uvicorn hooks:app``) or mount it (``app.mount("/hooks", receiver)``). Only
what was signed with the secret, lately and not seen before, comes to the handler. Nothing but
tidegate is needed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ._core import ERRORS, KeyedRateLimiter, Webhook
from ._errors import TidegateError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from ._types import Seconds
    from .asgi import Receive, Scope, Send

__all__ = ["Event", "Receiver", "Verifier"]

Secret = str | bytes
SchemeName = Literal["standard", "timestamped"]


@dataclass(frozen=True)
class Event:
    """A webhook that is believed."""

    id: str
    """What tells it from others: the sender's id or, where it sends none, its signature."""
    time: float
    """When it was signed, in seconds since 1970."""
    body: bytes
    """The body as it came."""

    def json(self) -> Any:  # noqa: ANN401 # of JSON
        """Return the body as JSON."""
        return json.loads(self.body)


class Verifier:
    """Tells which webhooks to believe: those that were signed with a secret, and lately.

    ``secrets`` is one, or several while the sender changes it. ``scheme`` "standard" is that of
    Standard Webhooks (headers webhook-id, webhook-timestamp, webhook-signature), whose secrets are
    ``whsec_`` and base64; "timestamped" that of one ``header`` with ``t=...,v1=...``, whose secrets
    are taken as they are. ``window`` is how many seconds ago, or ahead, it may have been signed.

    >>> Verifier("secret", scheme="timestamped", header="Stripe-Signature").window
    300.0
    """

    def __init__(
        self,
        secrets: Secret | Iterable[Secret],
        *,
        scheme: SchemeName = "standard",
        header: str = "Webhook-Signature",
        window: Seconds = 300.0,
    ) -> None:
        if scheme not in ("standard", "timestamped"):
            raise ValueError(f'scheme={scheme!r}: it must be "standard" or "timestamped"')
        several = [secrets] if isinstance(secrets, (str, bytes)) else list(secrets)
        self._secrets = [_key(secret, scheme) for secret in several]
        if not self._secrets:
            raise ValueError("secrets must be at least one")
        self._scheme = scheme
        self._header = header
        self.window = window
        Webhook.seen_once(window)  # a wrong one raises

    def verify(
        self, headers: Mapping[str, str], body: bytes, *, wall_ns: int | None = None
    ) -> Event:
        """Return the webhook that these headers and this body are.

        ``headers`` may be those of any library, in any case of letters; ``body`` is what came,
        before anything has read it. ``wall_ns`` stands in for the clock (``time.time_ns()``).

        Raises ``TidegateError`` (a ``ValueError``) whose ``name`` is "SignatureMalformed",
        "SignatureOutOfWindow" or "SignatureWrong".
        """
        told = {name.lower(): value for name, value in headers.items()}
        if self._scheme == "standard":
            names = "webhook-id", "webhook-timestamp", "webhook-signature"
            signed = Webhook.standard(*(told.get(name, "") for name in names))
        else:
            signed = Webhook.timestamped(told.get(self._header.lower(), ""))
        signed.check_time(self.window, wall_ns=wall_ns)
        for secret in self._secrets:
            right = hmac.new(secret, signed.prefix + body, hashlib.sha256).digest()
            if any(hmac.compare_digest(right, one) for one in signed.signatures):
                name = right.hex() if signed.id is None else signed.id.decode("latin-1")
                return Event(name, signed.time, body)
        code, name, sentence = WRONG
        raise TidegateError(sentence, code, name)


class Receiver:
    """An ASGI application that hands each webhook to ``handle`` once.

    It answers 204 when ``handle`` has ended, and to what was handled before; the exception of a
    ``handle`` that fails goes to the server, and the sender may send it again. 401 is for what is
    not believed, 409 for what is being handled, 413 for more than ``max_body`` bytes, 405 for what
    is no POST.

    ``remember`` is how many ids are kept, in fixed memory of this process, until they are too old
    to be believed; a webhook that comes when there are more is handled and not remembered. The
    other options are those of ``Verifier``.
    """

    def __init__(
        self,
        handle: Callable[[Event], Awaitable[object]],
        secrets: Secret | Iterable[Secret],
        *,
        scheme: SchemeName = "standard",
        header: str = "Webhook-Signature",
        window: Seconds = 300.0,
        max_body: int = 1_048_576,
        remember: int = 65_536,
    ) -> None:
        self._verifier = Verifier(secrets, scheme=scheme, header=header, window=window)
        self._handle = handle
        self._max_body = max_body
        self._seen = KeyedRateLimiter(
            Webhook.seen_once(window), capacity=remember, when_full="allow"
        )
        self._running: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            status, detail = await self._answer(scope, receive)
            await _reply(send, status, detail)
        else:
            await send({"type": "websocket.close"})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, str]:
        if scope["method"] != "POST":
            return 405, "Webhooks are sent by POST."
        body = bytearray()
        goes_on = True
        while goes_on:
            message = await receive()
            if message["type"] == "http.disconnect":
                return 400, "The body is not whole."
            body += message.get("body", b"")
            if len(body) > self._max_body:
                return 413, f"The body is longer than {self._max_body} bytes."
            goes_on = message.get("more_body", False)
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        try:
            event = self._verifier.verify(headers, bytes(body))
        except TidegateError as error:
            return 401, str(error)
        if event.id in self._running:
            return 409, "It is being handled."
        if not self._seen.peek(event.id):
            return 204, ""
        self._running.add(event.id)
        try:
            await self._handle(event)
            self._seen.try_acquire(event.id)
        finally:
            self._running.discard(event.id)
        return 204, ""


async def _live(receive: Receive, send: Send) -> None:
    """Take part in the lifespan of a server."""
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": message["type"] + ".complete"})
    await send({"type": "lifespan.shutdown.complete"})


async def _reply(send: Send, status: int, detail: str) -> None:
    headers = [(b"allow", b"POST")] if status == 405 else []
    body = b""
    if detail:
        body = json.dumps({"status": status, "detail": detail}).encode()
        headers.append((b"content-type", b"application/problem+json"))
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _key(secret: Secret, scheme: SchemeName) -> bytes:
    """Return the bytes that a sender signs with."""
    if not isinstance(secret, (str, bytes)):
        raise TypeError(f"a secret must be str or bytes, not {type(secret).__name__}")
    key = secret.encode() if isinstance(secret, str) else secret
    if scheme == "standard" and isinstance(secret, str):
        try:
            key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error as error:
            raise ValueError("a secret of Standard Webhooks must be whsec_ and base64") from error
    if not key:
        raise ValueError("a secret must not be empty")
    return key


WRONG = next(row for row in ERRORS if row[1] == "SignatureWrong")
