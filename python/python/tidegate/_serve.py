"""What a server decides on a request before it is carried out, for any framework.

The middlewares translate a framework's request into a ``Visit`` and a ``Verdict`` into its answer.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from ._core import Announcement, Api, KeyedRateLimiter, Policy, announce, client_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ._types import FormName, Key

Q = TypeVar("Q")


@dataclass(frozen=True)
class Visit(Generic[Q]):
    """One request that has come."""

    request: Q
    method: str
    path: str
    peer: str | None
    headers: Callable[[str], Sequence[str]]
    """The values of a header, in the order in which they came."""


@dataclass(frozen=True)
class Verdict:
    """Whether it may in, and what its answer says."""

    allowed: bool
    headers: list[tuple[str, str]]
    """What to add to the answer; of a refusal all of them."""
    body: bytes = b""
    """That of a refusal."""


class Gate(Generic[Q]):
    """What a server was told about all of its requests; ``Q`` is the framework's request."""

    def __init__(
        self,
        limits: Api | KeyedRateLimiter,
        *,
        key: Callable[[Q], Key | None] | None = None,
        key_header: str | None = None,
        role: str | Callable[[Q], str] = "",
        forms: Iterable[FormName] = ("draft-10",),
        exempt: Iterable[str] = (),
        trusted_proxies: int = 0,
        forwarded_header: str = "X-Forwarded-For",
        ipv6_prefix: int = 56,
    ) -> None:
        if not isinstance(limits, (Api, KeyedRateLimiter)):
            raise TypeError(
                f"limits must be a tidegate.Api or KeyedRateLimiter, not {type(limits).__name__}"
            )
        texts: dict[str, Iterable[str]] = {"forms": forms, "exempt": exempt}
        for name, several in texts.items():
            if isinstance(several, str):
                raise TypeError(f"{name} must be several, in a tuple or list, not one str")
        self._limits = limits
        self._key = key
        self._key_header = key_header
        self._role = role
        self._forms = tuple(forms)
        self._exempt = frozenset(exempt)
        self._trusted = trusted_proxies
        self._forwarded = forwarded_header
        self._prefix = ipv6_prefix
        client_key(None, trusted_proxies=trusted_proxies, ipv6_prefix=ipv6_prefix)  # or raises
        for form in self._forms:
            announce(form, [SAMPLE])

    def judge(self, visit: Visit[Q]) -> Verdict | None:
        """Count a request and decide on it; None: it is exempt."""
        if visit.path in self._exempt:
            return None
        key = self._key_of(visit)
        if isinstance(self._limits, Api):
            return self._by_policy(self._limits, visit, key)
        return self._by_key(self._limits, visit, key)

    def _key_of(self, visit: Visit[Q]) -> Key:
        """Return whose limits they are: of who is known, else of the address."""
        key = None if self._key is None else self._key(visit.request)
        if key is None and self._key_header is not None:
            key = next(iter(visit.headers(self._key_header)), None)
        if key is not None and key != "":
            return key
        forwarded = visit.headers(self._forwarded) if self._trusted else None
        return client_key(
            visit.peer, forwarded, trusted_proxies=self._trusted, ipv6_prefix=self._prefix
        )

    def _by_policy(self, api: Api, visit: Visit[Q], key: Key) -> Verdict:
        admission = api.admit(
            visit.method if visit.method in METHODS else "POST",  # an odd one is as good as a write
            visit.path if visit.path.startswith("/") else "/",
            key=key if isinstance(key, (str, bytes, bytearray)) else repr(key),
            role=self._role(visit.request) if callable(self._role) else self._role,
        )
        headers = admission.headers
        told = {name.lower() for name, _ in headers}
        for form in self._forms:
            said = announce(form, [admission.announcement()])
            headers += [(name, value) for name, value in said if name.lower() not in told]
        if admission:
            return Verdict(True, headers)
        body = admission.body(request_id=_request_id(visit)) or b""
        return _refusal(headers, body, admission.content_type or "")

    def _by_key(self, limiter: KeyedRateLimiter, visit: Visit[Q], key: Key) -> Verdict:
        decision, quota = limiter.check(key), limiter.quota
        limit = Announcement(
            "default",
            limit=quota.limit,
            remaining=decision.remaining or 0,
            reset_after=decision.reset_after or decision.retry_after,
            window=quota.per,
        )
        retry_after = None if decision else decision.retry_after
        headers: dict[str, str] = {}
        for form in self._forms:
            headers |= announce(form, [limit], retry_after=retry_after)
        if decision:
            return Verdict(True, list(headers.items()))
        body, content_type = PLAIN.refusal(
            CODE, retry_after=decision.retry_after, limit="default", request_id=_request_id(visit)
        )
        return _refusal(list(headers.items()), body, content_type)


def _refusal(headers: list[tuple[str, str]], body: bytes, content_type: str) -> Verdict:
    own = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    return Verdict(False, headers + own, body)


def _request_id(visit: Visit[Q]) -> str:
    """Return the id under which the client knows its request, or a new one."""
    given = next(iter(visit.headers("X-Request-Id")), "")
    return given if 0 < len(given) <= LONGEST_ID and given.isascii() else str(uuid.uuid4())


METHODS = frozenset(("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"))
LONGEST_ID = 128
CODE = "RATE_LIMIT_EXCEEDED"
SAMPLE = Announcement(limit=1, remaining=1, reset_after=1, window=1)
PLAIN = Policy.from_json('{"name": "plain", "categories": [{"name": "all", "limits": []}]}')
"""A policy of no API: its envelope is that of problem details."""
