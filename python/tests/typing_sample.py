"""Every kind of use, for mypy; test_typing.py runs it, too."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from fractions import Fraction
from typing import Literal

import httpx

import tidegate
from tidegate import (
    AdaptiveRate,
    AdaptiveThrottle,
    Admission,
    Advice,
    Allowance,
    Announcement,
    Api,
    Backoff,
    Call,
    CircuitBreaker,
    Decision,
    Dialect,
    FirstUseWindow,
    FixedWindow,
    KeyedRateLimiter,
    LayeredDecision,
    Passage,
    Policy,
    Quota,
    RateLimiter,
    Reservation,
    RetryBudget,
    RetryCosts,
    RetryQuota,
    RetryThrottle,
    Snapshot,
    Step,
    StrictWindow,
    announce,
    peek_all,
    try_acquire_all,
)

limiter: RateLimiter = RateLimiter(300, per=60, burst=50)
RateLimiter("300/minute", burst=50)
RateLimiter(300, per=timedelta(minutes=1))
RateLimiter(300, per=Fraction(1, 3))
allowed: bool = limiter.try_acquire(2, now_ns=0)
decision: Decision = limiter.check(1)
wait: float = decision.retry_after
left: int | None = limiter.peek(0).remaining
waited: float = limiter.acquire(timeout=1)
RateLimiter(Quota("5/second"), start_empty=True, now_ns=0)
taken: int = limiter.try_acquire_up_to(2)
batch: tuple[int, Decision] = limiter.check_up_to(2, now_ns=tidegate.monotonic_ns())
reservation: Reservation = limiter.reserve(2, timeout=timedelta(seconds=1))
back: int = reservation.settle(1) + limiter.refund(taken_at_ns=0) + limiter.drain()
limiter.pause(0.001)
limiter.pause_until(0)
limiter.observe(limit=300, remaining=299, reset_after=1)
snapshot: Snapshot = limiter.snapshot()
limiter.restore(Snapshot(**snapshot.to_dict()), age=timedelta(hours=1))
limiter.reconfigure("600/minute", carry="proportional")
limiter.reconfigure(300, per=60, burst=50, carry="reset")
quota: Quota = limiter.quota
with limiter as seconds:
    waited = seconds


async def tasks() -> float:
    """Wait as an awaitable and as a task."""
    task: asyncio.Task[float] = asyncio.create_task(limiter.acquire_async())
    async with limiter as seconds:
        return seconds + await limiter.acquire_async(1, timeout=timedelta(seconds=1)) + await task


window = FixedWindow(10, per=1.5, skew=-0.5)
window.try_acquire(wall_ns=0)
FixedWindow("10/minute", skew=timedelta(hours=-2))
allowed = FirstUseWindow("10/minute").try_acquire(wall_ns=0)
allowed = StrictWindow(10, per=60).try_acquire(now_ns=0)
together: LayeredDecision = try_acquire_all([limiter, (window, 2), (StrictWindow(2), 1)])
longest: float = peek_all([limiter]).retry_after
keyed = KeyedRateLimiter(100, per=60, burst=20, capacity=1000, when_full="deny")
allowed = keyed.try_acquire("alice") or keyed.try_acquire(("tenant", 7), 2, rate=quota)
decision = keyed.check(b"bob", rate="10/minute", now_ns=0)
fingerprints: list[int] = [occupant.fingerprint for occupant in keyed]
Backoff(1, cap=60)
delay: float = Backoff(1, cap=60, jitter="additive", spread=1).delay(0, seed=1, call=2)
Backoff(1, factor=1.1, cap=60, first_at_once=True)
Backoff(1, factor=Fraction(4, 3), cap=60, jitter="around", spread=0.2)
Backoff.list([0.1, timedelta(seconds=1)], cap=5, jitter="decorrelated")
named: tidegate.JitterName = "above"
Backoff.constant(1, cap=2, jitter=named, spread=Fraction(1, 2))

costs = RetryCosts(failure=5, transient=10, throttled=5)
cost: int | None = RetryQuota(500, costs=costs).try_spend("failure")
RetryQuota(costs="aws_2_1").succeeded(cost)
again: bool = RetryThrottle(10, 0.1).replaced(10, Fraction(1, 2)).failed()
budget = RetryBudget(window=timedelta(seconds=10), ratio=Fraction(1, 5), reserve=10)
budget.deposit()
again = budget.try_withdraw()
again = AdaptiveThrottle(k=1.1, most=0.9).try_send(seed=1, call=2, attempt=0)
hold: float | None = AdaptiveRate().try_send()
breaker = CircuitBreaker.ratio(10, part=0.5, least=20, open_for=timedelta(seconds=30))
passage = breaker.try_call()
if isinstance(passage, Passage):
    breaker.succeeded(passage)
else:
    hold = passage
state: Literal["closed", "open", "half_open"] = breaker.state()

advice = Advice(httpx.Headers({"RateLimit": '"a";r=1;t=2'}), dialect=Dialect("ietf", reset="s"))
limits: tuple[Allowance, ...] = advice.allowances
unit: tidegate.UnitName = limits[0].unit
hold = Advice({"Retry-After": "1"}, dialect="shopify").wait()
told: list[tuple[str, str]] = announce(
    "draft-10", [Announcement("a", limit=1, remaining=0, reset_after=1, window=1)], retry_after=1
)

api: Api = Api.stackflow(window=2, seed=1)
call: Call = api.call("GET", "/", key=b"alice", role="service_account", timeout=5.0)
step: Step = call.next()
kind: Literal["send", "wait", "done", "give_up", "pending"] = step.kind
call.answered(429, httpx.Headers({"Retry-After": "0"}), b"")
reason: tidegate.ReasonName | None = call.next().reason
admission: Admission = api.admit("GET", "/", key="alice", now_ns=0, wall_ns=0)
headers: list[tuple[str, str]] = admission.headers
call = api.call("GET", "/", key="bob", deadline_ns=tidegate.monotonic_ns() + 10**9)
call.next()
call.answered(200, [(b"date", b"x")])
name: tidegate.ApiName = "github"
policy: Policy = Policy.named(name)
api = Api(policy, window=60)
Api.from_json(b'{"name": "a", "categories": [{"name": "b", "limits": []}]}').policy.explain()
ttl: float | None = policy.cache_ttl("GET", "/")
for category in policy.categories:
    for limit in category.limits:
        how: tidegate.LimitName = limit.kind
        counted: tuple[int, float, int | None] = (limit.limit, limit.per, limit.burst)
pages: tidegate.Pages | None = policy.pages
style: tidegate.PageStyleName = pages.style if pages else "number"
sizes: list[int] = [batch.max_items for batch in policy.batches]
call = Api("openai").call("POST", "/v1/responses", key="a", tokens=900)
call.next()
end: float | None = call.attempt_ends
twin: Call | None = call.hedge()
call.answered(429, Advice({"Retry-After": "0"}, dialect="openai"))
refused: str | None = api.admit("GET", "/", key="a", tokens=1).denied_by
try:
    Api.from_file("no/such.json")
except (OSError, tidegate.PolicyError) as error:
    place = error.line if isinstance(error, tidegate.PolicyError) else error.errno
tidegate.Hints({"a": "b"}).header("c", b"d")
code: str | None = tidegate.scan_error_body(b"{}").code
parsed: tidegate.RetryAfter | None = tidegate.parse_retry_after("1")

window_waited: float = window.acquire(timeout=timedelta(seconds=1))
with StrictWindow("5/second") as seconds:
    waited = seconds
both: tidegate.CombinedLimiter = RateLimiter.all(RateLimiter(5), (RateLimiter(1000), 300))
waited = both.acquire(1, 300, timeout=1) + keyed.acquire("alice", timeout=1, rate="5/second")
never: RateLimiter = RateLimiter.never_exceed("300/minute", burst=50)


@limiter.wrap
def double(number: int) -> int:
    """Twice."""
    return 2 * number


@keyed.wrap(key=lambda name, **_: name, cost=lambda name, **_: len(name), timeout=5)
async def greet(name: str, *, again: bool = False) -> str:
    """Say hello."""
    return f"hello {name}"


doubled: int = double(1)
measured: int = both.wrap(len, cost=lambda text: (1, len(text)))("abc")
policy_of_retries = tidegate.RetryPolicy(
    on=(ConnectionError, TimeoutError), attempts=5, timeout=45.0, backoff=Backoff(0.1, cap=5)
)


@policy_of_retries
async def fetch(url: str) -> bytes:
    """Get it."""
    return url.encode()


@tidegate.RetryPolicy(on=lambda error: 5.0 if "busy" in str(error) else False, limiter=both)
def count_up(number: int) -> int:
    """One more."""
    return number + 1


async def retries() -> bytes:
    """Try again as a coroutine, a call and a loop."""
    async for attempt in policy_of_retries:
        with attempt:
            number: int = attempt.number
            left: float | None = attempt.left
            del number, left
    return await fetch("/") + await policy_of_retries.call_async(fetch, "/a")


climbed: int = count_up(1) + policy_of_retries.call(count_up, 2)
for tried in policy_of_retries:
    with tried:
        climbed += 1
attempts: tidegate.Attempts = tidegate.RetryRules(attempts=None, timeout=5).begin(now_ns=0)

# What mypy must refuse; unused ignores are errors.
RateLimiter(5, per="minute") if not allowed else None  # type: ignore[call-overload]
RateLimiter("5/second", per=1) if not allowed else None  # type: ignore[call-overload]
RateLimiter(quota, burst=5) if not allowed else None  # type: ignore[call-overload]
limiter.reconfigure(5, carry="all") if not allowed else None  # type: ignore[call-overload]
limiter.refund(1) if not allowed else None  # type: ignore[call-arg]
keyed.try_acquire(1.5) if not allowed else None  # type: ignore[arg-type]
keyed.check("alice", rate=5) if not allowed else None  # type: ignore[arg-type]
try_acquire_all([keyed]) if not allowed else None  # type: ignore[list-item]
Backoff(1, cap=2, jitter="additive") if not allowed else None  # type: ignore[call-overload]
Backoff(1, cap=2, jitter="around") if not allowed else None  # type: ignore[call-overload]
RetryQuota(costs="aws") if not allowed else None  # type: ignore[arg-type]
double("1") if not allowed else None  # type: ignore[arg-type]
count_up("1") if not allowed else None  # type: ignore[arg-type]
policy_of_retries.call(count_up, "1") if not allowed else None  # type: ignore[arg-type]
tidegate.RetryPolicy(on=BaseException) if not allowed else None  # type: ignore[arg-type]
limiter.wrap(double, cost=1.5) if not allowed else None  # type: ignore[call-overload]
keyed.wrap(double) if not allowed else None  # type: ignore[call-overload]
breaker.failed(1.0) if not allowed else None  # type: ignore[arg-type]
Advice(dialect="GitHub") if not allowed else None  # type: ignore[arg-type]
announce("draft-11", []) if not allowed else None  # type: ignore[arg-type]
Api("nosuchflow") if not allowed else None  # type: ignore[arg-type]
Api.from_file(5) if not allowed else None  # type: ignore[arg-type]
Api.from_json({}) if not allowed else None  # type: ignore[arg-type]
call.failed("timeout") if not allowed else None  # type: ignore[arg-type]
if not allowed:
    step.delay = 5.0  # type: ignore[misc]
