"""The emulator as a fixture, and the workload that each client library carries through it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import tidegate

ROOT = Path(__file__).parents[2]
WINDOW = 2
"""Seconds, in place of a minute."""


@dataclass
class Emulator:
    """A running emulator."""

    base: str
    process: subprocess.Popen[str]

    def verdict(self) -> dict[str, int]:
        """Return what it saw of all its clients together."""
        with urllib.request.urlopen(f"{self.base}/_verdict") as answer:
            total: dict[str, int] = json.load(answer)["total"]
            return total

    def stop(self) -> None:
        """End it, as its parent's end would."""
        self.process.communicate("")


Start = Callable[..., Emulator]


@pytest.fixture(scope="session")
def program() -> Path:
    """Return the emulator, built if it is not."""
    if (cargo := shutil.which("cargo")) is None or not (ROOT / "emulator").is_dir():
        pytest.skip("the emulator is built with cargo from a checkout")
    build = [cargo, "build", "--quiet", "--release", "--locked", "-p", "tidegate-emulator"]
    subprocess.run(build, cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR") or "target")
    return ROOT / target / "release" / "tidegate-emulator"


@pytest.fixture
def emulated(program: Path) -> Iterator[Start]:
    """Give a function that starts an emulator of an API, with flags."""
    running: list[Emulator] = []

    def start(api: str, *flags: str) -> Emulator:
        command = [str(program), "--api", api, "--window", f"{WINDOW}s", "--until-stdin-closes"]
        process = subprocess.Popen(
            [*command, *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        base = process.stdout.readline().removeprefix("listening on ").strip()
        running.append(Emulator(base, process))
        return running[-1]

    yield start
    for emulator in running:
        emulator.stop()


FAULTS = ("--fail-share", "0.1", "--drop-share", "0.05", "--strikes", "2", "--seed", "7")


def stackflow() -> tidegate.Api:
    """StackFlow as documented, but that it tries again after hundredths of a second."""
    policy = json.loads((ROOT / "core/policies/stackflow.json").read_text(encoding="utf-8"))
    policy["retry"]["backoff"] |= {"initial": "20ms", "spread": "20ms"}
    return tidegate.Api.from_json(json.dumps(policy), window=WINDOW)


@dataclass(frozen=True)
class Request:
    """One request of the workload."""

    method: str
    path: str
    body: bytes | None
    headers: dict[str, str]


def workload(client: str) -> list[Request]:
    """More writes than a window holds, and reads between them."""
    requests = []
    for number in range(100):
        headers = {
            "Authorization": "Bearer alice",
            "X-Client": client,
            "X-Request-Id": f"{client}-{number}",
        }
        if number % 4 == 0:
            requests.append(Request("GET", "/api/v1/incidents?limit=1", None, headers))
        else:
            headers["Content-Type"] = "application/json"
            body = json.dumps({"title": f"Disk {number}"}).encode()
            requests.append(Request("POST", "/api/v1/incidents", body, headers))
    return requests


def judge(emulator: Emulator, statuses: list[int]) -> None:
    """Nothing was lost, and the emulator has nothing to say against the client."""
    assert sorted(set(statuses)) == [200, 201]
    assert len(statuses) == 100
    verdict = emulator.verdict()
    assert verdict.pop("requests") > 100, "no fault was met"
    assert verdict == {"refused": 0, "foreseeable": 0, "early": 0, "duplicates": 0}
