"""A process that is forked off does not do what its parent does at the same time."""

from __future__ import annotations

import os
import sys

import pytest

import tidegate
from tidegate.testing import instant

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")


def delays() -> list[object]:
    """Return what this process would wait, by what was made before it was forked."""
    call = api.call("GET", "/", key="ann")
    call.next(now_ns=0, wall_ns=0)
    call.answered(503, now_ns=0, wall_ns=0)
    with instant() as clock:
        for attempt in policy:
            with attempt:
                if attempt.number < 2:
                    raise OSError
    return [backoff.delay_ns(0, call=1), clock.sleeps, call.next(now_ns=0, wall_ns=0).delay_ns]


backoff = tidegate.Backoff(10, cap=60)
policy = tidegate.RetryPolicy(on=OSError, backoff=backoff)
api = tidegate.Api.velaflows()
seeded = tidegate.Backoff(10, cap=60)


def in_a_child(expression: str) -> str:
    """Return what an expression is in a fork of this process."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, repr(eval(expression, globals())).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


# A test runner has threads; what forks with them may warn.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_children_wait_for_other_times() -> None:
    told = [in_a_child("delays()") for _ in range(3)] + [repr(delays())]
    each = [eval(text) for text in told]
    for index in range(3):
        assert len({repr(waits[index]) for waits in each}) == 4


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_seed_that_was_given_stays() -> None:
    expression = "seeded.delay_ns(0, seed=7, call=1)"
    assert in_a_child(expression) == repr(eval(expression))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.skipif(sys.platform == "darwin", reason="it does not fork well there")
def test_a_child_can_wait() -> None:
    limiter = tidegate.RateLimiter(1000, burst=1)
    globals()["limiter"] = limiter
    limiter.acquire()
    assert float(in_a_child("limiter.acquire()")) >= 0
