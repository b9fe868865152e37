"""The conformance traces, through the runner that anyone may start by hand."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import traces
from world_apis import Policies
from world_attempts import Around
from world_clients import Clients
from world_dialects import Dialects
from world_limits import Limits
from world_retries import Retries

RUNNER = Path(__file__).with_name("traces.py")


def test_every_step_of_every_trace() -> None:
    done = subprocess.run(
        [sys.executable, RUNNER, "--time"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    cost, digest = done.stdout.splitlines()
    assert re.fullmatch(r"ns_per_decision \d+\.\d", cost)
    assert re.fullmatch(r"digest [0-9a-f]{16} steps [1-9]\d*", digest)


def test_every_step_of_attempts() -> None:
    """They stand in no digest yet: not every language has all of their folder."""
    folder = traces.CONFORMANCE / "traces_around"
    last = traces.replay([(folder, Around)], "attempts_*.trace")
    assert int(last.rpartition(" ")[2]) > 5_000


@pytest.mark.parametrize(
    ("files", "least"),
    [
        ("client_address_*", 2_000),
        ("link_*", 1_000),
        ("paging_*", 10),
        ("refusal_*", 10),
        ("webhook_*", 100),
    ],
)
def test_every_step_of_clients_pages_and_refusals(files: str, least: int) -> None:
    folder = traces.CONFORMANCE / "traces_around"
    last = traces.replay([(folder, Clients)], f"{files}.trace")
    assert int(last.rpartition(" ")[2]) >= least


@pytest.mark.parametrize(
    ("trace", "message"),
    [
        (
            "limiter 5 1000000000 2 -> error BurstZero\nend 1\n",
            "expected error BurstZero\ngot      ok",
        ),
        ("evict 0 1 -> ok\nend 1\n", "unknown verb evict"),
        ("_bucket 0 -> ok\nend 1\n", "unknown verb _bucket"),
        ("before_rest -> ok\nend 1\n", "unknown verb before_rest"),
        ("__init__ -> ok\nend 1\n", "unknown verb __init__"),
        ("limiter 5 1000000000 2 -> ok\nend 2\n", "ends with end 2, not with end 1"),
        ("limiter 5 1000000000 2 -> ok\n", "ends with None, not with end 1"),
    ],
)
def test_nothing_may_be_skipped(tmp_path: Path, trace: str, message: str) -> None:
    (tmp_path / "wrong.trace").write_text(trace)
    with pytest.raises(SystemExit, match=re.escape(message)):
        traces.replay([(tmp_path, Limits)])


@pytest.mark.parametrize(
    ("world", "trace", "message"),
    [
        (Dialects, "limiter 5 1000000000 2 -> ok\nend 1\n", "unknown verb limiter"),
        (
            Dialects,
            "tell Retry-After 5 -> unknown\nend 1\n",
            "expected unknown\ngot      read",
        ),
        (Retries, "tell Retry-After 5 -> read\nend 1\n", "unknown verb tell"),
        (
            Retries,
            "budget_aws 9 2.1 -> ok\nspend failure -> cost 14 left 0\nend 2\n",
            "expected cost 14 left 0\ngot      exhausted left 9",
        ),
        (Policies, "limiter 5 1000000000 2 -> ok\nend 1\n", "unknown verb limiter"),
        (
            Policies,
            "policy - 0 {} -> ok\nend 1\n",
            'expected ok\ngot      error PolicyInvalid 1 1 ""',
        ),
    ],
)
def test_each_folder_has_its_own_verbs(
    tmp_path: Path, world: type[traces.World], trace: str, message: str
) -> None:
    (tmp_path / "wrong.trace").write_text(trace)
    with pytest.raises(SystemExit, match=re.escape(message)):
        traces.replay([(tmp_path, world)])


def test_the_folders_are_those_of_the_conformance_in_their_order() -> None:
    names = [folder.name for folder, _ in traces.FOLDERS]
    assert names == ["traces", "traces_dialects", "traces_retry", "traces_policy"]
    assert all(any(folder.glob("*.trace")) for folder, _ in traces.FOLDERS)


def test_the_digest_is_fnv_1a(tmp_path: Path) -> None:
    assert traces.fnv_1a(b"foobar") == 0x85944171F73967E8  # its authors' vector
    assert traces.replay([(tmp_path, Limits)]) == "digest cbf29ce484222325 steps 0"
    (tmp_path / "a.trace").write_text("limiter 5 1000000000 2 -> ok\nend 1\n")
    digest = traces.fnv_1a(b"ok\n")
    assert traces.replay([(tmp_path, Limits)]) == f"digest {digest:016x} steps 1"
