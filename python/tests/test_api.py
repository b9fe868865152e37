"""Api, Call and admit."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

import tidegate
from tidegate import Api, Call, Step

SECOND = 10**9
WALL = 1_716_134_437 * SECOND


def get(api: Api, path: str = "/api/v1/incidents") -> Call:
    return api.call("GET", path, key="alice")


def ask(call: Call, now_ns: int = 0) -> Step:
    return call.next(now_ns=now_ns, wall_ns=WALL + now_ns)


def test_a_call_from_send_to_done() -> None:
    call = get(Api.stackflow(seed=1))
    assert (call.category, call.attempts) == ("read", 0)
    assert ask(call).kind == "send"
    assert ask(call).kind == "pending"
    call.answered(200, {"X-RateLimit-Remaining": "299"}, b"{}", now_ns=0, wall_ns=WALL)
    assert [ask(call).kind, ask(call).kind] == ["done", "done"]
    assert repr(call) == "Call(category='read', attempts=1)"


def test_the_servers_wait_is_kept_to_the_nanosecond() -> None:
    call = get(Api.stackflow(seed=1))
    ask(call)
    call.answered(429, httpx.Headers({"Retry-After": "23"}), now_ns=5, wall_ns=WALL)
    step = ask(call, 5)
    assert (step.kind, step.delay, step.delay_ns) == ("wait", 23.0, 23 * SECOND)
    assert step.until_ns == 5 + 23 * SECOND
    assert (step.reason, step.server_delay, step.server_delay_ns) == (None, None, None)
    assert ask(call, 23 * SECOND + 4).delay_ns == 1
    assert ask(call, 23 * SECOND + 5).kind == "send"


def test_a_429_pauses_every_call_of_its_key_and_category() -> None:
    api = Api.stackflow(seed=1)
    first, second = get(api), get(api)
    ask(first)
    first.answered(429, [("Retry-After", "2")], now_ns=0, wall_ns=WALL)
    assert ask(second).delay == 2.0
    assert ask(api.call("GET", "/", key="bob")).kind == "send"
    assert ask(api.call("POST", "/", key=b"alice")).kind == "send"


def test_a_call_that_is_given_up_says_why() -> None:
    api = Api.stackflow(seed=1)
    call = get(api)
    ask(call)
    call.answered(503, [(b"Retry-After", b"7200")], now_ns=0, wall_ns=WALL)
    step = ask(call)
    assert (step.kind, step.reason) == ("give_up", "server_delay_too_long")
    assert (step.server_delay, step.server_delay_ns) == (7200.0, 7200 * SECOND)
    assert (step.delay, step.until_ns) == (0.0, None)
    assert repr(step) == "Step(kind='give_up', reason='server_delay_too_long', server_delay=7200.0)"


def test_the_body_decides_where_the_status_does_not() -> None:
    call = get(Api.stackflow(seed=1))
    ask(call)
    call.answered(401, body='{"error":"x","code":"TOKEN_EXPIRED"}', now_ns=0, wall_ns=WALL)
    assert ask(call).reason == "refresh_credentials"


@pytest.mark.parametrize(
    ("kind", "keyed", "result"),
    [
        ("connect_refused", False, "wait"),
        ("read_timeout", False, "not_idempotent"),
        ("read_timeout", True, "wait"),
        ("connect_timeout", True, "wait"),
        ("reset", True, "wait"),
        ("tls", True, "not_retryable"),
        ("aborted", True, "aborted"),
    ],
)
def test_only_what_is_safe_is_repeated(
    kind: tidegate.FailureName, keyed: bool, result: str
) -> None:
    call = Api.velaflows(seed=1).call("POST", "/items", key="token", idempotency_key=keyed)
    ask(call)
    call.failed(kind, now_ns=0, wall_ns=WALL)
    step = ask(call)
    assert result in (step.kind, step.reason)


@pytest.mark.parametrize("seconds", [10, 10.0, timedelta(seconds=10)])
def test_a_timeout_counts_from_the_call(seconds: tidegate.Seconds) -> None:
    api = Api.stackflow(seed=1)
    calls = [
        api.call("GET", "/a", key="alice", timeout=seconds, now_ns=SECOND),
        api.call("GET", "/a", key="bob", deadline_ns=11 * SECOND),
    ]
    for call in calls:
        ask(call, SECOND)
        call.answered(429, {"Retry-After": "10"}, now_ns=SECOND, wall_ns=WALL)
        assert ask(call, SECOND).kind == "wait"
    late = api.call("GET", "/a", key="carol", timeout=0, now_ns=0)
    assert ask(late, 1).reason == "deadline_too_close"


def test_the_clocks_are_read_where_none_are_given() -> None:
    call = get(Api.stackflow())
    assert call.next().kind == "send"
    before = tidegate.monotonic_ns()
    call.answered(429, {"Retry-After": "60"})
    step = call.next()
    after = tidegate.monotonic_ns()
    assert step.until_ns is not None
    assert before <= step.until_ns - 60 * SECOND <= after
    assert step.until_ns - after <= step.delay_ns <= 60 * SECOND


def test_the_same_seed_draws_the_same_delays() -> None:
    def delay(api: Api) -> int:
        call = get(api)
        ask(call)
        call.failed("connect_refused", now_ns=0, wall_ns=WALL)
        return ask(call).delay_ns

    assert delay(Api.stackflow(seed=5)) == delay(Api("stackflow", seed=5))
    assert delay(Api.stackflow()) != delay(Api.stackflow())


def test_the_client_stops_at_the_documented_limit() -> None:
    api = Api.stackflow(seed=1)
    kinds = [ask(api.call("POST", "/bulk", key="alice")).kind for _ in range(11)]
    assert kinds == ["send"] * 10 + ["wait"]


def test_steps_compare_by_value() -> None:
    api = Api.stackflow(seed=1)
    assert ask(get(api)) == ask(get(api))
    call = get(api)
    assert ask(call) != ask(call)
    with pytest.raises(TypeError, match="unhashable"):
        hash(ask(call))


def test_admit_and_its_headers() -> None:
    api = Api.stackflow(window=None, seed=1)
    for left in reversed(range(10)):
        admission = api.admit("POST", "/x/bulk", key="alice", now_ns=0, wall_ns=WALL)
        assert admission
        assert (admission.remaining, admission.retry_after, admission.code) == (left, 0.0, None)
        assert admission.limited_by is None
    denied = api.admit("POST", "/x/bulk", key=b"alice", now_ns=0, wall_ns=WALL)
    assert not denied
    assert (denied.allowed, denied.category, denied.limited_by) == (False, "bulk", "category")
    assert (denied.code, denied.limit) == ("RATE_LIMIT_EXCEEDED", 10)
    assert (denied.retry_after, denied.retry_after_ns) == (23.0, 23 * SECOND)
    assert (denied.reset, denied.reset_ns) == (1_716_134_460.0, 1_716_134_460 * SECOND)
    assert (denied.window, denied.window_ns) == (60.0, 60 * SECOND)
    assert denied.headers == [
        ("X-RateLimit-Limit", "10"),
        ("X-RateLimit-Remaining", "0"),
        ("X-RateLimit-Reset", "1716134460"),
        ("X-RateLimit-Window", "60"),
        ("Retry-After", "23"),
    ]
    assert repr(denied).startswith("Admission(allowed=False, category='bulk',")


def test_a_role_multiplies_the_limit() -> None:
    api = Api.stackflow(seed=1)
    role = "service_account"
    assert api.admit("GET", "/", key="robot", role=role, now_ns=0, wall_ns=WALL).limit == 3000


def test_velaflows_counts_by_quarters_of_an_hour_and_the_window_can_be_replaced() -> None:
    admission = Api.velaflows(seed=1).admit("DELETE", "/x", key="t", now_ns=0, wall_ns=WALL)
    assert (admission.category, admission.limit, admission.window) == ("delete", 50, 900.0)
    assert len(admission.headers) == 3
    short = Api("velaflows", window=2).admit("DELETE", "/x", key="t", now_ns=0, wall_ns=WALL)
    assert short.window == 2.0
    assert short == Api.velaflows(window=2.0).admit("DELETE", "/x", key="t", now_ns=0, wall_ns=WALL)


def test_keys_beyond_the_capacity_are_counted() -> None:
    api = Api.stackflow(seed=1)
    assert (api.name, api.overflowed, repr(api)) == ("stackflow", 0, "Api('stackflow')")
    for key in range(63):
        api.admit("GET", "/", key=str(key))
    assert api.overflowed == 0
    api.admit("GET", "/", key="one more")
    assert api.overflowed == 1
