"""Policy, Api from files, and what a call learns in the dialect of a policy."""

from __future__ import annotations

import json
import os
from pathlib import Path

import httpx
import pytest

import tidegate
from tidegate import Advice, Api, Call, Hints, Policy, PolicyError, Step

SECOND = 10**9
WALL = 1_716_134_400 * SECOND
POLICIES = Path(__file__).parents[2] / "core" / "policies"
MINE = {
    "name": "mine",
    "categories": [
        {
            "name": "all",
            "limits": [
                {"kind": "strict_window", "limit": 3, "per": "1m", "name": "requests"},
                {
                    "kind": "token_bucket",
                    "limit": 100,
                    "per": "1s",
                    "burst": 100,
                    "unit": "tokens",
                    "name": "tokens",
                },
            ],
        }
    ],
    "retry": {"attempt_timeout": "10s"},
    "hedge": {"after": "200ms", "most": 1},
}


@pytest.fixture
def mine() -> Api:
    return Api.from_json(json.dumps(MINE), seed=1)


def ask(call: Call, now_ns: int = 0) -> Step:
    return call.next(now_ns=now_ns, wall_ns=WALL + now_ns)


@pytest.mark.parametrize("name", tidegate.APIS)
def test_a_name_is_its_file(name: tidegate.ApiName) -> None:
    path = POLICIES / f"{name}.json"
    policy = Policy.named(name)
    assert policy == Policy.from_file(path) == Policy.from_file(str(path))
    assert policy == Policy.from_file(os.fsencode(path)) == Policy.from_json(path.read_bytes())
    assert policy == Policy.from_json(path.read_text(encoding="utf-8")) != 5
    apis = Api(name), Api.named(name), Api(policy), Api.from_file(path)
    assert {api.name for api in apis} == {policy.name} == {name}
    assert all(api.policy == policy for api in apis)
    assert str(policy) == policy.explain()
    assert policy.explain().startswith(f"{name}, ")
    assert repr(policy) == f"<Policy '{name}'>"


def test_a_policy_is_a_value() -> None:
    policy = Policy.named("github")
    core, _, _, content = policy.categories
    assert (core.name, core.cache, core.cache_ns) == ("core", 60.0, 60 * SECOND)
    window, bucket = core.limits
    assert (window.kind, window.name, window.limit) == ("fixed_window", "core", 5000)
    assert (window.per, window.per_ns, window.burst) == (3600.0, 3600 * SECOND, None)
    assert (bucket.kind, bucket.unit, bucket.burst) == ("token_bucket", "requests", 100)
    assert (content.limits[0], content.cache) == (window, None)
    assert len({window, content.limits[0], bucket}) == 2
    assert len({core, Policy.named("github").categories[0], content}) == 2
    assert repr(content).startswith("Category(name='content', limits=(Limit(kind='fixed_window',")
    assert policy.dialect == tidegate.Dialect("github")
    assert (policy.shared, policy.batches) == ((), ())
    assert policy != Policy.named("gitlab")


def test_what_all_keys_share_and_pages_and_batches() -> None:
    (shared,) = Policy.named("discord").shared
    assert (shared.name, shared.limit, shared.burst) == ("global", 50, 50)
    pages = Policy.named("discord").pages
    assert pages is not None
    assert (pages.style, pages.parameter, pages.size) == ("cursor", "after", "limit")
    assert (pages.default_size, pages.max_size, pages.first) == (50, 100, 1)
    assert pages == Policy.named("discord").pages != Policy.named("openai").pages
    (batch,) = Policy.named("openai").batches
    assert (batch.path, batch.items, batch.max_items) == ("/v1/embeddings", "input", 2048)
    assert batch in set(Policy.named("openai").batches)
    assert len({pages, Policy.named("discord").pages}) == 1
    bare = Policy.from_json('{"name": "a", "categories": [{"name": "b", "limits": []}]}')
    assert (bare.pages, bare.batches, bare.shared, bare.dialect) == (None, (), (), None)


def test_an_error_body_is_read_where_the_policy_names_its_places() -> None:
    body = b'{"code": "other", "fault": {"kind": "BUSY"}, "violated-policies": ["daily", "hourly"]}'
    categories = [{"name": "c", "limits": []}]
    file = {"name": "b", "categories": categories, "body": {"code": ["fault.kind"]}}
    places = json.dumps(file)
    named = Policy.from_json(places).error_body(body)
    assert (named.code, named.violated_policies) == ("BUSY", ("daily", "hourly"))
    assert tidegate.scan_error_body(body).code == "other"
    with pytest.raises(TypeError):
        Policy.from_json(places).error_body(5)  # type: ignore[arg-type]


def test_how_long_an_answer_is_good_for() -> None:
    policy = Policy.named("velaflows")
    assert policy.cache_ttl("GET", "/api/v1/tags?page=2") == 300.0
    assert policy.cache_ttl_ns("GET", "/api/v1/tags") == 300 * SECOND
    assert policy.cache_ttl("HEAD", "/api/v1/tags") is None
    assert policy.cache_ttl("GET", "/api/v1/auth/login") is None


def test_a_window_replaces_that_of_the_file() -> None:
    api = Api.from_file(POLICIES / "velaflows.json", window=2, seed=1)
    assert api.admit("GET", "/", key="t", now_ns=0, wall_ns=WALL).window == 2.0
    assert api.policy != Policy.named("velaflows")
    assert "300 requests in each 2 s by the clock" in str(api.policy)


WRONG = '{"name": "mine",\n "categories": [{"name": "r", "limit": 5}]}'
PROBLEM = "there is no such member; there are: name, limits, cache"
MEMBER = "categories[0].limit"


@pytest.mark.parametrize("make", [Api.from_json, Policy.from_json])
def test_an_error_of_a_text_names_its_place(make: object) -> None:
    assert callable(make)
    with pytest.raises(PolicyError) as caught:
        make(WRONG)
    error = caught.value
    assert isinstance(error, tidegate.TidegateError)
    assert str(error) == f"line 2, column 31: {MEMBER}: {PROBLEM}"
    assert (error.code, error.name) == (35, "PolicyInvalid")
    assert (error.line, error.column, error.member) == (2, 31, MEMBER)
    assert (error.problem, error.path) == (PROBLEM, None)


@pytest.mark.parametrize("make", [Api.from_file, Policy.from_file])
def test_an_error_of_a_file_names_the_file(make: object, tmp_path: Path) -> None:
    assert callable(make)
    path = tmp_path / "wrong ✗.json"
    path.write_text(WRONG, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        make(path)
    assert str(caught.value) == f"{path}: line 2, column 31: {MEMBER}: {PROBLEM}"
    assert (caught.value.path, caught.value.problem) == (str(path), PROBLEM)
    path.write_bytes(b'{"name": "\xff"}')
    with pytest.raises(tidegate.TidegateError) as no_text:
        make(path)
    assert str(no_text.value) == f"{path}: the text is not valid UTF-8"
    assert no_text.value.name == "NotText"


def test_columns_are_characters() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy.from_json('{"name": "µµµ", "x": 1}'.encode())
    assert (caught.value.line, caught.value.column) == (1, 17)


#: GitHub's primary limit is used up: a 403, and when there will be more.
DENIED = {
    "Date": "Sun, 19 May 2024 16:00:00 GMT",
    "X-RateLimit-Limit": "5000",
    "X-RateLimit-Remaining": "0",
    "X-RateLimit-Reset": "1716134460",
    "X-RateLimit-Resource": "core",
}


@pytest.mark.parametrize(
    "headers",
    [
        DENIED,
        httpx.Headers(DENIED),
        [(name.encode(), value.encode()) for name, value in DENIED.items()],
        Advice(DENIED, dialect="github"),
        Advice(DENIED, dialect="github").hints(wall_ns=WALL),
    ],
    ids=["dict", "httpx", "pairs", "Advice", "Hints"],
)
def test_headers_are_read_in_the_dialect_of_the_policy(headers: tidegate.Headers) -> None:
    api = Api("github", seed=1)
    call = api.call("GET", "/user", key="t")
    ask(call)
    call.answered(403, headers, now_ns=0, wall_ns=WALL)
    step = ask(call)
    assert step.kind == "wait"
    assert 60 * SECOND <= step.delay_ns <= 62 * SECOND  # to the reset, and up to 2 s of jitter
    assert ask(api.call("GET", "/users", key="t")).delay_ns >= 60 * SECOND
    assert ask(api.call("GET", "/users", key="u")).kind == "send"


def test_the_same_headers_say_nothing_in_another_dialect() -> None:
    shopify = {"X-Shopify-Shop-Api-Call-Limit": "40/40"}
    for name, hold in (("shopify", 0.5), ("github", 0.0)):
        api = Api(Policy.named("shopify") if name == "shopify" else Policy.named("github"), seed=1)
        call = api.call("GET", "/a", key="t")
        ask(call)
        call.answered(200, shopify, now_ns=0, wall_ns=WALL)
        assert ask(api.call("GET", "/a", key="t")).delay == hold


def test_a_wait_is_by_what_the_api_knows_of_the_servers_clock() -> None:
    api = Api("github", seed=1)
    first = api.call("GET", "/user", key="t")
    ask(first)
    # The server's clock is an hour ahead of ours.
    late = {"Date": "Sun, 19 May 2024 17:00:00 GMT", "Retry-After": "Sun, 19 May 2024 17:00:30 GMT"}
    first.answered(429, late, now_ns=0, wall_ns=WALL)
    assert 30 * SECOND <= ask(first).delay_ns <= 32 * SECOND


def test_hints_tell_what_a_dialect_adds() -> None:
    told = {"x-should-retry": "false", "X-RateLimit-Global": "true"}
    hints = Advice(told).hints(wall_ns=WALL)
    assert (hints.should_retry, hints.is_global, hints.unit) == (False, True, "requests")
    assert (Hints().should_retry, Hints().is_global, Hints().unit) == (None, False, "requests")
    call = Api("openai", seed=1).call("GET", "/v1/models", key="t")
    ask(call)
    call.answered(500, told, now_ns=0, wall_ns=WALL)
    assert ask(call).reason == "not_retryable"


def test_a_limit_of_tokens_counts_tokens(mine: Api) -> None:
    assert ask(mine.call("GET", "/", key="a", tokens=60)).kind == "send"
    assert ask(mine.call("GET", "/", key="a", tokens=60)).delay_ns == SECOND // 5
    assert ask(mine.call("GET", "/", key="a", tokens=101)).reason == "too_large"
    assert ask(mine.call("GET", "/", key="a", tokens=2**70)).reason == "too_large"
    assert ask(mine.call("GET", "/", key="a")).kind == "send"


def test_a_denial_names_its_limit(mine: Api) -> None:
    def admit(tokens: int) -> tidegate.Admission:
        return mine.admit("GET", "/", key="a", tokens=tokens, now_ns=0, wall_ns=WALL)

    assert (admit(60).denied_by, admit(60).denied_by) == (None, "tokens")
    assert [admit(0).denied_by for _ in range(3)] == [None, None, "requests"]
    assert admit(0).limited_by == "category"
    assert (admit(101).denied_by, admit(101).retry_after_ns) == ("tokens", 2**64 - 1)


def test_a_send_has_an_end(mine: Api) -> None:
    call = mine.call("GET", "/", key="a", deadline_ns=15 * SECOND)
    assert (call.attempt_ends, call.attempt_ends_ns) == (15.0, 15 * SECOND)
    ask(call, SECOND)
    assert (call.attempt_ends, call.attempt_ends_ns) == (11.0, 11 * SECOND)
    assert call.attempt_timeout(now_ns=4 * SECOND) == 7.0
    assert call.attempt_timeout(now_ns=12 * SECOND) == 0.0
    endless = Api.velaflows(seed=1).call("GET", "/", key="a")
    ask(endless)
    assert (endless.attempt_ends, endless.attempt_ends_ns) == (None, None)
    assert endless.attempt_timeout() is None


def test_hedging(mine: Api) -> None:
    call = mine.call("GET", "/", key="a")
    assert (call.hedge_at, call.hedge_at_ns, call.hedge(now_ns=0)) == (None, None, None)
    ask(call, SECOND)
    assert (call.hedge_at, call.hedge_at_ns) == (1.2, 1_200_000_000)
    assert call.hedge(now_ns=1_199_999_999) is None
    twin = call.hedge(now_ns=1_200_000_000)
    assert twin is not None
    assert (twin.category, twin.attempts, twin.hedge_at) == ("all", 0, None)
    assert (call.hedge_at, call.hedge(now_ns=9 * SECOND)) == (None, None)
    assert ask(twin, 2 * SECOND).kind == "send"
    twin.answered(200, now_ns=2 * SECOND, wall_ns=WALL)
    call.failed("aborted", now_ns=2 * SECOND, wall_ns=WALL)
    assert (ask(twin).kind, ask(call).reason) == ("done", "aborted")


def test_a_call_that_waits_may_be_given_up(mine: Api) -> None:
    call = mine.call("GET", "/", key="a")
    ask(call)
    call.answered(429, {"Retry-After": "5"}, now_ns=0, wall_ns=WALL)
    assert ask(call).kind == "wait"
    call.failed("aborted", now_ns=0, wall_ns=WALL)
    assert (ask(call).kind, ask(call).reason) == ("give_up", "aborted")


def test_the_clock_is_read_where_none_is_given(mine: Api) -> None:
    call = mine.call("GET", "/", key="a")
    before = tidegate.monotonic_ns()
    call.next()
    assert call.hedge_at_ns is not None
    assert before <= call.hedge_at_ns - SECOND // 5 <= tidegate.monotonic_ns()
    timeout = call.attempt_timeout()
    assert timeout is not None
    assert 0 < timeout <= 10
    assert call.hedge(now_ns=0) is None
