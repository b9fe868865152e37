"""The steps of ``conformance/traces_around`` about clients, pages and refusals."""

from __future__ import annotations

import json
import urllib.parse
from typing import Any, ClassVar

import tidegate
from words import seconds, text


class Clients:
    """What one file has made so far: a list that is read."""

    before_rest: ClassVar[dict[str, int]] = {
        "client_address": 3,
        "link_next": 0,
        "page": 2,
        "refusal": 6,
        "webhook_standard": 2,
        "webhook_timestamped": 0,
    }

    def __init__(self) -> None:
        self._paging: tidegate.Paging | None = None
        self._webhook: tidegate.Webhook | None = None

    def client_address(self, trusted: str, prefix: str, peer: str, lines: str = "") -> str:
        forwarded = [line.encode() for line in lines.split("¶")]
        proxies, bits = int(trusted), int(prefix)
        key = text(peer).encode()
        return tidegate.client_key(key, forwarded, trusted_proxies=proxies, ipv6_prefix=bits)

    def link_next(self, *lines: str) -> str:
        return tidegate.link_next([line.encode() for line in "".join(lines).split("¶")]) or "-"

    def refusal(
        self,
        envelope: str,
        key: str,
        by: Any,
        code: str,
        limit: str,
        wait: str,
        request_id: str = "",
    ) -> str:
        described = {"name": "trace", "categories": [{"name": "all", "limits": []}]}
        named = {"key": text(key)} if text(key) else {}
        policy = tidegate.Policy.from_json(json.dumps({**described, **named, "envelope": envelope}))
        body, media_type = policy.refusal(
            text(code),
            retry_after=seconds(wait),
            limit=text(limit),
            limited_by=by,
            request_id=request_id.replace("¶", "\n"),
        )
        return f"{media_type} {body.decode()}"

    def paging(self, style: str, parameter: str, named: str, *sizes: str) -> str:
        default, most, first, size = (None if word == "-" else int(word) for word in sizes)
        pages = {"style": style, "parameter": text(parameter), "size": text(named), "first": first}
        pages |= {"default_size": default, "max_size": most}
        given = {name: value for name, value in pages.items() if value not in ("", None)}
        described = {"name": "trace", "categories": [{"name": "all", "limits": []}]}
        policy = tidegate.Policy.from_json(json.dumps({**described, "pages": given}))
        assert policy.pages is not None
        self._paging = policy.pages.start(size)
        return asked(self._paging)

    def page(self, items: str, more: str, following: str = "") -> str:
        assert self._paging is not None
        said = {"yes": True, "no": False, "-": None}[more]
        named = "" if following == "-" else following
        goes_on = self._paging.answered(int(items), more=said, next_page=text(named))
        return asked(self._paging) if goes_on else "end"

    def webhook_timestamped(self, *header: str) -> str:
        self._webhook = tidegate.Webhook.timestamped("".join(header).encode())
        return self._signed(self._webhook)

    def webhook_standard(self, name: str, timestamp: str, signature: str = "") -> str:
        parts = (text(name).encode(), text(timestamp).encode(), signature.encode())
        self._webhook = tidegate.Webhook.standard(*parts)
        return self._signed(self._webhook)

    def webhook_time(self, wall: str, window: str) -> str:
        assert self._webhook is not None
        self._webhook.check_time(seconds(window), wall_ns=int(wall))
        return "ok"

    def _signed(self, webhook: tidegate.Webhook) -> str:
        named = "-" if webhook.id is None else encoded_bytes(webhook.id)
        signatures = ";".join(one.hex() for one in webhook.signatures)
        return f"id {named} prefix {encoded_bytes(webhook.prefix)} signatures {signatures}"


def encoded_bytes(value: bytes) -> str:
    """Write every byte outside ``[A-Za-z0-9_.-]`` as ``%XX``."""
    return urllib.parse.quote(value, safe="").replace("~", "%7E")


def asked(paging: tidegate.Paging) -> str:
    """Write the query of a page."""
    parts = [f"{name}={value}" for name, value in filter(None, (paging.size, paging.position))]
    if paging.size is None:
        parts.insert(0, "-")
    if paging.position is None:
        parts.append("-" if paging.cursor is None else f"{paging.cursor}=")
    return " ".join(parts)
