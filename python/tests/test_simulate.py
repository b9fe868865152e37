"""tidegate simulate: clients against a server of the same policy, in virtual time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def simulate(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tidegate", "simulate", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def lines(*arguments: str) -> list[dict[str, object]]:
    done = simulate(*arguments, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_one_client_uses_the_whole_quota_and_is_never_refused() -> None:
    done = simulate("stackflow", "--clients", "1", "--duration", "5m")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "stackflow, seed 1, 300 s, clients: 1, keys: 1\n"
        "calls done: 1500\nsent: 1500\nadmitted: 1500\nrefused: 0\nfailed: 0\n"
        "waited: 225.0 s, 225.0 s a client\n"
        "used of read, 300 requests in 60 s: 1500 of 1500, 100.0%\n"
    )


def test_many_clients_share_a_quota_and_use_all_of_it() -> None:
    *slices, told = lines("velaflows", "--clients", "20", "--duration", "1h")
    assert len(slices) == 120
    assert told["admitted"] == 4 * 300 == sum(one["admitted"] for one in slices)  # type: ignore[misc]
    assert told["calls_done"] == 1200
    assert told["sent"] == told["admitted"] + told["refused"]  # type: ignore[operator]
    assert told["limits"] == [
        {
            "category": "read",
            "limit": 300,
            "per": 900.0,
            "unit": "requests",
            "used": 1200,
            "allowed": 1200.0,
        }
    ]


def test_each_key_has_a_quota_of_its_own() -> None:
    told = lines("stackflow", "--clients", "6", "--keys", "3", "--duration", "1m")[-1]
    assert (told["admitted"], told["keys"]) == (900, 3)


def test_tokens_are_counted() -> None:
    request = "POST /v1/responses"
    told = lines("openai", "--tokens", "900", "--request", request, "--clients", "1")[-1]
    used = {limit["unit"]: limit["used"] for limit in told["limits"]}  # type: ignore[attr-defined]
    assert used["tokens"] == 900 * used["requests"]


def test_the_same_seed_gives_the_same_run_and_another_another() -> None:
    arguments = ["velaflows", "--clients", "5", "--failures", "0.1", "--duration", "30m"]
    assert lines(*arguments) == lines(*arguments, "--seed", "1")
    assert lines(*arguments) != lines(*arguments, "--seed", "2")
    assert lines(*arguments)[-1]["failed"] > 0  # type: ignore[operator]


def test_a_policy_file_and_several_requests(tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text("""{"name": "own", "categories": [
        {"name": "read", "limits": [
            {"kind": "token_bucket", "limit": 10, "per": "1s", "burst": 5}]},
        {"name": "write", "limits": [{"kind": "strict_window", "limit": 6, "per": "1m"}]}],
        "routes": [{"path": "/**", "methods": ["POST"], "category": "write"}]}""")
    requests = ["--request", "GET /a", "--request", "POST /b"]
    told = lines(str(tmp_path / "own.json"), *requests, "--clients", "2", "--duration", "2m")[-1]
    limits = {limit["category"]: limit for limit in told["limits"]}  # type: ignore[attr-defined]
    assert limits["write"]["used"] == limits["write"]["allowed"] == 12
    assert limits["read"]["allowed"] == 5 + 1200


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_plot(tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("matplotlib")
    plot = tmp_path / f"herd.{suffix}"
    done = simulate("stackflow", "--duration", "2m", "--plot", str(plot))
    assert done.returncode == 0, done.stderr
    assert plot.read_bytes()[:5] in (b"\x89PNG\r", b"<?xml")
    done = simulate("stackflow", "--duration", "1m", "--plot", str(tmp_path / "no" / "such.png"))
    assert done.returncode == 1
    assert "No such file or directory" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--clients", "0"], "argument --clients: '0': a whole number from 1 to 100000"),
        (["--clients", "many"], "argument --clients: 'many': a whole number from 1 to 100000"),
        (["--keys", "64"], "argument --keys: '64': a whole number from 1 to 63"),
        (["--duration", "5"], "argument --duration: '5': 500ms, 90s, 15m, 2h or 1d, up to 366d"),
        (["--duration", "367d"], "argument --duration: '367d': 500ms, 90s"),
        (["--latency", "-1s"], "argument --latency: expected one argument"),
        (["--failures", "1.1"], "argument --failures: '1.1': a part from 0 to 1, as 0.05"),
        (["--request", "/a"], "argument --request: '/a': a method and a path, as \"GET /orders\""),
        (["--request", "FETCH /a"], '"FETCH": the method must be one of: GET, HEAD'),
        (["--seed", "-1"], "argument --seed: '-1': a whole number from 0 to 18446744073709551615"),
        (["--duration", "0s"], "--duration is 0: nothing would happen"),
        (["--latency", "0s"], "--latency and --pause are both 0: time would stand still"),
    ],
)
def test_what_is_wrong_is_said(arguments: list[str], message: str) -> None:
    done = simulate("stackflow", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_a_policy_that_is_not_there() -> None:
    done = simulate("no/such.json")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "no/such.json: No such file or directory\n"
