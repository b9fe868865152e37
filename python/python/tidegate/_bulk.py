"""Many things, done with few requests through a client that keeps to the limits."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ._paginate import check, content_of, policy_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping

    from ._core import Api, Policy

__all__ = ["bulk", "bulk_async"]


def bulk(
    client: Any,  # httpx's, requests' or anything alike
    url: str,
    items: Iterable[Any],
    policy: Policy | Api,
    *,
    body: Mapping[str, Any] | None = None,
    **options: Any,  # those of the client
) -> Iterator[Any]:
    """Send items in batches as large as the policy allows; iterate over the responses.

    ``client`` is an ``httpx.Client``, a ``requests.Session`` or what has such a ``post``; give it a
    transport that keeps to the limits. Each batch is sent when its response is asked for: one POST
    whose body is ``body`` and, under the name that the policy has for it, a list of items, of
    which there may be any number. ``options`` go to ``post``.

    Raises ``ValueError`` at once where the policy has no batches for this path, and later
    ``ApiError`` for an answer from 400 up; what comes after it is not sent.
    """
    named, most, known = _batch(policy, url)

    def batches() -> Iterator[Any]:
        rest = iter(items)
        while batch := list(islice(rest, most)):
            answer = client.post(url, json={**(body or {}), named: batch}, **options)
            check(known, answer, answer.content)
            yield answer

    return batches()


def bulk_async(
    client: Any,  # httpx's, aiohttp's or anything alike
    url: str,
    items: Iterable[Any],
    policy: Policy | Api,
    *,
    body: Mapping[str, Any] | None = None,
    **options: Any,  # those of the client
) -> AsyncIterator[Any]:
    """As ``bulk``, for an ``httpx.AsyncClient`` or an ``aiohttp.ClientSession``."""
    named, most, known = _batch(policy, url)

    async def batches() -> AsyncIterator[Any]:
        rest = iter(items)
        while batch := list(islice(rest, most)):
            answer = await client.post(url, json={**(body or {}), named: batch}, **options)
            check(known, answer, await content_of(answer))
            yield answer

    return batches()


def _batch(policy: Policy | Api, url: str) -> tuple[str, int, Policy]:
    known = policy_of(policy)
    path = urlsplit(url).path
    batch = known.batch(path)
    if batch is None:
        has = ", ".join(batch.path for batch in known.batches) or "none"
        raise ValueError(f"the policy {known.name!r} has no batches for {path!r}; it has: {has}")
    return batch.items, batch.max_items, known
