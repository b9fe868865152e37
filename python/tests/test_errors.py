"""The tables: what Python names is what the core has."""

from __future__ import annotations

import copy
import pickle
from typing import get_args, get_origin

import pytest

import tidegate
from tidegate import AcquireTimeout, PolicyError, RateLimiter, TidegateError


def test_the_names_are_those_of_the_table() -> None:
    assert get_args(tidegate.ErrorName) == tuple(name for _, name, _ in tidegate.ERRORS)
    assert [code for code, _, _ in tidegate.ERRORS] == list(range(1, len(tidegate.ERRORS) + 1))
    assert all(sentence and not sentence.endswith(".") for _, _, sentence in tidegate.ERRORS)


def test_failures_reasons_and_apis_are_those_of_the_core() -> None:
    assert get_args(tidegate.FailureName) == tidegate.FAILURES
    assert get_args(tidegate.ReasonName) == tidegate.REASONS
    assert get_args(tidegate.ApiName) == tidegate.APIS


@pytest.mark.parametrize(
    ("error", "names"),
    [
        ("UnknownApi", tidegate.ApiName),
        ("UnknownJitter", tidegate.JitterName),
        ("UnknownCause", tidegate.CauseName),
        ("UnknownDialect", tidegate.DialectName),
        ("UnknownReset", tidegate.ResetName),
        ("UnknownForm", tidegate.FormName),
        ("UnknownCarry", tidegate.CarryName),
    ],
)
def test_the_names_of_a_type_are_those_that_its_error_allows(error: str, names: object) -> None:
    sentence = next(sentence for _, name, sentence in tidegate.ERRORS if name == error)
    assert get_args(names) == tuple(sentence.partition("one of: ")[2].split(", "))


def test_an_error_is_a_value_error_with_its_row() -> None:
    with pytest.raises(TidegateError) as caught:
        RateLimiter(5, per=0)
    error = caught.value
    assert isinstance(error, ValueError)
    assert (error.code, error.name, str(error)) in tidegate.ERRORS
    assert error.args == (str(error),)


@pytest.mark.parametrize("remake", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_errors_survive_pickle(remake: object) -> None:
    assert callable(remake)
    error = remake(TidegateError("no", 8, "PathInvalid"))
    assert (str(error), error.code, error.name) == ("no", 8, "PathInvalid")
    policy = remake(PolicyError("p: no", 35, "PolicyInvalid", 2, 3, "name", "no", "p"))
    assert (str(policy), policy.code, policy.name) == ("p: no", 35, "PolicyInvalid")
    assert (policy.line, policy.column, policy.member) == (2, 3, "name")
    assert (policy.problem, policy.path) == ("no", "p")
    timeout = remake(AcquireTimeout("late", 1.5, 1_500_000_000))
    assert (str(timeout), timeout.retry_after, timeout.retry_after_ns) == (
        "late",
        1.5,
        1_500_000_000,
    )


def test_tracebacks_name_what_users_import() -> None:
    for kind in (TidegateError, PolicyError, AcquireTimeout):
        assert kind.__module__ == "tidegate"
    for name in tidegate.__all__:
        assert hasattr(tidegate, name)
        value = getattr(tidegate, name)
        if isinstance(value, type) and get_origin(value) is None:  # 3.10 mixes them up
            assert value.__module__ == "tidegate"


def test_the_version_is_the_packages() -> None:
    from importlib.metadata import version

    assert version("tidegate") == tidegate.__version__
