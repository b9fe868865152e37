"""Limiters that processes share: fork, spawn, a kill, and what is refused."""

from __future__ import annotations

import asyncio
import http.client
import json
import multiprocessing
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import tidegate
from test_command import run
from tidegate import KeyedRateLimiter, RateLimiter, SharedView, TidegateError, remove_shared

STILL = 10**9
"""A clock that stands still, so that nothing flows back."""

if sys.platform != "linux":
    pytest.skip("shared limiters need Linux", allow_module_level=True)


@pytest.fixture
def name() -> Iterator[str]:
    """Give a name that nobody else has."""
    name = f"test-{os.getpid()}-{os.urandom(6).hex()}"
    yield name
    remove_shared(name)


def take(name: str, tries: int) -> int:
    limiter = RateLimiter.shared(name, "1000/hour")
    return sum(limiter.try_acquire(now_ns=STILL) for _ in range(tries))


def take_keys(name: str, tries: int) -> int:
    limiter = KeyedRateLimiter.shared(name, "50/hour", capacity=400)
    keys = (f"k{number % 20}" for number in range(tries))
    return sum(limiter.try_acquire(key, now_ns=STILL) for key in keys)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_take_exactly_what_is_there(name: str, method: str) -> None:
    with multiprocessing.get_context(method).Pool(4) as pool:
        taken = pool.starmap(take, [(name, 400)] * 4)
        by_key = pool.starmap(take_keys, [(name + "-keys", 500)] * 4)
    remove_shared(name + "-keys")
    assert (sum(taken), sum(by_key)) == (1000, 1000)


def test_a_child_goes_on_with_its_parents_limiter(name: str) -> None:
    limiter = RateLimiter.shared(name, "3/hour")
    assert limiter.try_acquire()
    child = os.fork()
    if child == 0:
        os._exit(sum(limiter.try_acquire() for _ in range(3)))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    assert not limiter.try_acquire()
    assert limiter.denied == 2


def test_who_is_killed_takes_only_what_it_took(name: str) -> None:
    program = "import tidegate, sys\n" + (
        f"limiter = tidegate.RateLimiter.shared({name!r}, '100000000/hour')\n"
        f"print(limiter.try_acquire(now_ns={STILL}), flush=True)\n"
        f"while True: limiter.try_acquire(now_ns={STILL})\n"
    )
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"True\n"
            process.send_signal(signal.SIGKILL)
    left = RateLimiter.shared(name, "100000000/hour").drain(now_ns=STILL)
    assert 0 < left < 100_000_000


def test_all_that_a_limiter_can_do(name: str) -> None:
    here, there = (RateLimiter.shared(name, 2, per=3600) for _ in range(2))
    assert asyncio.run(here.acquire_async()) == 0.0
    assert there.acquire() == 0.0
    reservation = here.reserve(now_ns=tidegate.monotonic_ns())
    assert 0 < reservation.wait <= 1800
    with pytest.raises(tidegate.AcquireTimeout):
        there.acquire(timeout=1800)  # it would come after the reservation of the other
    assert reservation.cancel() == 1
    here.pause(7200)
    assert 3600 < there.check().retry_after <= 7200
    assert not tidegate.try_acquire_all([(there, 1), (RateLimiter(5), 1)])
    with pytest.raises(TidegateError, match="all processes must come with the same") as caught:
        there.reconfigure(3)
    assert caught.value.name == "SharedDiffers"
    with pytest.raises(TidegateError, match="all processes"):
        there.restore(tidegate.Snapshot(remaining=0, full_after_ns=1), age=0)


def test_what_is_refused_says_why(name: str, tmp_path: Path) -> None:
    path = tmp_path / "limit"
    RateLimiter.shared(name, 5, path=path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(TidegateError, match="quota is 5 per 1 s, burst 5; asked for") as differs:
        RateLimiter.shared(name, 6, path=path)
    assert differs.value.name == "SharedDiffers"
    with pytest.raises(TidegateError, match="a limiter of one bucket; asked for"):
        KeyedRateLimiter.shared(name, 5, path=path)
    path.write_bytes(b"#!/bin/sh\n" + bytes(4086))
    with pytest.raises(TidegateError, match=r'are .*, not "tidegate"') as invalid:
        RateLimiter.shared(name, 5, path=path)
    assert invalid.value.name == "SharedInvalid"
    path.unlink()
    path.symlink_to(tmp_path / "other")
    with pytest.raises(TidegateError, match="is a symbolic link, not a file"):
        RateLimiter.shared(name, 5, path=path)
    with pytest.raises(FileNotFoundError) as missing:
        RateLimiter.shared(name, 5, path=tmp_path / "no" / "limit")
    assert missing.value.filename == str(tmp_path / "no" / "limit")
    with pytest.raises(FileNotFoundError):
        SharedView(name)
    for bad in ["", ".hidden", "a/b", "a" * 101]:
        with pytest.raises(TidegateError, match="must be 1 to 100 of the characters") as wrong:
            RateLimiter.shared(bad, 5)
        assert wrong.value.name == "SharedNameInvalid"
    with pytest.raises(TypeError, match="name must be a str, not int"):
        RateLimiter.shared(5, 5)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match=r"path must be a str or os.PathLike, not int"):
        RateLimiter.shared(name, 5, path=5)  # type: ignore[call-overload]
    assert remove_shared(name) is False


def test_top_shows_a_bucket(name: str) -> None:
    limiter = RateLimiter.shared(name, 5, per=3600)
    assert [limiter.try_acquire(3), limiter.try_acquire(3)] == [True, False]
    assert (
        re_numbers(run("top", name))
        == f"{name}: 5 per 3600 s, burst 5\n2 left, full in # s\n1 denied\n"
    )
    seen = json.loads(run("top", name, "--json")[1])
    assert (seen["limit"], seen["remaining"], seen["denied"]) == (5, 2, 1)


def test_top_shows_keys(name: str) -> None:
    limiter = KeyedRateLimiter.shared(name, "5/hour", capacity=8)
    for key, tokens in [("a", 1), ("b", 5), ("c", 3)]:
        assert limiter.try_acquire(key, tokens)
    assert not limiter.try_acquire("b")
    seen = json.loads(run("top", name, "--json")[1])
    assert [key["remaining"] for key in seen["keys"]] == [0, 2, 4]
    assert (seen["denied"], seen["overflowed"], seen["capacity"]) == (1, 0, 8)
    lines = run("top", name, "--once", "--rows", "2")[1].splitlines()
    assert lines[1:3] == ["3 of 8 places taken", "1 denied, 0 found no place"]
    assert lines[-1] == "and 1 more, which have more left"


def test_top_says_what_is_wrong(name: str) -> None:
    code, out, err = run("top", name)
    assert (code, out) == (1, "")
    assert err.endswith(f"-{name}: No such file or directory\n")
    assert run("top", "a/b")[0] == 1
    for wrong in [("--interval", "0"), ("--interval", "nan"), ("--rows", "-1")]:
        assert run("top", name, *wrong)[0] == 2


def re_numbers(done: tuple[int, str, str]) -> str:
    """Return what was printed, its one number with a fraction left out."""
    code, out, err = done
    assert (code, err) == (0, "")
    return " ".join("#" if "." in word else word for word in out.split(" "))


APP = """
import os, tidegate
limiter = tidegate.RateLimiter.shared("web", 100, per=3600, path=os.environ["LIMIT"])
def app(environ, start_response):
    allowed = limiter.try_acquire(now_ns=10**9)
    start_response("200 OK" if allowed else "429 Too Many Requests", [])
    return [str(os.getpid()).encode()]
"""


@pytest.mark.parametrize("options", [[], ["--preload"]], ids=["each worker", "before the fork"])
def test_the_workers_of_gunicorn_have_one_limit(tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "limited_app.py").write_text(APP)
    address = str(tmp_path / "socket")
    program = [sys.executable, "-m", "gunicorn", "--workers", "4", "--bind", f"unix:{address}"]
    program += ["--chdir", str(tmp_path), "--worker-tmp-dir", "/dev/shm", *options]
    server = subprocess.Popen(
        [*program, "limited_app:app"],
        env={**os.environ, "LIMIT": str(tmp_path / "limit")},
        stderr=subprocess.DEVNULL,
    )
    try:
        while not os.path.exists(address):
            assert server.poll() is None, "gunicorn did not start"
            time.sleep(0.01)
        answers = [get(address) for _ in range(300)]
    finally:
        server.terminate()
        server.wait()
    assert [status for status, _ in answers].count(200) == 100
    assert [status for status, _ in answers].count(429) == 200


def get(address: str) -> tuple[int, bytes]:
    """Ask a server at a socket of a path."""
    connection = http.client.HTTPConnection("localhost")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(address)
    connection.request("GET", "/")
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer
