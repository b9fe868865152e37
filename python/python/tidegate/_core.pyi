"""The compiled part of tidegate. Import its names from ``tidegate``."""

import os
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from fractions import Fraction
from types import TracebackType
from typing import Any, Final, Literal, ParamSpec, TypedDict, TypeVar, final, overload

from ._combined import CombinedLimiter
from ._line import Line, Lines
from ._types import (
    ApiName,
    BreakerStateName,
    CarryName,
    CauseName,
    CostsName,
    DialectName,
    FailureName,
    FormName,
    Headers,
    JitterName,
    Key,
    Layer,
    Layers,
    LimitName,
    Number,
    PageStyleName,
    ReasonName,
    ResetName,
    Seconds,
    UnitName,
    WhenFullName,
)

__all__ = [
    "APIS",
    "ERRORS",
    "FAILURES",
    "REASONS",
    "AdaptiveRate",
    "AdaptiveThrottle",
    "Admission",
    "Advice",
    "Allowance",
    "Announcement",
    "Api",
    "Attempts",
    "Backoff",
    "Batch",
    "Call",
    "Category",
    "CircuitBreaker",
    "Decision",
    "Dialect",
    "ErrorBody",
    "FirstUseWindow",
    "FixedWindow",
    "Hints",
    "KeyedRateLimiter",
    "LayeredDecision",
    "Limit",
    "Occupant",
    "Occupants",
    "Pages",
    "Paging",
    "Passage",
    "Policy",
    "Quota",
    "RateLimiter",
    "Reservation",
    "RetryAfter",
    "RetryBudget",
    "RetryCosts",
    "RetryQuota",
    "RetryRules",
    "RetryThrottle",
    "SharedView",
    "Snapshot",
    "Step",
    "StrictWindow",
    "Webhook",
    "_Patience",
    "__version__",
    "_cap_attempts",
    "_clocks",
    "_hold_clocks",
    "_move_clocks",
    "_move_clocks_to",
    "_release_clocks",
    "_seconds_until",
    "announce",
    "client_key",
    "link_next",
    "monotonic_ns",
    "parse_retry_after",
    "peek_all",
    "remove_shared",
    "scan_error_body",
    "try_acquire_all",
]

__version__: Final[str]
APIS: Final[tuple[ApiName, ...]]
"""The names of the APIs that are built in."""
ERRORS: Final[tuple[tuple[int, str, str], ...]]
"""(code, name, sentence) of every ``TidegateError``, the same table in every language."""
FAILURES: Final[tuple[str, ...]]
"""What ``Call.failed`` takes."""
REASONS: Final[tuple[str, ...]]
"""What ``Step.reason`` may be."""

_P = ParamSpec("_P")
_T = TypeVar("_T")

def _hold_clocks(now_ns: int, wall_ns: int) -> None: ...
def _release_clocks() -> None: ...
def _move_clocks(seconds: Seconds) -> None: ...
def _move_clocks_to(until_ns: int) -> None: ...
def _clocks() -> tuple[int, int]: ...
def _seconds_until(until_ns: int) -> float: ...
def _cap_attempts(most: int) -> int: ...

@final
class _Patience:
    def __new__(cls, timeout: Seconds | None) -> _Patience: ...
    def until_ns(self, wait_ns: int) -> int: ...
    def allow(self, until_ns: int) -> None: ...
    @property
    def deadline_ns(self) -> int: ...
    def waited(self) -> float: ...

class _QuotaArguments(TypedDict):
    per: Fraction
    burst: int

class _SnapshotDict(TypedDict):
    remaining: int
    full_after_ns: int

@final
class Quota:
    """How many tokens a period brings and how many may be saved up: what a plan of a service is.

    The arguments are those of ``RateLimiter``, which also takes a Quota in their place. It is
    frozen, compares by value, and survives pickle.

    Raises ``TidegateError`` (a ``ValueError``) that says which bound a quota is out of.
    """

    @overload
    def __new__(cls, limit: int, *, per: Seconds = 1.0, burst: int | None = None) -> Quota: ...
    @overload
    def __new__(cls, limit: str, *, burst: int | None = None) -> Quota: ...
    @overload
    def __new__(cls, limit: Quota) -> Quota: ...
    @property
    def limit(self) -> int:
        """Tokens a period."""

    @property
    def per(self) -> float:
        """The period in seconds."""

    @property
    def per_ns(self) -> int:
        """The period in nanoseconds, exact."""

    @property
    def burst(self) -> int:
        """The most that can be taken at once; 0 when the limit is 0."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs_ex__(self) -> tuple[tuple[int], _QuotaArguments]: ...

@final
class SharedView:
    """A shared limiter as it is, for one who only looks: what ``tidegate top`` shows.

    It takes nothing, and its memory is mapped to be read only. Raises ``OSError`` if there is none
    of that name, and ``TidegateError`` if what is there cannot be one of this process.
    """

    def __new__(cls, name: str, *, path: str | os.PathLike[str] | None = None) -> SharedView: ...
    @property
    def quota(self) -> Quota:
        """Its limit; of a keyed limiter that of calls which bring no other."""

    @property
    def capacity(self) -> int | None:
        """Places for keys; ``None`` of a limiter of one bucket."""

    @property
    def denied(self) -> int:
        """How many requests were denied, by all processes together; C programs count none."""

    @property
    def overflowed(self) -> int:
        """How many requests found all places taken that their key may have."""

    def peek(self, *, now_ns: int | None = None) -> Decision | None:
        """Return what a peek at one bucket says; ``None`` of a keyed limiter."""

    def occupants(self, *, now_ns: int | None = None) -> list[tuple[int, int, float]]:
        """Return (hash of the key, tokens left, seconds until full) of each live bucket.

        Those with the least left come first.
        """

@final
class Snapshot:
    """What is left in a limiter, without its quota and without any time.

    ``RateLimiter.snapshot`` makes it and ``RateLimiter.restore`` reads it. It is frozen, compares
    by value and survives pickle; for JSON write ``to_dict()`` and read ``Snapshot(**...)``. Keep
    the time with it: restore asks for its age.
    """

    def __new__(cls, *, remaining: int, full_after_ns: int) -> Snapshot: ...
    @property
    def remaining(self) -> int:
        """Whole tokens that are there, rounded down: for people; restore reads full_after_ns."""

    @property
    def full_after(self) -> float:
        """Seconds until the limiter is full again, rounded up."""

    @property
    def full_after_ns(self) -> int:
        """As full_after, in nanoseconds."""

    def to_dict(self) -> _SnapshotDict:
        """Return its two numbers by name, for JSON."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], _SnapshotDict]: ...

@final
class Reservation:
    """Tokens that are taken and may be used after a wait. ``RateLimiter.reserve`` makes it.

    Sleep for ``wait`` and use them; nothing needs to be said then. Or give back what is not needed,
    once: ``cancel()`` all of it, ``settle(actual)`` what was estimated too high.

    Any thread may use it. It keeps its time when the limiter is paused or reconfigured later.
    """

    @property
    def tokens(self) -> int:
        """How many tokens."""

    @property
    def wait(self) -> float:
        """Seconds to wait before they may be used, from when they were reserved; rounded up."""

    @property
    def wait_ns(self) -> int:
        """As wait, in nanoseconds, exact."""

    @property
    def until_ns(self) -> int:
        """When its tokens may be used, of ``tidegate.monotonic_ns()``."""

    def rest(self, *, now_ns: int | None = None) -> float:
        """Return the seconds that are left of the wait; 0.0 when the tokens may be used."""

    def age(self, *, now_ns: int | None = None) -> float:
        """Return the seconds since it was made."""

    def cancel(self, *, now_ns: int | None = None) -> int:
        """Give it back; return how many of its tokens others can have now, rounded down.

        All, unless some have flowed back by themselves or others have reserved after it and wait.

        Raises ``RuntimeError`` if it was cancelled or settled before.
        """

    def settle(self, actual: int, *, now_ns: int | None = None) -> int:
        """Correct an estimate: ``actual`` tokens were used. Return how many are given back.

        What was used beyond the estimate is charged now, into debt if need be, and later callers
        wait for it.

        Raises ``RuntimeError`` if it was cancelled or settled before.
        """

@final
class RateLimiter:
    """A token bucket: ``limit`` tokens each ``per`` seconds, up to ``burst`` of them at once.

    ``limit`` is a number, or text that holds the period too: ``"300/minute"``, ``"100 per hour"``,
    ``"10/15 minutes"``; or a ``Quota``, that holds all three. ``per`` is from 1 ms to 366 days.
    ``burst`` is as much as the limit if it is not given: a fresh limiter lets that many through at
    once, and in any period up to burst + limit. For the strictest spacing set ``burst=1``. With
    ``start_empty=True`` the first token comes one interval later.

    One limiter may be used by any number of threads and tasks at once; ``try_acquire`` takes no
    lock. ``with limiter:`` and ``async with limiter:`` are ``acquire`` and ``acquire_async`` of one
    token.

    Raises ``TidegateError`` (a ``ValueError``) that says which bound a quota is out of.
    """

    @overload
    def __new__(
        cls,
        limit: int,
        *,
        per: Seconds = 1.0,
        burst: int | None = None,
        start_empty: bool = False,
        now_ns: int | None = None,
    ) -> RateLimiter: ...
    @overload
    def __new__(
        cls,
        limit: str,
        *,
        burst: int | None = None,
        start_empty: bool = False,
        now_ns: int | None = None,
    ) -> RateLimiter: ...
    @overload
    def __new__(
        cls, limit: Quota, *, start_empty: bool = False, now_ns: int | None = None
    ) -> RateLimiter: ...
    @staticmethod
    def never_exceed(limit: int | str, *, per: Seconds = 1.0, burst: int) -> RateLimiter:
        """Return one that never lets more than ``limit`` through in any stretch of ``per`` seconds.

        Wherever it begins: up to ``burst`` of them at once, the others spread. What can be saved up
        cannot also be brought, so its rate is limit - burst.

        Raises ``TidegateError`` (a ``ValueError``) as RateLimiter, and if the burst is not below
        the limit.
        """

    @staticmethod
    def all(*limits: Layer | tuple[Layer, int]) -> CombinedLimiter:
        """Return several limits as one, all or nothing.

        Each may come with how much of it is needed, as for ``try_acquire_all``.
        """

    @staticmethod
    @overload
    def shared(
        name: str,
        limit: int,
        *,
        per: Seconds = 1.0,
        burst: int | None = None,
        path: str | os.PathLike[str] | None = None,
    ) -> RateLimiter:
        """Return the limiter of that name, which all processes of this user on this machine share.

        Processes of any language; a full bucket if there is none yet. It can do all that a limiter
        can, but ``reconfigure`` and ``restore``, and lives until the machine starts anew. It lies
        in memory, ``/dev/shm``; ``path`` is a file to use instead. It works across fork, spawn and
        exec. A process that is killed takes with it what it had taken, and nothing else.

        All must come with one limit. Raises ``TidegateError`` (a ``ValueError``) if it was made
        with another, and tells both; or if the name is none, or the file no limiter. Raises
        ``OSError`` if the system says no.
        """

    @staticmethod
    @overload
    def shared(
        name: str,
        limit: str,
        *,
        burst: int | None = None,
        path: str | os.PathLike[str] | None = None,
    ) -> RateLimiter: ...
    @staticmethod
    @overload
    def shared(
        name: str, limit: Quota, *, path: str | os.PathLike[str] | None = None
    ) -> RateLimiter: ...
    @property
    def denied(self) -> int | None:
        """How many calls of ``try_acquire`` and ``check`` were denied, by all processes together.

        C programs count none. ``None`` of a limiter that is not shared.
        """

    def try_acquire(self, n: int = 1, *, now_ns: int | None = None) -> bool:
        """Take n tokens if they are there: True, or False and nothing is taken. Never waits.

        ``n=0`` takes nothing and is always True. ``now_ns`` stands in for the clock
        (``tidegate.monotonic_ns()``).

        Raises ``ValueError`` if n is more than the burst, so that no wait would help.
        """

    def check(self, n: int = 1, *, now_ns: int | None = None) -> Decision:
        """As try_acquire, with its numbers: what is left, or the wait of a denial."""

    def peek(self, n: int = 1, *, now_ns: int | None = None) -> Decision:
        """Tell what check would answer; take nothing. ``n=0`` shows what is there."""

    def try_acquire_up_to(self, n: int, *, now_ns: int | None = None) -> int:
        """Take as many of n tokens as are there; return how many. Never waits.

        Raises ``ValueError`` if the limit is 0.
        """

    def check_up_to(self, n: int, *, now_ns: int | None = None) -> tuple[int, Decision]:
        """As try_acquire_up_to, with its numbers: how many, and what is left after them.

        When there was none, the decision is the denial of one.
        """

    def reserve(
        self, n: int = 1, *, timeout: Seconds | None = None, now_ns: int | None = None
    ) -> Reservation:
        """Take n tokens now that may be used after a wait: one reservation, one sleep.

        Whoever reserves first waits least.

        Raises ``AcquireTimeout`` (a ``TimeoutError``) at once, and takes nothing, when the wait
        would be longer than the timeout (None: about fifty years); ``ValueError`` if n is more than
        the burst.
        """

    def acquire(self, n: int = 1, timeout: Seconds | None = None) -> float:
        """Take n tokens, sleeping until they are there. Return the seconds that it took.

        It is one reservation and one sleep: first come, first served. Other threads run while it
        sleeps; Ctrl-C ends it and gives the tokens back.

        Raises ``AcquireTimeout`` (a ``TimeoutError``) at once, not after the timeout, when the wait
        would be longer.
        """

    def acquire_async(
        self, n: int = 1, timeout: Seconds | None = None
    ) -> Coroutine[Any, Any, float]:
        """As acquire, for asyncio and trio: other tasks run while it waits.

        The tokens are reserved when it is first awaited; cancelling gives them back.
        """

    def __enter__(self) -> float:
        """Acquire one token; return the seconds that it took."""

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        """Give nothing back: a token was for the work, however it ended."""

    def __aenter__(self) -> Awaitable[float]: ...
    def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> Awaitable[None]: ...
    @overload
    def wrap(
        self,
        function: Callable[_P, _T],
        /,
        *,
        timeout: Seconds | None = None,
        wait: bool = True,
        cost: int | Callable[_P, int] = 1,
    ) -> Callable[_P, _T]:
        """Return the function as one that acquires before it runs; or a decorator, without one.

        It may be a function, a coroutine function, a generator or an async generator; the last two
        acquire once, when the first item is asked for. ``cost`` is what a call takes, or a function
        of its arguments that tells it.

        Raises ``AcquireTimeout`` at once, and does not run it, if the wait would be longer than
        ``timeout``; with ``wait=False`` if there is any.
        """

    @overload
    def wrap(
        self,
        function: None = None,
        /,
        *,
        timeout: Seconds | None = None,
        wait: bool = True,
        cost: int | Callable[..., int] = 1,
    ) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]: ...
    def refund(self, n: int = 1, *, taken_at_ns: int, now_ns: int | None = None) -> int:
        """Give back n tokens that were taken and not used; return how many others can have now.

        Rounded down: all but as many as have flowed back since, and none while somebody waits for a
        reservation or a pause lasts, nor of what was taken before ``reconfigure`` or ``restore``.
        There is never more than the burst.

        ``taken_at_ns`` is when they were taken, of ``tidegate.monotonic_ns()``: read it just
        before. A reservation remembers that: ``reserve(n).settle(used)`` is the easier form.
        """

    def drain(self, *, now_ns: int | None = None) -> int:
        """Take everything that is there; return how many whole tokens that was.

        The next one comes one interval later.
        """

    def pause(self, seconds: Seconds, *, now_ns: int | None = None) -> None:
        """Let nothing through for so long: for what a 429 orders.

        Then one token is there, and the others follow at the limit's pace. It never shortens a
        wait, so of several pauses the longest counts; each that is not makes the wait longer by a
        tick, at most a nanosecond. It lasts at most about fifty years. Those who have reserved
        before keep their times.
        """

    def pause_until(self, until_ns: int, *, now_ns: int | None = None) -> None:
        """As pause, until a point in time of ``tidegate.monotonic_ns()``."""

    def observe(
        self,
        *,
        limit: int | None = None,
        remaining: int,
        reset_after: Seconds,
        now_ns: int | None = None,
    ) -> None:
        """Heed what a server said: of ``limit`` requests, ``remaining`` are left for that long.

        Leaves no more tokens than are left there; when none are, it pauses until the window ends.
        Never grants anything. ``limit`` is None if the server did not tell it.
        """

    @overload
    def reconfigure(
        self,
        limit: int,
        *,
        per: Seconds = 1.0,
        burst: int | None = None,
        carry: CarryName = "keep",
        now_ns: int | None = None,
    ) -> None:
        """Set another limit from now on, for all threads at once.

        ``carry`` says what becomes of the tokens that are in use: "keep": those that were used stay
        used (of 10, 4 used, a new burst of 20 leaves 16); "proportional": the part that was used
        stays used (12); "reset": a full bucket. Fractions are carried too and rounded against the
        caller. Who waits keeps the time that was told, and a pause its end; what was taken or
        reserved before can no longer be given back.

        Raises ``TidegateError`` (a ``ValueError``) for a quota out of its bounds; then nothing
        changes.
        """

    @overload
    def reconfigure(
        self,
        limit: str,
        *,
        burst: int | None = None,
        carry: CarryName = "keep",
        now_ns: int | None = None,
    ) -> None: ...
    @overload
    def reconfigure(
        self, limit: Quota, *, carry: CarryName = "keep", now_ns: int | None = None
    ) -> None: ...
    def snapshot(self, *, now_ns: int | None = None) -> Snapshot:
        """Return what is left, to be carried into another process or over a restart."""

    def restore(self, snapshot: Snapshot, *, age: Seconds, now_ns: int | None = None) -> None:
        """Put this limiter, for all threads at once, into the state of a snapshot of that age.

        Its limit stays. Take the age from a clock that both processes have, as
        ``max(0, time.time() - saved_at)``. Rounded against the caller, by less than a nanosecond; a
        snapshot that says more than about fifty years says fifty.
        """

    @property
    def quota(self) -> Quota:
        """The limit of this moment: limit, per and burst together."""

    @property
    def limit(self) -> int:
        """Tokens a period."""

    @property
    def per(self) -> float:
        """The period in seconds."""

    @property
    def burst(self) -> int:
        """The most that can be taken at once; 0 when the limit is 0."""

@final
class KeyedRateLimiter:
    """A token bucket for each key, such as a user or an address, for up to ``capacity`` of them.

    ``limit``, ``per`` and ``burst`` are those of ``RateLimiter``; each call may bring another limit
    as ``rate`` (text such as "10/minute", or a ``Quota``), so one table serves several plans.

    A key is a str, bytes, an int from 0 to 18446744073709551615, or a tuple of these. A str is the
    same key as its UTF-8 bytes, an int as its eight bytes, lowest first: keep to one kind.

    Memory is fixed: 16 bytes a key, allocated at once, never more; nothing is swept in the
    background. A bucket that has been full for a second makes room when its place is wanted; no
    other bucket ever is given up. A key may have one of eight places. When a new one finds them
    taken, ``when_full`` decides: "share": such keys share one bucket; "deny": it is denied until a
    place is free; "allow": it is allowed and not counted. ``overflowed`` says how often. With a
    capacity of twice the keys that are live at once 0.4 % of them find no place, in a table 70 %
    full 2.3 %. Places are chosen by a hash whose seed is drawn from the system, so that nobody can
    choose keys that meet; ``seed`` is for tests only.

    Any number of threads and tasks may use it at once; it takes no lock. Its truth is True, also
    when it is empty.

    Raises ``TidegateError`` (a ``ValueError``) that says which bound a limit is out of, and
    ``MemoryError`` if there is no room for it.
    """

    @overload
    def __new__(
        cls,
        limit: int,
        *,
        per: Seconds = 1.0,
        burst: int | None = None,
        capacity: int = 65536,
        when_full: WhenFullName = "share",
        seed: int | None = None,
    ) -> KeyedRateLimiter: ...
    @overload
    def __new__(
        cls,
        limit: str,
        *,
        burst: int | None = None,
        capacity: int = 65536,
        when_full: WhenFullName = "share",
        seed: int | None = None,
    ) -> KeyedRateLimiter: ...
    @overload
    def __new__(
        cls,
        limit: Quota,
        *,
        capacity: int = 65536,
        when_full: WhenFullName = "share",
        seed: int | None = None,
    ) -> KeyedRateLimiter: ...
    @staticmethod
    @overload
    def shared(
        name: str,
        limit: int,
        *,
        per: Seconds = 1.0,
        burst: int | None = None,
        capacity: int = 65536,
        when_full: WhenFullName = "share",
        path: str | os.PathLike[str] | None = None,
    ) -> KeyedRateLimiter:
        """Return the limiter of that name, which all processes of this user on this machine share.

        As ``RateLimiter.shared``. All must come with one limit, one capacity and one ``when_full``.
        """

    @staticmethod
    @overload
    def shared(
        name: str,
        limit: str,
        *,
        burst: int | None = None,
        capacity: int = 65536,
        when_full: WhenFullName = "share",
        path: str | os.PathLike[str] | None = None,
    ) -> KeyedRateLimiter: ...
    @staticmethod
    @overload
    def shared(
        name: str,
        limit: Quota,
        *,
        capacity: int = 65536,
        when_full: WhenFullName = "share",
        path: str | os.PathLike[str] | None = None,
    ) -> KeyedRateLimiter: ...
    @property
    def denied(self) -> int | None:
        """How many calls of ``try_acquire`` and ``check`` were denied, by all processes together.

        C programs count none. ``None`` of a limiter that is not shared.
        """

    def try_acquire(
        self, key: Key, n: int = 1, *, rate: Quota | str | None = None, now_ns: int | None = None
    ) -> bool:
        """Take n tokens of the key's bucket if they are there: True, or False and none is taken.

        Never waits. ``n=0`` takes nothing and is always True. ``rate`` is this call's limit instead
        of the limiter's; a ``Quota`` is quicker than text. A bucket that comes with another limit
        than before keeps what it owes, in time.

        Raises ``ValueError`` if n is more than the burst, so that no wait would help, or for a key
        that is an int out of range.
        """

    def check(
        self, key: Key, n: int = 1, *, rate: Quota | str | None = None, now_ns: int | None = None
    ) -> Decision:
        """As try_acquire, with its numbers."""

    def peek(
        self, key: Key, n: int = 1, *, rate: Quota | str | None = None, now_ns: int | None = None
    ) -> Decision:
        """Tell what check would answer; take and count nothing. ``n=0`` shows what is there."""

    def acquire(
        self,
        key: Key,
        n: int = 1,
        timeout: Seconds | None = None,
        *,
        rate: str | Quota | None = None,
    ) -> float:
        """Take n tokens of the key's bucket, sleeping until they are there; return the seconds.

        Whoever waits for a key stands in line: first come, first served, in threads and event loops
        alike. Others may still be quicker by ``try_acquire``.

        Raises ``AcquireTimeout`` (a ``TimeoutError``), and takes nothing, as soon as it is clear
        that the wait would be longer than the timeout: at once, or when those before it have had
        their turn.
        """

    def acquire_async(
        self,
        key: Key,
        n: int = 1,
        timeout: Seconds | None = None,
        *,
        rate: str | Quota | None = None,
    ) -> Coroutine[Any, Any, float]:
        """As acquire, for asyncio and trio: other tasks run while it waits. It may be cancelled."""

    @overload
    def wrap(
        self,
        function: Callable[_P, _T],
        /,
        *,
        key: Callable[_P, Key],
        timeout: Seconds | None = None,
        wait: bool = True,
        cost: int | Callable[_P, int] = 1,
    ) -> Callable[_P, _T]:
        """As ``RateLimiter.wrap``; ``key`` is a function of a call's arguments that tells it."""

    @overload
    def wrap(
        self,
        function: None = None,
        /,
        *,
        key: Callable[..., Key],
        timeout: Seconds | None = None,
        wait: bool = True,
        cost: int | Callable[..., int] = 1,
    ) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]: ...
    @property
    def _lines(self) -> Lines: ...
    def _key(self, key: Key) -> bytes: ...
    def occupied(self, *, now_ns: int | None = None) -> int:
        """Tell how many keys have a bucket that is not full, or has not been for a second.

        Reads the whole table. ``len(limiter)`` is the same now.
        """

    def occupants(self, *, now_ns: int | None = None) -> Iterator[Occupant]:
        """Iterate over their buckets, in no order; read at once.

        ``iter(limiter)`` is the same now.
        """

    @property
    def overflowed(self) -> int:
        """How many requests found all places taken that their key may have."""

    @property
    def capacity(self) -> int:
        """Places for keys: what was asked for, rounded up to a multiple of 4."""

    @property
    def quota(self) -> Quota:
        """The limit of a call that brings no other."""

    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    def __iter__(self) -> Iterator[Occupant]: ...

@final
class Occupant:
    """A key's bucket, as iterating over a ``KeyedRateLimiter`` shows it."""

    @property
    def fingerprint(self) -> int:
        """The hash by which the table knows the key; of another limiter it is another."""

    @property
    def full_at_ns(self) -> int:
        """When its bucket is full again, of ``tidegate.monotonic_ns()``."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Occupants:
    """What is left of an iteration over a ``KeyedRateLimiter``."""

    def __iter__(self) -> Occupants: ...
    def __next__(self) -> Occupant: ...

def try_acquire_all(
    layers: Layers, *, now_ns: int | None = None, wall_ns: int | None = None
) -> LayeredDecision:
    """Take from every limit, or from none.

    ``layers`` are up to 8 of ``RateLimiter``, ``FixedWindow``, ``FirstUseWindow`` and
    ``StrictWindow``, each by itself (n is 1) or as a pair (limit, n), such as requests and tokens a
    minute. Each may stand there once.

    No layer ever gives more than it has, from any number of threads. A denial has taken nothing
    once the call returns, except that a charge may stay in a bucket or a first-use window where two
    such layers lose a race in one call. ``now_ns`` stands in for the clock of buckets and strict
    windows, ``wall_ns`` for that of the other windows.

    Raises ``ValueError`` if a layer's n is more than it can ever hold; the message names it.
    """

def peek_all(
    layers: Layers, *, now_ns: int | None = None, wall_ns: int | None = None
) -> LayeredDecision:
    """Tell what try_acquire_all would answer; take nothing."""

@final
class LayeredDecision:
    """What several limits answered together; true if all of them allowed it."""

    @property
    def allowed(self) -> bool:
        """Whether all layers were charged."""

    @property
    def layer(self) -> int:
        """Which layer decided, as its index.

        Of a denial the one with the longest wait, otherwise the one with the least that remains; of
        equals the first.
        """

    @property
    def limiter(self) -> RateLimiter | FixedWindow | FirstUseWindow | StrictWindow | None:
        """The limit at that index; None if there were none."""

    @property
    def remaining(self) -> int | None:
        """The least that is left in any layer, rounded down; None for a denial."""

    @property
    def reset_after(self) -> float | None:
        """Seconds until every layer is full again, rounded up; None for a denial."""

    @property
    def reset_after_ns(self) -> int | None:
        """As reset_after, in nanoseconds."""

    @property
    def retry_after(self) -> float:
        """The longest wait of any layer in seconds, rounded up; 0.0 where it was allowed."""

    @property
    def retry_after_ns(self) -> int:
        """As retry_after, in nanoseconds, exact."""

    def __bool__(self) -> bool: ...

@final
class FixedWindow:
    """``limit`` requests in each window of ``per`` seconds, aligned to multiples of it since 1970.

    Or to those plus ``skew``, which may be negative: days of a zone two hours ahead of UTC have a
    skew of -7200.

    Around an edge it lets up to 2 x limit through: that is what such a limit means. Use it to
    mirror or to offer a documented window, and ``RateLimiter`` to protect something.

    ``limit`` and ``per`` are those of ``RateLimiter``. Any number of threads may use it at once.
    """

    @overload
    def __new__(cls, limit: int, *, per: Seconds = 1.0, skew: Seconds = 0.0) -> FixedWindow: ...
    @overload
    def __new__(cls, limit: str, *, skew: Seconds = 0.0) -> FixedWindow: ...
    def try_acquire(self, n: int = 1, *, wall_ns: int | None = None) -> bool:
        """Count n requests if the window has room: True, or False and nothing is counted.

        Raises ``ValueError`` if n is more than the limit. ``wall_ns`` stands in for the clock
        (``time.time_ns()``).
        """

    def check(self, n: int = 1, *, wall_ns: int | None = None) -> Decision:
        """As try_acquire, with its numbers."""

    def peek(self, n: int = 1, *, wall_ns: int | None = None) -> Decision:
        """Tell what check would answer; count nothing."""

    def acquire(self, n: int = 1, timeout: Seconds | None = None) -> float:
        """Take n, sleeping until there is room. Return the seconds that it took.

        Whoever waits stands in line: first come, first served, in threads and event loops alike.
        Others may still be quicker by ``try_acquire``. Other threads run while it sleeps; Ctrl-C
        ends it.

        Raises ``AcquireTimeout`` (a ``TimeoutError``), and takes nothing, as soon as it is clear
        that the wait would be longer than the timeout: at once, or when those before it have had
        their turn.
        """

    def acquire_async(
        self, n: int = 1, timeout: Seconds | None = None
    ) -> Coroutine[Any, Any, float]:
        """As acquire, for asyncio and trio: other tasks run while it waits. It may be cancelled."""

    def __enter__(self) -> float:
        """Acquire one; return the seconds that it took."""

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        """Give nothing back: it was for the work, however that ended."""

    def __aenter__(self) -> Awaitable[float]:
        """As ``__enter__``, for asyncio and trio."""

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        """Give nothing back."""

    @overload
    def wrap(
        self,
        function: Callable[_P, _T],
        /,
        *,
        timeout: Seconds | None = None,
        wait: bool = True,
        cost: int | Callable[_P, int] = 1,
    ) -> Callable[_P, _T]:
        """Return the function as one that acquires before it runs; or a decorator, without one.

        It may be a function, a coroutine function, a generator or an async generator; the last two
        acquire once, when the first item is asked for. ``cost`` is what a call takes, or a function
        of its arguments that tells it.

        Raises ``AcquireTimeout`` at once, and does not run it, if the wait would be longer than
        ``timeout``; with ``wait=False`` if there is any.
        """

    @overload
    def wrap(
        self,
        function: None = None,
        /,
        *,
        timeout: Seconds | None = None,
        wait: bool = True,
        cost: int | Callable[..., int] = 1,
    ) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]: ...
    @property
    def _line(self) -> Line: ...
    @property
    def limit(self) -> int:
        """Requests a window."""

    @property
    def per(self) -> float:
        """The length of a window in seconds."""

    @property
    def skew(self) -> float:
        """How much later than at multiples of the period windows begin, in seconds."""

@final
class FirstUseWindow:
    """``limit`` requests in each window of ``per`` seconds, which begins with its first request.

    Clients that wake up together so do not all start anew together. Around the end of a window it
    lets up to 2 x limit - 1 through; ``StrictWindow`` and ``RateLimiter`` do not.

    ``limit`` and ``per`` are those of ``RateLimiter``. Any number of threads may use it at once.
    """

    @overload
    def __new__(cls, limit: int, *, per: Seconds = 1.0) -> FirstUseWindow: ...
    @overload
    def __new__(cls, limit: str) -> FirstUseWindow: ...
    def try_acquire(self, n: int = 1, *, wall_ns: int | None = None) -> bool:
        """Count n requests if there is room: True, or False and nothing is counted.

        Raises ``ValueError`` if n is more than the limit. ``wall_ns`` stands in for the clock
        (``time.time_ns()``).
        """

    def check(self, n: int = 1, *, wall_ns: int | None = None) -> Decision:
        """As try_acquire, with its numbers."""

    def peek(self, n: int = 1, *, wall_ns: int | None = None) -> Decision:
        """Tell what check would answer; count nothing."""

    def acquire(self, n: int = 1, timeout: Seconds | None = None) -> float:
        """Take n, sleeping until there is room. Return the seconds that it took.

        Whoever waits stands in line: first come, first served, in threads and event loops alike.
        Others may still be quicker by ``try_acquire``. Other threads run while it sleeps; Ctrl-C
        ends it.

        Raises ``AcquireTimeout`` (a ``TimeoutError``), and takes nothing, as soon as it is clear
        that the wait would be longer than the timeout: at once, or when those before it have had
        their turn.
        """

    def acquire_async(
        self, n: int = 1, timeout: Seconds | None = None
    ) -> Coroutine[Any, Any, float]:
        """As acquire, for asyncio and trio: other tasks run while it waits. It may be cancelled."""

    def __enter__(self) -> float:
        """Acquire one; return the seconds that it took."""

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        """Give nothing back: it was for the work, however that ended."""

    def __aenter__(self) -> Awaitable[float]:
        """As ``__enter__``, for asyncio and trio."""

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        """Give nothing back."""

    @overload
    def wrap(
        self,
        function: Callable[_P, _T],
        /,
        *,
        timeout: Seconds | None = None,
        wait: bool = True,
        cost: int | Callable[_P, int] = 1,
    ) -> Callable[_P, _T]:
        """Return the function as one that acquires before it runs; or a decorator, without one.

        It may be a function, a coroutine function, a generator or an async generator; the last two
        acquire once, when the first item is asked for. ``cost`` is what a call takes, or a function
        of its arguments that tells it.

        Raises ``AcquireTimeout`` at once, and does not run it, if the wait would be longer than
        ``timeout``; with ``wait=False`` if there is any.
        """

    @overload
    def wrap(
        self,
        function: None = None,
        /,
        *,
        timeout: Seconds | None = None,
        wait: bool = True,
        cost: int | Callable[..., int] = 1,
    ) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]: ...
    @property
    def _line(self) -> Line: ...
    @property
    def limit(self) -> int:
        """Requests a window."""

    @property
    def per(self) -> float:
        """The length of a window in seconds."""

@final
class StrictWindow:
    """Never more than ``limit`` requests in any window of ``per`` seconds, both ends included.

    A burst within the limit goes at once. A period is cut into ``segments``, and a request counts
    for up to one of them longer than a period; so a caller that always asks gets k / (k + 1) of the
    limit at the worst, with k segments: 92 % of 100 a minute, 66 % of a thousand million. A
    ``reset_after`` is the time until nothing counts any more.

    ``limit`` and ``per`` are those of ``RateLimiter``. Any number of threads may use it at once.
    """

    @overload
    def __new__(cls, limit: int, *, per: Seconds = 1.0) -> StrictWindow: ...
    @overload
    def __new__(cls, limit: str) -> StrictWindow: ...
    def try_acquire(self, n: int = 1, *, now_ns: int | None = None) -> bool:
        """Count n requests if there is room: True, or False and nothing is counted.

        Raises ``ValueError`` if n is more than the limit. ``now_ns`` stands in for the clock
        (``tidegate.monotonic_ns()``).
        """

    def check(self, n: int = 1, *, now_ns: int | None = None) -> Decision:
        """As try_acquire, with its numbers."""

    def peek(self, n: int = 1, *, now_ns: int | None = None) -> Decision:
        """Tell what check would answer; count nothing."""

    def acquire(self, n: int = 1, timeout: Seconds | None = None) -> float:
        """Take n, sleeping until there is room. Return the seconds that it took.

        Whoever waits stands in line: first come, first served, in threads and event loops alike.
        Others may still be quicker by ``try_acquire``. Other threads run while it sleeps; Ctrl-C
        ends it.

        Raises ``AcquireTimeout`` (a ``TimeoutError``), and takes nothing, as soon as it is clear
        that the wait would be longer than the timeout: at once, or when those before it have had
        their turn.
        """

    def acquire_async(
        self, n: int = 1, timeout: Seconds | None = None
    ) -> Coroutine[Any, Any, float]:
        """As acquire, for asyncio and trio: other tasks run while it waits. It may be cancelled."""

    def __enter__(self) -> float:
        """Acquire one; return the seconds that it took."""

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        """Give nothing back: it was for the work, however that ended."""

    def __aenter__(self) -> Awaitable[float]:
        """As ``__enter__``, for asyncio and trio."""

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        """Give nothing back."""

    @overload
    def wrap(
        self,
        function: Callable[_P, _T],
        /,
        *,
        timeout: Seconds | None = None,
        wait: bool = True,
        cost: int | Callable[_P, int] = 1,
    ) -> Callable[_P, _T]:
        """Return the function as one that acquires before it runs; or a decorator, without one.

        It may be a function, a coroutine function, a generator or an async generator; the last two
        acquire once, when the first item is asked for. ``cost`` is what a call takes, or a function
        of its arguments that tells it.

        Raises ``AcquireTimeout`` at once, and does not run it, if the wait would be longer than
        ``timeout``; with ``wait=False`` if there is any.
        """

    @overload
    def wrap(
        self,
        function: None = None,
        /,
        *,
        timeout: Seconds | None = None,
        wait: bool = True,
        cost: int | Callable[..., int] = 1,
    ) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]: ...
    @property
    def _line(self) -> Line: ...
    @property
    def limit(self) -> int:
        """Requests a window."""

    @property
    def per(self) -> float:
        """The length of a window in seconds."""

    @property
    def segments(self) -> int:
        """Into how many segments a period is cut: from 1 to 32, as many as fit."""

@final
class Decision:
    """What a limiter answered. All its numbers are of one state, the one that was decided on."""

    @property
    def allowed(self) -> bool:
        """Whether the tokens were taken (of ``peek``: would be)."""

    @property
    def remaining(self) -> int | None:
        """Whole tokens left, rounded down; None for a denial."""

    @property
    def reset_after(self) -> float | None:
        """Seconds until the limiter is full, of a window until it ends; None for a denial."""

    @property
    def reset_after_ns(self) -> int | None:
        """As reset_after, in nanoseconds."""

    @property
    def retry_after(self) -> float:
        """Seconds until the same request succeeds, rounded up; 0.0 where it was allowed."""

    @property
    def retry_after_ns(self) -> int:
        """As retry_after, in nanoseconds, exact: one earlier is denied."""

    def __bool__(self) -> bool: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Backoff:
    """Delays that grow by ``factor`` from ``initial`` up to ``cap``, spread by a jitter.

    ``factor`` is 1 or at least 1.01; a ``float`` is taken by its shortest decimal: 1.1 is 11/10.
    With ``first_at_once=True`` the first retry does not wait, and the delays come after it.

    ``jitter`` is "none"; "full": anything up to the delay; "equal": half of it and anything up to
    the other half; "additive": the delay and up to ``spread`` seconds more; "around", "above": the
    delay and up to a part ``spread`` of it (0 to 1) more or less, or more; "decorrelated": from
    ``initial`` to three times the delay before (AWS); "decorrelated_v2": near ``initial`` times 2
    to the power of the attempt, and smooth (Polly). The last two take nothing of the growth but its
    first delay. Each stays within the cap and still spreads clients at the cap.

    A delay is a pure function of (seed, call, attempt), the same in every language. The seed is
    drawn from the system once for each Backoff; give your own to repeat a run.

    Raises ``TidegateError`` (a ``ValueError``) for a value out of its bounds; ``TypeError`` if
    ``spread`` is missing where a jitter needs one ("additive", "around", "above"), or is given
    where it takes none.
    """

    @overload
    def __new__(
        cls,
        initial: Seconds,
        *,
        factor: Number = 2,
        cap: Seconds,
        jitter: Literal["none", "full", "equal", "decorrelated", "decorrelated_v2"] = "full",
        spread: None = None,
        first_at_once: bool = False,
    ) -> Backoff: ...
    @overload
    def __new__(
        cls,
        initial: Seconds,
        *,
        factor: Number = 2,
        cap: Seconds,
        jitter: Literal["additive"],
        spread: Seconds,
        first_at_once: bool = False,
    ) -> Backoff: ...
    @overload
    def __new__(
        cls,
        initial: Seconds,
        *,
        factor: Number = 2,
        cap: Seconds,
        jitter: Literal["around", "above"],
        spread: Number,
        first_at_once: bool = False,
    ) -> Backoff: ...
    @staticmethod
    def constant(
        delay: Seconds,
        *,
        cap: Seconds | None = None,
        jitter: JitterName = "full",
        spread: Seconds | None = None,
        first_at_once: bool = False,
    ) -> Backoff:
        """Return the same delay each time.

        A ``cap`` above it gives a jitter room to add; it is the delay itself if it is not given.
        """

    @staticmethod
    def linear(
        initial: Seconds,
        *,
        step: Seconds,
        cap: Seconds,
        jitter: JitterName = "full",
        spread: Seconds | None = None,
        first_at_once: bool = False,
    ) -> Backoff:
        """Return delays from ``initial``, each ``step`` longer than the one before."""

    @staticmethod
    def polynomial(
        initial: Seconds,
        *,
        power: int,
        cap: Seconds,
        jitter: JitterName = "full",
        spread: Seconds | None = None,
        first_at_once: bool = False,
    ) -> Backoff:
        """Return ``initial`` times 1, 2, 3 and so on to the given power."""

    @staticmethod
    def fibonacci(
        initial: Seconds,
        *,
        cap: Seconds,
        jitter: JitterName = "full",
        spread: Seconds | None = None,
        first_at_once: bool = False,
    ) -> Backoff:
        """Return ``initial`` times the numbers of Fibonacci: 1, 1, 2, 3, 5, 8 and so on."""

    @staticmethod
    def list(
        delays: Iterable[Seconds],
        *,
        cap: Seconds,
        jitter: JitterName = "full",
        spread: Seconds | None = None,
        first_at_once: bool = False,
    ) -> Backoff:
        """Return the listed delays in turn, then the last one for ever; one to eight of them."""

    def delay(self, attempt: int, *, seed: int | None = None, call: int = 0) -> float:
        """Return the seconds to wait before retry number ``attempt``, from 0; rounded up.

        ``call`` tells the calls of one process apart: number them to spread their retries.
        """

    def delay_ns(self, attempt: int, *, seed: int | None = None, call: int = 0) -> int:
        """As delay, in nanoseconds, exact."""

@final
class RetryCosts:
    """What each retry costs a ``RetryQuota``, by its cause, in tokens.

    It is frozen and compares by value. AWS' own tables are known by name.
    """

    def __new__(
        cls, *, failure: int, transient: int, throttled: int, first_success: int = 1
    ) -> RetryCosts: ...
    @property
    def failure(self) -> int:
        """Of a "failure": the server failed."""

    @property
    def transient(self) -> int:
        """Of a "transient" one: the connection or the answer came too late, or was lost."""

    @property
    def throttled(self) -> int:
        """Of a "throttled" one: the server refused, too many requests."""

    @property
    def first_success(self) -> int:
        """What a success at the first try gives back."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class RetryQuota:
    """Tokens that retries take and successes give back, shared by all callers of a server (AWS).

    Before a retry call ``try_spend``, and send only if it gives a cost. When the request has
    succeeded, call ``succeeded`` with the last cost it was given, or without one if it was never
    sent again. What a failed retry took is lost: a server that is down gets at most capacity / cost
    retries from all callers together.

    ``costs`` is "aws_2_0" (5 tokens, 10 for what was lost on the way), "aws_2_1" (14, and 5 for a
    refusal), or ``RetryCosts``. Any number of threads may use it at once; it takes no lock.
    """

    def __new__(
        cls, capacity: int = 500, *, costs: CostsName | RetryCosts = "aws_2_0"
    ) -> RetryQuota: ...
    def try_spend(self, cause: CauseName) -> int | None:
        """Take the cost of a retry and return it; None, and take nothing, if fewer are left.

        Raises ``TidegateError`` (a ``ValueError``) for an unknown cause.
        """

    def succeeded(self, last_cost: int | None = None) -> None:
        """Give back what the last retry of a request that has succeeded cost.

        None or 0 stands for one that was never sent again: it gives back what a success at the
        first try does.
        """

    def cancelled(self, cost: int) -> None:
        """Give back the cost of a retry that was not sent."""

    @property
    def tokens(self) -> int:
        """Tokens that are left."""

@final
class RetryRules:
    """By which rules an operation of any kind is tried again, and what it shares with others.

    ``attempts`` is how often it is tried in all, ``timeout`` the time of all attempts and waits
    together (no wait begins that would end at its end or later), ``attempt_timeout`` that of one,
    which ``Attempts.left`` heeds; None is no bound. The waits are those of ``backoff``; a wait that
    the other side has told is obeyed if it is not longer than ``max_server_delay``, and up to
    ``server_jitter`` is added to it.

    ``budget`` and ``breaker`` are shared with all who are given them. The seed of the delays is
    drawn from the system; give your own to repeat a run.

    ``RetryPolicy`` has a loop around it; this is for a loop of your own.

    Raises ``TidegateError`` (a ``ValueError``) for a value out of its bounds.
    """

    def __new__(
        cls,
        *,
        attempts: int | None = 4,
        timeout: Seconds | None = None,
        attempt_timeout: Seconds | None = None,
        backoff: Backoff | None = None,
        server_jitter: Seconds = 1.0,
        max_server_delay: Seconds = 3600.0,
        budget: RetryBudget | RetryQuota | RetryThrottle | None = None,
        breaker: CircuitBreaker | None = None,
        seed: int | None = None,
    ) -> RetryRules: ...
    def begin(self, *, call: int | None = None, now_ns: int | None = None) -> Attempts:
        """Return an operation that was not tried yet; its timeout begins now.

        ``call`` is its number, by which its delays differ from those of others; if it is not given
        they are numbered as they are begun.
        """

    @property
    def attempts(self) -> int | None:
        """Attempts in all; None for no bound."""

    @property
    def timeout(self) -> float | None:
        """The time of all attempts and waits in seconds; None for no bound."""

    @property
    def _is_shared(self) -> bool: ...

@final
class Attempts:
    """One operation across its attempts. ``RetryRules.begin`` makes it.

    Ask ``next`` what to do, do it, report what came of it; the same loop as of a ``Call``.
    """

    def next(self, *, now_ns: int | None = None) -> Step:
        """Tell what to do now: "send" is to try once.

        It passes the breaker, and only then anything is counted.
        """

    def succeeded(self, *, now_ns: int | None = None) -> None:
        """Report that the attempt has succeeded.

        Raises ``TidegateError`` (a ``ValueError``) if none runs.
        """

    def failed(
        self,
        cause: CauseName = "failure",
        told: Seconds | None = None,
        *,
        now_ns: int | None = None,
    ) -> None:
        """Report that the attempt has failed in a way that may be tried again.

        ``cause`` is "failure" (the other side failed), "transient" (it was lost, or not in time) or
        "throttled" (refused for its rate, which is no failure of the other side); ``told`` is a
        wait that the other side told.

        Raises ``TidegateError`` (a ``ValueError``) if none runs, and for another cause.
        """

    def aborted(self) -> None:
        """Report that it is not tried again.

        It was given up, or failed in a way that is not to be tried again. What a retry has paid
        that waits is given back.
        """

    @property
    def attempts(self) -> int:
        """How often it was tried, the attempt that runs included."""

    def left(self, *, now_ns: int | None = None) -> float | None:
        """Return how many seconds the attempt that runs may go on.

        To the end of its own timeout or of that of all; None where there is neither.
        """

    def left_ns(self, *, now_ns: int | None = None) -> int | None:
        """As left, in nanoseconds."""

    def elapsed(self, *, now_ns: int | None = None) -> float:
        """Return the seconds since it began."""

@final
class RetryThrottle:
    """Tokens of a server: while more than half are there, a request may be sent again (gRPC).

    Call ``failed`` for each attempt that failed in a way that would be tried again, and send again
    only if it says so; call ``succeeded`` for each that did not fail. A failure takes a token, a
    success brings ``ratio`` of one, in whole thousandths. ``max_tokens`` is from 1 to 1,000.

    Any number of threads may use it at once; it takes no lock.

    Raises ``TidegateError`` (a ``ValueError``) for a number out of its bounds.
    """

    def __new__(cls, max_tokens: int, ratio: Number) -> RetryThrottle: ...
    def replaced(self, max_tokens: int, ratio: Number) -> RetryThrottle:
        """Return one of other numbers that is as full as this one, rounded down.

        Do not use this one any more: what it counts from now on does not reach the other.
        """

    def failed(self) -> bool:
        """Take a token for a failure; tell whether the request may be sent again."""

    def succeeded(self) -> None:
        """Bring a part of a token for a success."""

    def allows(self) -> bool:
        """Tell whether a retry, or a hedge, may be sent now. Take nothing."""

    @property
    def tokens(self) -> float:
        """Tokens that are left."""

    @property
    def thousandths(self) -> int:
        """As tokens, in thousandths of one, exact."""

@final
class RetryBudget:
    """At most ``ratio`` retries for each request of a window, and ``reserve`` on top (Finagle).

    Call ``deposit`` for each new request, and before each retry ``try_withdraw``: send again only
    if it says so. So retries never add more than the ratio to the load of a server.

    ``window`` is from a second to an hour, counted in five segments, the one that has begun
    included. ``ratio`` is from 0 to 1,000, in whole millionths. Any number of threads may use it at
    once; it takes no lock.

    Raises ``TidegateError`` (a ``ValueError``) for a number out of its bounds.
    """

    def __new__(
        cls, *, window: Seconds = 10.0, ratio: Number = 0.2, reserve: int = 10
    ) -> RetryBudget: ...
    def deposit(self, *, now_ns: int | None = None) -> None:
        """Count a new request."""

    def try_withdraw(self, *, now_ns: int | None = None) -> bool:
        """Take one retry out of the budget; tell whether there was one."""

    def available(self, *, now_ns: int | None = None) -> int:
        """Return how many retries are left now."""

@final
class AdaptiveThrottle:
    """Client-side throttling as in Google's book on site reliability.

    Before each send, the first and every retry, call ``try_send``, and send only if it says so;
    when the server has accepted the request (answered it with anything but a refusal for its load),
    call ``accepted``. Of the requests of the last ``window`` seconds, a part
    ``(requests - k * accepts) / (requests + 1)`` is rejected here, but never more than ``most``.

    ``window`` is from a second to an hour, counted in twelve segments, the one that has begun
    included. ``k`` is from 1 to 1,000, in whole thousandths, ``most`` from 0 to 1, in whole
    millionths. Any number of threads may use it at once; it takes no lock.

    Raises ``TidegateError`` (a ``ValueError``) for a number out of its bounds.
    """

    def __new__(
        cls, *, window: Seconds = 120.0, k: Number = 2.0, most: Number = 1.0
    ) -> AdaptiveThrottle: ...
    def try_send(
        self,
        *,
        seed: int | None = None,
        call: int = 0,
        attempt: int = 0,
        now_ns: int | None = None,
    ) -> bool:
        """Count a request; tell whether to send it.

        It is drawn from (seed, call, attempt), the same in every language; without a seed, from the
        random numbers of the system.
        """

    def accepted(self, *, now_ns: int | None = None) -> None:
        """Count a request that the server has accepted."""

    def rejected(self, *, now_ns: int | None = None) -> float:
        """Return which part of the requests would be rejected now, from 0 to 1."""

    def rejected_millionths(self, *, now_ns: int | None = None) -> int:
        """As rejected, in whole millionths, rounded down."""

@final
class AdaptiveRate:
    """A sending rate that a refusal cuts to 70 %, and that then climbs back along a cubic (AWS).

    Before each send ask ``try_send``; after each answer call ``answered``. Until the first refusal
    nothing is held back. The rate never exceeds twice what is really sent.

    Any number of threads may use it at once; it takes no lock.
    """

    def __new__(cls, *, now_ns: int | None = None) -> AdaptiveRate: ...
    def try_send(self, *, now_ns: int | None = None) -> float | None:
        """Take a token for one send and return None; or return the seconds until there is one.

        They are rounded up and never 0; then nothing was taken.
        """

    def try_send_ns(self, *, now_ns: int | None = None) -> int | None:
        """As try_send, in nanoseconds, exact."""

    def answered(self, refused: bool, *, now_ns: int | None = None) -> None:
        """Learn from an answer, or from a failure that was none.

        ``refused``: whether the server has refused it for the rate.
        """

    @property
    def rate(self) -> float:
        """The rate that is let through, a second; 0.0 before the first answer."""

    @property
    def rate_pico(self) -> int:
        """As rate, in 10**-12 a second, exact and the same in every language."""

    @property
    def measured(self) -> float:
        """The rate that was really sent, smoothed, a second."""

    @property
    def measured_pico(self) -> int:
        """As measured, in 10**-12 a second, exact and the same in every language."""

@final
class Passage:
    """What a request that a ``CircuitBreaker`` let through is told by when it is reported.

    It is good for one report, and for none once the breaker has changed its state.
    """

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class CircuitBreaker:
    """A circuit breaker that all callers of a server share; consecutive and ratio make one.

    Before each send call ``try_call``; afterwards report with what it gave: ``succeeded``,
    ``failed``, or ``cancelled`` when there is nothing to say. A refusal for its rate (429) is no
    failure of the server. A probe that is never reported holds the others back for ``open_for``.

    Any number of threads may use it at once; it takes no lock.
    """

    @staticmethod
    def consecutive(failures: int, open_for: Seconds, probes: int = 1) -> CircuitBreaker:
        """Return one that opens after so many failures in turn, for ``open_for`` seconds.

        ``probes`` successes in turn close it.

        Raises ``TidegateError`` (a ``ValueError``) for a number out of its bounds.
        """

    @staticmethod
    def ratio(
        window: Seconds, part: Number, least: int, open_for: Seconds, probes: int = 1
    ) -> CircuitBreaker:
        """Return one that opens when a part of the calls of a window have failed.

        It opens on a failure when of at least ``least`` calls of the last ``window`` seconds a part
        ``part`` or more have failed. The window is from a second to an hour, counted in ten
        segments, the one that has begun included; ``part`` is from 0.000001 to 1, in whole
        millionths.

        Raises ``TidegateError`` (a ``ValueError``) for a number out of its bounds.
        """

    def try_call(self, *, now_ns: int | None = None) -> Passage | float:
        """Let a request pass; or return the seconds for which none will, rounded up, never 0.0.

        It may be sent then, unless another probe is sent first.
        """

    def try_call_ns(self, *, now_ns: int | None = None) -> Passage | int:
        """As try_call, its wait in nanoseconds, exact."""

    def succeeded(self, passage: Passage, *, now_ns: int | None = None) -> None:
        """Report that a request has succeeded."""

    def failed(self, passage: Passage, *, now_ns: int | None = None) -> None:
        """Report that a request has failed."""

    def cancelled(self, passage: Passage) -> None:
        """Report that a request was not sent; if it was the probe, another may go."""

    def state(self, *, now_ns: int | None = None) -> BreakerStateName:
        """Tell what it does now: requests pass, none passes, or one at a time."""

@final
class RetryAfter:
    """The value of a Retry-After header: a delay, or a date of the server's clock."""

    @property
    def delay(self) -> float | None:
        """The delay in seconds; None for a date."""

    @property
    def delay_ns(self) -> int | None:
        """The delay in nanoseconds; None for a date."""

    @property
    def date(self) -> float | None:
        """The date in seconds since 1970, as ``time.time()`` counts; None for a delay."""

    @property
    def date_ns(self) -> int | None:
        """The date in nanoseconds since 1970; None for a delay."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def parse_retry_after(
    value: str | bytes | bytearray, /, *, wall_ns: int | None = None
) -> RetryAfter | None:
    """Read a Retry-After header: whole seconds, or a date in any of the three HTTP forms.

    Anything else is None: garbage is ignored, never guessed at. Years of two digits are read as
    seen from ``wall_ns``, or from 2026.
    """

@final
class Hints:
    """The rate-limit headers of one response.

    Retry-After, Date and X-RateLimit-Limit, -Remaining, -Reset and -Window. Names are compared
    without regard to case; garbage is ignored and counted.
    """

    def __new__(cls, headers: Headers = (), /) -> Hints: ...
    def header(
        self, name: str | bytes | bytearray, value: str | bytes | bytearray, /
    ) -> Literal["read", "unknown", "invalid"]:
        """Take one more header; "unknown" says nothing about limits, "invalid" is garbage."""

    @property
    def retry_after(self) -> RetryAfter | None:
        """Retry-After."""

    @property
    def date(self) -> float | None:
        """Date: when the server made the answer, in seconds since 1970."""

    @property
    def date_ns(self) -> int | None:
        """As date, in nanoseconds."""

    @property
    def limit(self) -> int | None:
        """X-RateLimit-Limit: requests a window."""

    @property
    def remaining(self) -> int | None:
        """X-RateLimit-Remaining: requests left in this window."""

    @property
    def reset(self) -> float | None:
        """X-RateLimit-Reset: when this window ends, in seconds since 1970 by the server's clock."""

    @property
    def reset_ns(self) -> int | None:
        """As reset, in nanoseconds."""

    @property
    def window(self) -> float | None:
        """X-RateLimit-Window: the length of a window in seconds."""

    @property
    def window_ns(self) -> int | None:
        """As window, in nanoseconds."""

    @property
    def unit(self) -> UnitName:
        """What the limit counts: "requests", unless ``Advice`` said otherwise."""

    @property
    def should_retry(self) -> bool | None:
        """Whether the server says that sending again helps; None if it does not say."""

    @property
    def is_global(self) -> bool:
        """Whether a denial is of a limit over everything, rather than of one route."""

    @property
    def invalid(self) -> int:
        """How many headers were known by name and garbage by value."""

    def explain(self, *, wall_ns: int | None = None) -> str:
        """Return what they say, line by line, for people."""

@final
class Dialect:
    """Which rate-limit headers are read, and how a reset and a fraction are.

    ``name`` is "common" (every header that is known), "ietf" (drafts 3 to 10) or a vendor.
    Retry-After, Date and Age are read in every dialect. ``reset`` gives a reset another meaning
    than the dialect does: "auto" (by its shape, and a number by its size), "epoch_s" or "epoch_ms"
    (since 1970), "s" or "ms" (from the answer), "duration" ("1m30s"), "rfc3339". ``decimals`` says
    whether there may be fractions.

    Raises ``TidegateError`` (a ``ValueError``) for an unknown name or reset.
    """

    def __new__(
        cls,
        name: DialectName = "common",
        *,
        reset: ResetName | None = None,
        decimals: bool | None = None,
    ) -> Dialect: ...
    @property
    def name(self) -> DialectName:
        """Its name."""

    @property
    def reset(self) -> ResetName:
        """What the value of a reset header is."""

    @property
    def decimals(self) -> bool:
        """Whether numbers may have fractions."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Allowance:
    """One limit that a response told of; ``Advice`` makes it. What was not told is None."""

    @property
    def name(self) -> str:
        """The server's name for it, "" if it has none."""

    @property
    def partition(self) -> int | None:
        """Which of several partitions of the same limit: a fingerprint, equal for equal keys."""

    @property
    def unit(self) -> UnitName:
        """What is counted: "requests" where nothing else is said."""

    @property
    def limit(self) -> int | None:
        """How many a window."""

    @property
    def remaining(self) -> int | None:
        """How many are left, rounded down."""

    @property
    def used(self) -> int | None:
        """How many were used, rounded up."""

    @property
    def reset(self) -> float | None:
        """When there will be more, in seconds since 1970; None if not told, or as reset_after."""

    @property
    def reset_ns(self) -> int | None:
        """As reset, in nanoseconds."""

    @property
    def reset_after(self) -> float | None:
        """How many seconds after the answer there will be more; None if not told, or as reset."""

    @property
    def reset_after_ns(self) -> int | None:
        """As reset_after, in nanoseconds."""

    @property
    def window(self) -> float | None:
        """The length of a window in seconds."""

    @property
    def window_ns(self) -> int | None:
        """As window, in nanoseconds."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Advice:
    """The headers of one response, in any dialect: Retry-After, and every limit that was told.

    ``headers`` is a mapping (dict, httpx.Headers, requests' headers) or pairs. ``dialect`` is a
    ``Dialect`` or the name of one. What is malformed is ignored and counted, never half used;
    beyond eight limits what is told is left out and counted.

    ``wall_ns`` of its methods is what is known of the server's clock; left out, it is this
    machine's.

    Raises ``TidegateError`` (a ``ValueError``) for an unknown dialect.
    """

    def __new__(
        cls, headers: Headers = (), *, dialect: Dialect | DialectName = "common"
    ) -> Advice: ...
    def header(
        self, name: str | bytes | bytearray, value: str | bytes | bytearray, /
    ) -> Literal["read", "unknown", "invalid"]:
        """Take one more header line; "unknown" says nothing here, "invalid" is garbage."""

    @property
    def retry_after(self) -> RetryAfter | None:
        """Retry-After, or the same in milliseconds; of two waits the longer."""

    @property
    def date(self) -> float | None:
        """Date: when the server made the answer, in seconds since 1970."""

    @property
    def date_ns(self) -> int | None:
        """As date, in nanoseconds."""

    @property
    def should_retry(self) -> bool | None:
        """Whether the server says that sending again helps."""

    @property
    def is_global(self) -> bool | None:
        """Whether the limit that denied is one of the whole account."""

    @property
    def is_cached(self) -> bool:
        """Whether the answer came out of a cache, so that it says nothing of limits."""

    @property
    def bucket(self) -> str | None:
        """X-RateLimit-Bucket: which limit several routes share."""

    @property
    def scope(self) -> str | None:
        """X-RateLimit-Scope: whose limit it is."""

    @property
    def invalid(self) -> int:
        """How many headers were known by name and garbage by value."""

    @property
    def dropped(self) -> int:
        """How many values were valid and found no room."""

    @property
    def allowances(self) -> tuple[Allowance, ...]:
        """Every limit that was told, in the order in which they were first told.

        First those of which something was counted, then those that were only promised.
        """

    def tightest(self, *, wall_ns: int | None = None) -> Allowance | None:
        """Return the limit that stops a client first.

        The least that is left, and of the same the longest wait. None if nothing can be compared.
        """

    def wait(self, *, wall_ns: int | None = None) -> float | None:
        """Return how many seconds to send nothing, rounded up; None if nothing says so.

        What Retry-After says, or else until the last of the limits that are used up has more.
        """

    def wait_ns(self, *, wall_ns: int | None = None) -> int | None:
        """As wait, in nanoseconds, exact."""

    def hints(self, *, wall_ns: int | None = None) -> Hints:
        """Return the same for ``Call.answered``: Retry-After, and the tightest limit."""

    def explain(self, *, wall_ns: int | None = None) -> str:
        """Return what it says, line by line, for people."""

@final
class Announcement:
    """One limit for ``announce``.

    How many a window of ``window`` seconds, how many are left, and how many seconds until there
    will be more. ``name`` is what the latest draft calls it, printable ASCII; the other forms have
    no names. It is frozen and compares by value.
    """

    def __new__(
        cls, name: str = "", *, limit: int, remaining: int, reset_after: Seconds, window: Seconds
    ) -> Announcement: ...
    @property
    def name(self) -> str:
        """What the latest draft calls it."""

    @property
    def limit(self) -> int:
        """How many a window."""

    @property
    def remaining(self) -> int:
        """How many are left."""

    @property
    def reset_after(self) -> float:
        """How many seconds until there will be more."""

    @property
    def reset_after_ns(self) -> int:
        """As reset_after, in nanoseconds."""

    @property
    def window(self) -> float:
        """The length of a window in seconds."""

    @property
    def window_ns(self) -> int:
        """As window, in nanoseconds."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def announce(
    form: FormName,
    limits: Iterable[Announcement],
    *,
    retry_after: Seconds | None = None,
    wall_ns: int | None = None,
) -> list[tuple[str, str]]:
    """Return the headers that announce these limits, in the order in which they are sent.

    With Retry-After if a wait is given. Times are whole seconds, rounded up. ``form`` is "x"
    (X-RateLimit-*, of the limit with the least left), "draft-6", "draft-7" or "draft-10".
    ``wall_ns`` stands in for the clock (``time.time_ns()``).

    Raises ``TidegateError`` (a ``ValueError``) for an unknown form; for no limit, a name that is
    not printable ASCII, or values beyond 384 bytes.
    """

def client_key(
    peer: str | bytes | bytearray | None,
    forwarded_for: str | bytes | bytearray | Iterable[str | bytes | bytearray] | None = None,
    *,
    trusted_proxies: int = 0,
    ipv6_prefix: int = 56,
) -> str:
    """Return the address of a client as the key of its limits.

    Of IPv4 the whole, of IPv6 the network that one customer has ("2001:db8:7:1200::/56"), and
    "unknown" where there is none to be read.

    ``peer`` is the address of the connection's other end; None if it has none. ``forwarded_for`` is
    the value of X-Forwarded-For, or of Forwarded (RFC 7239), or a list of them in the order in
    which they came. It is believed from the right, for as many entries as there are
    ``trusted_proxies`` of your own, the peer being the first: what stands left of them was written
    by the client itself. With 0 it counts for nothing. IPv6 addresses are cut to ``ipv6_prefix``
    bits, from 32 to 128.

    Raises ``TidegateError`` (a ``ValueError``) for a prefix out of its bounds.
    """

def link_next(link: str | bytes | bytearray | Iterable[str | bytes | bytearray]) -> str | None:
    """Return the URL of the next page that a ``Link`` header names (RFC 8288).

    Perhaps relative to that of the response; None if it names none. ``link`` is its value, or a
    list of them if it came more than once. Do not send credentials to another host because a header
    names it.
    """

@final
class ErrorBody:
    """What an error body says; see ``scan_error_body``."""

    @property
    def code(self) -> str | None:
        """The code for machines."""

    @property
    def message(self) -> str | None:
        """The message for people."""

    @property
    def request_id(self) -> str | None:
        """The id to name when asking for support."""

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """(path, issue) of each member of the request that is wrong; at most 8."""

    @property
    def violated_policies(self) -> tuple[str, ...]:
        """The names of the limits that were exceeded; at most 8."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def remove_shared(name: str, *, path: str | os.PathLike[str] | None = None) -> bool:
    """Remove the shared limiter of a name, or of the path that stands for it.

    False if there is none. Processes that have it open go on sharing it among themselves; who opens
    it anew makes another one.
    """

def scan_error_body(body: str | bytes | bytearray, /) -> ErrorBody:
    """Read the body of an error answer, in whatever shape an API sends it.

    StackFlow's or VelaFlows' envelope, problem details (RFC 9457), or what other APIs have. A code
    may be a number: its digits.

    A bounded scan: 4096 bytes, 32 levels, 8 fields. A body that is not one whole JSON object says
    nothing: everything is None.
    """

@final
class Api:
    """One API: its limits by category, its headers and its retry rules.

    ``name`` is one of ``tidegate.APIS``, or a ``Policy``; ``Api.from_file`` and ``Api.from_json``
    read a policy that is written as JSON.

    A client asks ``call`` before each request; a server asks ``admit``. One Api serves one side,
    all threads and tasks of a process and up to 63 keys (users or tokens); further keys share one
    place and so limit each other (``overflowed`` counts them).

    ``window`` (whole seconds) replaces the documented length of every window that is aligned to the
    clock, for trials that cannot wait a quarter of an hour. ``seed`` spreads the retries; it is
    drawn from the system if it is not given.

    Raises ``TidegateError`` (a ``ValueError``) for an unknown name or a window out of its bounds.
    """

    def __new__(
        cls, name: ApiName | Policy, *, window: Seconds | None = None, seed: int | None = None
    ) -> Api: ...
    @staticmethod
    def named(name: ApiName, *, window: Seconds | None = None, seed: int | None = None) -> Api:
        """Return the API of this name, one of ``tidegate.APIS``."""

    @staticmethod
    def from_json(
        text: str | bytes | bytearray, *, window: Seconds | None = None, seed: int | None = None
    ) -> Api:
        """Return the API that a policy describes, as JSON.

        Raises ``PolicyError`` (a ``TidegateError``) that names the first thing that is wrong, its
        place and what is allowed.
        """

    @staticmethod
    def from_file(
        path: str | bytes | os.PathLike[str] | os.PathLike[bytes],
        *,
        window: Seconds | None = None,
        seed: int | None = None,
    ) -> Api:
        """Return the API that a policy file describes.

        Raises ``OSError`` if the file cannot be read; ``PolicyError`` (a ``TidegateError``), with
        the path in front, for the first thing that is wrong with it.
        """

    @staticmethod
    def stackflow(*, window: Seconds | None = None, seed: int | None = None) -> Api:
        """Return the StackFlow API: limits per user and minute, 5,000 a second for the account."""

    @staticmethod
    def velaflows(*, window: Seconds | None = None, seed: int | None = None) -> Api:
        """Return the VelaFlows API: limits per token and quarter of an hour."""

    def call(
        self,
        method: str,
        path: str,
        *,
        key: str | bytes | bytearray,
        role: str = "",
        idempotency_key: bool = False,
        tokens: int = 0,
        timeout: Seconds | None = None,
        deadline_ns: int | None = None,
        now_ns: int | None = None,
    ) -> Call:
        """Begin one logical request of a client, across its attempts.

        ``key`` is whose limits they are: the user or token. ``idempotency_key`` says that the
        request carries one, so that a POST or PATCH may be repeated. It ends after ``timeout`` or
        at ``deadline_ns`` (of ``tidegate.monotonic_ns()``): no wait is begun that would end later.
        ``tokens`` is how many it will use, an estimate, where a limit counts tokens.

        Raises ``TidegateError`` (a ``ValueError``) for an unknown method or role, a path without
        its first slash, or an empty key.
        """

    def admit(
        self,
        method: str,
        path: str,
        *,
        key: str | bytes | bytearray,
        role: str = "",
        tokens: int = 0,
        now_ns: int | None = None,
        wall_ns: int | None = None,
    ) -> Admission:
        """Tell whether a server lets a request in; count it in all of its limits, or in none.

        ``tokens`` is how many it will use, where a limit counts tokens.
        """

    @property
    def policy(self) -> Policy:
        """What it keeps to."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def overflowed(self) -> int:
        """How many requests came with a key that found all places taken."""

@final
class Policy:
    """What an API's document says, as a value: categories and limits, headers, retries, pages.

    ``Api(policy)`` keeps to it. ``Policy.from_file`` and ``Policy.from_json`` read it from JSON,
    whose members the file ``policies/schema.json`` describes; ``Policy.named`` has those of
    ``tidegate.APIS``. It is frozen and compares by value.
    """

    @staticmethod
    def named(name: ApiName) -> Policy:
        """Return the policy of this name, one of ``tidegate.APIS``.

        Raises ``TidegateError`` (a ``ValueError``) if there is none of this name.
        """

    @staticmethod
    def from_json(text: str | bytes | bytearray) -> Policy:
        """Return the policy that a JSON text describes: str, or bytes of UTF-8.

        Only its name and its categories must be there; a member that is not known is an error.

        Raises ``PolicyError`` (a ``TidegateError``) that names the first thing that is wrong, its
        place and what is allowed.
        """

    @staticmethod
    def from_file(path: str | bytes | os.PathLike[str] | os.PathLike[bytes]) -> Policy:
        """Return the policy that a file describes.

        Raises ``OSError`` if the file cannot be read; ``PolicyError`` (a ``TidegateError``), with
        the path in front, for the first thing that is wrong with it.
        """

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def dialect(self) -> Dialect | None:
        """How its headers are read; None if they are the plain ones."""

    @property
    def categories(self) -> tuple[Category, ...]:
        """Its categories in order; a request that no route names belongs to the first."""

    @property
    def shared(self) -> tuple[Limit, ...]:
        """The limits that all keys share."""

    @property
    def pages(self) -> Pages | None:
        """How lists are read page by page; None if it does not say."""

    @property
    def batches(self) -> tuple[Batch, ...]:
        """The routes that do many things at once."""

    def batch(self, path: str) -> Batch | None:
        """Return the route that does many things at once and that a path belongs to."""

    def error_body(self, body: str | bytes | bytearray) -> ErrorBody:
        """Read an error body of this API, its parts where the policy names their places."""

    def refusal(
        self,
        code: str,
        *,
        retry_after: Seconds,
        limit: str = "",
        limited_by: Literal["category", "gateway"] = "category",
        request_id: str = "",
    ) -> tuple[bytes, str]:
        """Return the body of an answer that refuses a request, and its media type.

        In the policy's envelope. ``Admission.body`` makes it of a denial; this is for limits of
        your own. ``code`` is the API's code, ``limit`` the name of the limit, ``limited_by``
        whether it is the key's own in its category or the gateway's over all keys, ``request_id``
        the id by which people ask for support.
        """

    def cache_ttl(self, method: str, path: str) -> float | None:
        """Return how many seconds the answer to such a request is good for.

        None for every method but GET, and where the policy does not say.

        Raises ``TidegateError`` (a ``ValueError``) for an unknown method, or a path without its
        first slash.
        """

    def cache_ttl_ns(self, method: str, path: str) -> int | None:
        """As cache_ttl, in nanoseconds."""

    def explain(self) -> str:
        """Return what it says, line by line, for people; ``str()`` does the same."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    __hash__: None  # type: ignore[assignment]

@final
class Category:
    """What requests are counted in, for every key by itself; ``Policy.categories`` has them."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Its limits, all of which apply."""

    @property
    def cache(self) -> float | None:
        """How many seconds an answer to a GET is good for; None if the policy does not say."""

    @property
    def cache_ns(self) -> int | None:
        """As cache, in nanoseconds."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Limit:
    """One limit of a policy, as its document says it; an Api's ``window`` does not show here."""

    @property
    def kind(self) -> LimitName:
        """How it counts; a "fixed_window" is aligned to the clock."""

    @property
    def name(self) -> str:
        """Its name, "" if it has none."""

    @property
    def limit(self) -> int:
        """How many a period."""

    @property
    def unit(self) -> UnitName:
        """What is counted: "requests", or what ``Api.call`` is told with ``tokens``."""

    @property
    def per(self) -> float:
        """The length of the window, or of a bucket's period, in seconds."""

    @property
    def per_ns(self) -> int:
        """As per, in nanoseconds."""

    @property
    def burst(self) -> int | None:
        """How many at once, of a token bucket; else None."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Pages:
    """How lists are read page by page; ``Policy.pages`` has it."""

    @property
    def style(self) -> PageStyleName:
        """How the next page is asked for.

        "number", "offset" (how many to leave out), "cursor" (a mark that the page before gave) or
        "link" (the next of the Link header).
        """

    @property
    def parameter(self) -> str:
        """The query parameter of the page, offset or cursor; "" if there is none."""

    @property
    def size(self) -> str:
        """The query parameter of how many a page has; "" if there is none."""

    @property
    def default_size(self) -> int:
        """What is asked for where nothing else is said; 0 if that is not known."""

    @property
    def max_size(self) -> int:
        """The most that may be asked for; 0 if that is not known."""

    @property
    def first(self) -> int:
        """The number of the first page."""

    @property
    def items(self) -> str:
        """Where in a body the list of items stands, as names with dots between them.

        "" where the body is the list, or the policy does not say.
        """

    @property
    def more(self) -> str:
        """Where in a body stands whether there are more pages."""

    @property
    def next(self) -> str:
        """Where in a body the cursor of the next page stands."""

    @property
    def last(self) -> str:
        """Where in the last item of a page the cursor of the next one stands."""

    def start(self, size: int | None = None) -> Paging:
        """Return a list at its first page, by ``size`` items a page, or by the default.

        Raises ``TidegateError`` (a ``ValueError``) for a size of 0 or above max_size, or where it
        cannot be chosen.
        """

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Paging:
    """Where the reading of one list stands; ``Pages.start`` makes it.

    Set the query parameters ``size`` and ``position`` where there are such, send, and report with
    ``answered`` what the page had, which says whether there is another. In the style of cursors the
    next one is then sent under ``cursor``, in that of links its URL is asked for as it is.
    """

    @property
    def size(self) -> tuple[str, int] | None:
        """The query parameter of how many items a page has, and its value."""

    @property
    def position(self) -> tuple[str, int] | None:
        """The query parameter of the page's number, or of the items to leave out, and its value."""

    @property
    def cursor(self) -> str | None:
        """The query parameter of the cursor; None in other styles."""

    def answered(
        self, items: int, *, more: bool | None = None, next_page: str | bytes = ""
    ) -> bool:
        """Report that a page had so many items; return whether there is another page.

        ``more`` is whether its answer says that there are more; ``next_page`` is the cursor or the
        URL that it names. By number and by offset the last page is the one whose answer says so, or
        that is not full; by cursor and by link the one that names no next page, or the same again.
        """

@final
class Batch:
    """A route that does many things at once; ``Policy.batches`` has them."""

    @property
    def path(self) -> str:
        """Its path; "*" stands for one segment, "**" for any number of them."""

    @property
    def items(self) -> str:
        """The member of the body that lists them."""

    @property
    def max_items(self) -> int:
        """How many at once."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Admission:
    """The decision of ``Api.admit`` on one request."""

    @property
    def allowed(self) -> bool:
        """Whether the request may in."""

    @property
    def category(self) -> str:
        """The category it was counted in."""

    @property
    def limited_by(self) -> Literal["category", "gateway"] | None:
        """What denied it; None if it was allowed."""

    @property
    def denied_by(self) -> str | None:
        """The name of the limit that denied it, "" if it has none; None if it was allowed."""

    @property
    def code(self) -> str | None:
        """The API's error code of the denial."""

    @property
    def limit(self) -> int:
        """The key's limit in the category.

        Of several the one that denied, else the one with the least left.
        """

    @property
    def remaining(self) -> int:
        """What is left of it in this window."""

    @property
    def reset(self) -> float:
        """When the window ends, in seconds since 1970."""

    @property
    def reset_ns(self) -> int:
        """As reset, in nanoseconds."""

    @property
    def window(self) -> float:
        """The length of the window in seconds."""

    @property
    def window_ns(self) -> int:
        """As window, in nanoseconds."""

    @property
    def retry_after(self) -> float:
        """Seconds until it would be allowed, rounded up; 0.0 if it was.

        584 years if it needs more than a limit can ever hold.
        """

    @property
    def retry_after_ns(self) -> int:
        """As retry_after, in nanoseconds."""

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers to send: limit, remaining, reset, perhaps window; Retry-After if denied.

        Times are whole seconds, rounded up.
        """

    def announcement(self, *, wall_ns: int | None = None) -> Announcement:
        """Return the limit for ``announce``, by the name of the category.

        ``wall_ns`` stands in for the clock (``time.time_ns()``).
        """

    def body(self, *, request_id: str = "") -> bytes | None:
        """Return the body of a denial; None if it was allowed.

        In the API's own envelope, or as problem details (RFC 9457). ``request_id`` is the id by
        which people ask for support.
        """

    @property
    def content_type(self) -> str | None:
        """The media type of body; None if it was allowed."""

    def __bool__(self) -> bool: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    __hash__: None  # type: ignore[assignment]

@final
class Call:
    """One logical request across its attempts; ``Api.call`` makes it.

    Ask ``next`` what to do, do it, report what came of it with ``answered`` or ``failed``.
    """

    def next(self, *, now_ns: int | None = None, wall_ns: int | None = None) -> Step:
        """Tell what to do now. Only a "send" changes anything: it counts the request."""

    def answered(
        self,
        status: int,
        headers: Headers | Advice | Hints = (),
        body: str | bytes | bytearray = b"",
        *,
        now_ns: int | None = None,
        wall_ns: int | None = None,
    ) -> None:
        """Report an answer: its status, its headers and as much of its body as there is.

        ``headers`` is a mapping (dict, httpx.Headers, requests' headers) or pairs, read in the
        dialect of the API's policy; or what was read of them already, as ``Advice`` or ``Hints``.

        Raises ``TidegateError`` (a ``ValueError``) if no send is in flight, or if the status is not
        100 to 599.
        """

    def failed(
        self, kind: FailureName, *, now_ns: int | None = None, wall_ns: int | None = None
    ) -> None:
        """Report that no answer came.

        "connect_refused" also stands for unreachable and for no such name, "reset" for any
        connection that broke before the answer was whole, "aborted" for the caller's own doing. A
        call that waits may be reported as "aborted" too: what its next send has paid is given back.

        Raises ``TidegateError`` (a ``ValueError``) for an unknown kind, or if no send is in flight.
        """

    @property
    def category(self) -> str:
        """The category that it is counted in."""

    @property
    def attempts(self) -> int:
        """How often it was sent."""

    @property
    def attempt_ends(self) -> float | None:
        """When the send in flight is to be cut off and reported as "read_timeout".

        At the policy's timeout of an attempt or at the deadline, whichever is first, in seconds of
        ``tidegate.monotonic_ns()``; None if it may last for ever.
        """

    @property
    def attempt_ends_ns(self) -> int | None:
        """As attempt_ends, in nanoseconds."""

    def attempt_timeout(self, *, now_ns: int | None = None) -> float | None:
        """Return the seconds until attempt_ends, for an HTTP library; None if there is no end."""

    @property
    def hedge_at(self) -> float | None:
        """When a second send may go while this one is out; None: none may.

        In seconds of ``tidegate.monotonic_ns()``. None may if no send is in flight, the policy has
        no hedging or no more of it, doing it twice is not the same as once, or the server has just
        ordered everybody to wait. One that is late puts off the next: two never go at once.
        """

    @property
    def hedge_at_ns(self) -> int | None:
        """As hedge_at, in nanoseconds."""

    def hedge(self, *, now_ns: int | None = None) -> Call | None:
        """Return a twin of this call, to be sent beside it; None if it is not yet time.

        Also None if the budget has no retry left. Ask it as any call; it is never tried again by
        itself. Whichever is done first is the result; report the other as ``failed("aborted")``.
        """

@final
class Step:
    """What to do now."""

    @property
    def kind(self) -> Literal["send", "wait", "done", "give_up", "pending"]:
        """What to do.

        "send": send the request once, then report ``answered`` or ``failed``. "wait": sleep
        ``delay``, then ask again. "done": the last answer is the result. "give_up": it is the
        result, and ``reason`` says why it is not tried again. "pending": a send is in flight.
        """

    @property
    def delay(self) -> float:
        """Seconds to sleep, rounded up; 0.0 unless the kind is "wait"."""

    @property
    def delay_ns(self) -> int:
        """As delay, in nanoseconds."""

    @property
    def until_ns(self) -> int | None:
        """When to ask again, by ``tidegate.monotonic_ns()``; None unless the kind is "wait"."""

    @property
    def reason(self) -> ReasonName | None:
        """Why it was given up; None unless the kind is "give_up"."""

    @property
    def server_delay(self) -> float | None:
        """The wait in seconds that the server ordered with the last answer, uncut, if any."""

    @property
    def server_delay_ns(self) -> int | None:
        """As server_delay, in nanoseconds."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    __hash__: None  # type: ignore[assignment]

@final
class Webhook:
    """The signature headers of one webhook, read but not yet believed.

    ``tidegate.webhook`` believes it: its time must be within the window (``check_time``),
    HMAC-SHA256 by the secret over ``prefix`` and then the body as it came must be one of its
    ``signatures``, compared by ``hmac.compare_digest``, and it must not have been seen before.
    """

    @staticmethod
    def timestamped(header: str | bytes) -> Webhook:
        """Return a webhook whose one header holds ``t=UNIX`` and one or more ``v1=HEX``.

        Raises ``TidegateError`` (a ``ValueError``) if there is no time or a second one, or no
        signature.
        """

    @staticmethod
    def standard(id: str | bytes, timestamp: str | bytes, signature: str | bytes) -> Webhook:  # noqa: A002
        """Return a webhook of Standard Webhooks: webhook-id, -timestamp and -signature.

        Raises ``TidegateError`` (a ``ValueError``) if there is no id or no time, or no signature.
        """

    @staticmethod
    def seen_once(window: Seconds = 300.0) -> Quota:
        """Return the limit of a ``KeyedRateLimiter`` in which each id is let in once.

        The second one is denied for as long as a copy of it could be within the window.
        """

    @property
    def id(self) -> bytes | None:
        """The id of the message, the same each time it is sent; None where there is none."""

    @property
    def time(self) -> float:
        """When it was signed, in seconds since 1970."""

    @property
    def time_ns(self) -> int:
        """As time, in nanoseconds."""

    @property
    def prefix(self) -> bytes:
        """What is signed before the body."""

    @property
    def signatures(self) -> tuple[bytes, ...]:
        """Its signatures, 32 bytes each; several while a sender changes its secret."""

    def check_time(self, window: Seconds = 300.0, *, wall_ns: int | None = None) -> None:
        """Raise ``TidegateError`` unless it was signed lately.

        Not more than ``window`` seconds ago, nor further ahead. ``wall_ns`` stands in for the clock
        (``time.time_ns()``).
        """

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    __hash__: None  # type: ignore[assignment]

def monotonic_ns() -> int:
    """Return the clock that every ``now_ns`` and ``until_ns`` is of, in nanoseconds.

    It counts on while the machine sleeps, where the system has such a clock, and has nothing to do
    with ``time.monotonic_ns()``.
    """
