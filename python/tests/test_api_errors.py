"""ApiError and NotSent."""

from __future__ import annotations

import pickle
from typing import Any

import httpx
import pytest
import requests

import tidegate
from tidegate import ApiError, NotSent
from tidegate.httpx import RequestNotSent

INVALID = (
    b'{"success":false,"error":{"code":"VALIDATION_ERROR","message":"Validation failed",'
    b'"details":{"errors":[{"path":"email","message":"Invalid email address"}]}}}'
)


def test_an_error_of_each_envelope() -> None:
    error = ApiError.of(422, INVALID)
    assert (error.status, error.code, error.message) == (
        422,
        "VALIDATION_ERROR",
        "Validation failed",
    )
    assert error.details == (("email", "Invalid email address"),)
    assert str(error) == "422 VALIDATION_ERROR: Validation failed; email: Invalid email address"
    assert str(ApiError.of(502, b"<html>")) == "502"
    stripe = tidegate.Policy.named("stripe")
    body = b'{"error": {"code": "lock_timeout"}, "code": "other"}'
    assert ApiError.of(429, body, policy=stripe).code == "lock_timeout"


def test_an_error_of_a_response() -> None:
    of_httpx = httpx.Response(422, content=INVALID)
    error = ApiError.from_response(of_httpx)
    assert (error.code, error.response) == ("VALIDATION_ERROR", of_httpx)
    of_requests = requests.Response()
    of_requests.status_code, of_requests._content = 422, INVALID
    assert ApiError.from_response(of_requests).args == error.args
    for wrong in (None, 422, object()):
        with pytest.raises(TypeError, match="response must be one of httpx, requests or urllib3"):
            ApiError.from_response(wrong)


def test_errors_go_through_processes() -> None:
    error = ApiError.from_response(httpx.Response(422, content=INVALID))
    error.reason, error.server_delay = "not_retryable", 5.0
    again: Any = pickle.loads(pickle.dumps(error))
    assert (again.args, again.reason, again.server_delay) == (error.args, "not_retryable", 5.0)
    assert again.response is None
    assert str(again).endswith("; given up: not_retryable; the server wants 5 s")
    for kind in (NotSent, RequestNotSent):
        lost: Any = pickle.loads(pickle.dumps(kind("breaker_open", 1.5)))
        assert (type(lost), lost.reason, lost.server_delay) == (kind, "breaker_open", 1.5)
        assert str(lost) == "not sent: breaker_open; the server wants 1.5 s"
