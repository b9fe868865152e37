"""Webhooks: what is believed, and a receiver in a real server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import time
from typing import Any

import pytest

import tidegate
from served import by_uvicorn
from tidegate.webhook import Event, Receiver, Verifier

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""Of the specification, with the message that it signs."""
PAYLOAD = b'{"test": 2432232314}'
HEADERS = {
    "Webhook-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
SIGNED = 1_614_265_330 * 10**9


def test_the_message_of_the_specification() -> None:
    event = Verifier(SECRET).verify(HEADERS, PAYLOAD, wall_ns=SIGNED)
    assert event == Event("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330.0, PAYLOAD)
    assert event.json() == {"test": 2432232314}
    old = "whsec_" + base64.b64encode(b"older").decode()
    assert Verifier([old, SECRET]).verify(HEADERS, PAYLOAD, wall_ns=SIGNED) == event


def test_a_header_with_its_time() -> None:
    body = b'{"a": 1}'
    right = hmac.new(b"whsec_test", b"1614265330." + body, hashlib.sha256).hexdigest()
    verifier = Verifier("whsec_test", scheme="timestamped", header="Stripe-Signature", window=10)
    headers = {"stripe-signature": f"t=1614265330,v1={'0' * 64},v1={right},v0=x"}
    event = verifier.verify(headers, body, wall_ns=SIGNED)
    assert event == Event(right, 1_614_265_330.0, body)
    for away in (-10 * 10**9, 10 * 10**9):
        assert verifier.verify(headers, body, wall_ns=SIGNED + away) == event


@pytest.mark.parametrize(
    ("headers", "body", "wall_ns", "name"),
    [
        (HEADERS, PAYLOAD + b" ", SIGNED, "SignatureWrong"),
        ({**HEADERS, "Webhook-Id": "msg_other"}, PAYLOAD, SIGNED, "SignatureWrong"),
        (HEADERS, PAYLOAD, SIGNED + 300 * 10**9 + 1, "SignatureOutOfWindow"),
        (HEADERS, PAYLOAD, SIGNED - 300 * 10**9 - 1, "SignatureOutOfWindow"),
        ({}, PAYLOAD, SIGNED, "SignatureMalformed"),
        ({**HEADERS, "webhook-signature": "v1,AAAA"}, PAYLOAD, SIGNED, "SignatureMalformed"),
        ({**HEADERS, "webhook-timestamp": "now"}, PAYLOAD, SIGNED, "SignatureMalformed"),
    ],
)
def test_what_is_not_believed(headers: Any, body: bytes, wall_ns: int, name: str) -> None:
    with pytest.raises(tidegate.TidegateError) as raised:
        Verifier(SECRET).verify(headers, body, wall_ns=wall_ns)
    assert raised.value.name == name


def signed(name: str, body: bytes) -> dict[str, str]:
    now = str(int(time.time()))
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    right = hmac.new(key, f"{name}.{now}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": name,
        "webhook-timestamp": now,
        "webhook-signature": "v1," + base64.b64encode(right).decode(),
    }


def post(port: int, headers: dict[str, str], body: Any, method: str = "POST") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request(method, "/", body, headers)
    answer = connection.getresponse()
    told = answer.status, answer.read()
    connection.close()
    return told


def test_a_receiver_hands_each_on_once() -> None:
    seen: list[Event] = []

    async def handle(event: Event) -> None:
        if event.body == b"fails" and not any(each.body == b"fails" for each in seen):
            seen.append(event)
            raise RuntimeError("of the handler")
        seen.append(event)

    with by_uvicorn(Receiver(handle, SECRET, max_body=1000)) as port:
        one = signed("msg_1", b'{"a": 1}')
        assert post(port, one, b'{"a": 1}') == (204, b"")
        assert post(port, one, b'{"a": 1}') == (204, b"")  # it is not handed on again
        assert post(port, one, iter([b'{"a"', b": 1}"])) == (204, b"")
        assert [event.id for event in seen] == ["msg_1"]
        failing = signed("msg_2", b"fails")
        assert post(port, failing, b"fails")[0] == 500
        assert post(port, failing, b"fails") == (204, b"")  # the sender tries again
        assert [event.id for event in seen] == ["msg_1", "msg_2", "msg_2"]
        status, body = post(port, one, b'{"a": 2}')
        assert (status, json.loads(body)["status"]) == (401, 401)
        assert "no signature" in json.loads(body)["detail"]
        assert post(port, {}, b"")[0] == 401
        assert post(port, one, b"x" * 1001)[0] == 413
        assert post(port, {}, None, "GET")[0] == 405
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("wrong", "exception", "message"),
    [
        (lambda: Verifier("whsec_?"), ValueError, "must be whsec_ and base64"),
        (lambda: Verifier(""), ValueError, "must not be empty"),
        (lambda: Verifier([]), ValueError, "secrets must be at least one"),
        (lambda: Verifier([5]), TypeError, "a secret must be str or bytes, not int"),  # type: ignore[list-item]
        (lambda: Verifier(SECRET, scheme="v2"), ValueError, "it must be"),  # type: ignore[arg-type]
        (lambda: Verifier(SECRET, window=0), ValueError, "the period must be"),
        (lambda: Verifier(SECRET, window=-1), ValueError, "window=-1"),
    ],
)
def test_wrong_use(wrong: Any, exception: type[Exception], message: str) -> None:
    with pytest.raises(exception, match=message):
        wrong()
