"""Lists, read page by page through a client that keeps to the limits."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from ._core import Api, Policy, link_next
from ._errors import ApiError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

__all__ = ["paginate", "paginate_async"]


def paginate(
    client: Any,  # httpx's, requests' or anything alike
    url: str,
    policy: Policy | Api,
    *,
    size: int | None = None,
    items: str | None = None,
    params: Mapping[str, Any] | None = None,
    **options: Any,  # those of the client
) -> Iterator[Any]:
    """Iterate over the items of a list, whatever the pages that the API gives it in.

    ``client`` is an ``httpx.Client``, a ``requests.Session`` or what has such a ``get``; give it a
    transport that keeps to the limits. Each page is asked for when its first item is. ``size`` is
    how many items a page has; ``items`` is where in a body they stand ("data.rows"), if the policy
    does not say. ``params`` are further query parameters, ``options`` go to ``get``.

    Raises ``ValueError`` at once where the policy says nothing of pages or the size is out of its
    bounds, and later ``ApiError`` for an answer from 400 up, ``ValueError`` for a body without a
    list there, or a link to another host, which would be shown the credentials.
    """
    reading = _Reading.begin(policy, url, size, items, params)

    def pages() -> Iterator[Any]:
        goes_on = True
        while goes_on:
            answer = client.get(reading.url, params=reading.params, **options)
            reading.check(answer, answer.content)
            found, goes_on = reading.page(answer, answer.json())
            yield from found

    return pages()


def paginate_async(
    client: Any,  # httpx's, aiohttp's or anything alike
    url: str,
    policy: Policy | Api,
    *,
    size: int | None = None,
    items: str | None = None,
    params: Mapping[str, Any] | None = None,
    **options: Any,  # those of the client
) -> AsyncIterator[Any]:
    """As ``paginate``, for an ``httpx.AsyncClient`` or an ``aiohttp.ClientSession``."""
    reading = _Reading.begin(policy, url, size, items, params)

    async def pages() -> AsyncIterator[Any]:
        goes_on = True
        while goes_on:
            answer = await client.get(reading.url, params=reading.params, **options)
            reading.check(answer, await content_of(answer))
            data = answer.json()
            found, goes_on = reading.page(answer, await data if inspect.isawaitable(data) else data)
            for item in found:
                yield item

    return pages()


async def content_of(answer: Any) -> bytes:  # of any library
    """Return the body of an answer of httpx or aiohttp."""
    if hasattr(answer, "status_code"):
        return bytes(answer.content)
    return bytes(await answer.read())


def policy_of(policy: Policy | Api) -> Policy:
    """Return the policy of an API, or what is one."""
    if isinstance(policy, Api):
        return policy.policy
    if not isinstance(policy, Policy):
        raise TypeError(f"policy must be a tidegate.Policy or Api, not {type(policy).__name__}")
    return policy


def check(policy: Policy, answer: Any, content: bytes) -> None:  # of any library
    """Raise what an answer is, if it is an error."""
    status = getattr(answer, "status_code", None) or answer.status
    if status >= 400:
        error = ApiError.of(status, content, policy=policy)
        error.response = answer
        raise error


@dataclass
class _Reading:
    """A list that is being read: core's ``Paging``, and what it is asked with."""

    policy: Policy
    paging: Any
    items: str
    url: str
    params: dict[str, Any] | None

    @classmethod
    def begin(
        cls,
        policy: Policy | Api,
        url: str,
        size: int | None,
        items: str | None,
        params: Mapping[str, Any] | None,
    ) -> _Reading:
        policy = policy_of(policy)
        pages = policy.pages
        if pages is None:
            raise ValueError(f"the policy {policy.name!r} says nothing of pages")
        where = pages.items if items is None else items
        reading = cls(policy, pages.start(size), where, url, dict(params or {}))
        reading.ask()
        return reading

    def ask(self) -> None:
        """Set the query parameters of the page that comes next."""
        if self.params is not None:
            for pair in (self.paging.size, self.paging.position):
                if pair is not None:
                    self.params[pair[0]] = pair[1]

    def check(self, answer: Any, content: bytes) -> None:  # of any library
        check(self.policy, answer, content)

    def page(self, answer: Any, body: Any) -> tuple[list[Any], bool]:  # of JSON
        """Return the items of a page, and whether another one follows."""
        pages = self.policy.pages
        assert pages is not None  # OK because begin has looked
        found = _at(body, self.items)
        if not isinstance(found, list):
            where = f"at {self.items!r}" if self.items else "in the body; say where with items="
            raise ValueError(f"{answer.url}: there is no list {where}")
        more = _at(body, pages.more) if pages.more else None
        following: Any = None
        if pages.style == "link":
            following = self._link(answer)
        elif pages.next:
            following = _at(body, pages.next)
        elif pages.last and found:
            following = _at(found[-1], pages.last)
        next_one = "" if following is None else str(following)
        goes_on = self.paging.answered(
            len(found), more=more if isinstance(more, bool) else None, next_page=next_one
        )
        if goes_on and pages.style == "link":
            self.url, self.params = next_one, None  # it has all parameters
        elif goes_on and self.params is not None:
            if self.paging.cursor is not None:
                self.params[self.paging.cursor] = next_one
            self.ask()
        return found, goes_on

    def _link(self, answer: Any) -> str | None:  # of any library
        headers = answer.headers
        several = getattr(headers, "get_list", None) or getattr(headers, "getall", None)
        values = [headers["Link"]] if "Link" in headers else []
        if several is not None and values:
            values = several("Link")
        link = link_next(values)
        if link is None:
            return None
        here = str(answer.url)
        there = urljoin(here, link)
        if urlsplit(there)[:2] != urlsplit(here)[:2]:
            raise ValueError(f"{here}: the next page is said to be on another host: {there}")
        return there


def _at(body: Any, path: str) -> Any:  # of JSON
    """Return what stands at a path of names with dots between them; None if nothing does."""
    for name in path.split(".") if path else ():
        body = body.get(name) if isinstance(body, dict) else None
    return body
