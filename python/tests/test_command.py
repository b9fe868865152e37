"""The command ``tidegate``, run as a user runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import tidegate

SCRIPT = [str(Path(sysconfig.get_path("scripts")) / "tidegate")]
MODULE = [sys.executable, "-m", "tidegate"]
POLICIES = Path(__file__).parents[2] / "core" / "policies"
WRONG = '{"name": "mine",\n "categories": [{"name": "r", "limit": 5}]}'
COMPLAINT = "2:31: categories[0].limit: there is no such member; there are: name, limits, cache\n"


def run(
    *arguments: str | Path, stdin: str | bytes = "", command: list[str] = SCRIPT
) -> tuple[int, str, str]:
    given = stdin if isinstance(stdin, bytes) else stdin.encode()
    done = subprocess.run([*command, *map(str, arguments)], input=given, capture_output=True)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.json"
    path.write_text(WRONG, encoding="utf-8")
    return path


@pytest.mark.parametrize("command", [SCRIPT, MODULE], ids=["script", "module"])
def test_explain(command: list[str]) -> None:
    said = str(tidegate.Policy.named("github"))
    assert run("explain", "github", command=command) == (0, said, "")
    assert run("explain", POLICIES / "github.json", command=command) == (0, said, "")


def test_a_name_stands_before_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "github").write_bytes((POLICIES / "stripe.json").read_bytes())
    assert run("explain", "github")[1].startswith("github, ")
    assert run("explain", "./github")[1].startswith("stripe, ")


def test_explain_tells_what_is_wrong(wrong: Path) -> None:
    assert run("explain", wrong) == (1, "", f"{wrong}:{COMPLAINT}")
    assert run("explain", "GitHub") == (1, "", "GitHub: No such file or directory\n")


def test_check_says_nothing_of_what_is_right() -> None:
    assert run("check", *sorted(set(POLICIES.glob("*.json")) - {POLICIES / "schema.json"})) == (
        0,
        "",
        "",
    )


@pytest.mark.parametrize("command", [SCRIPT, MODULE], ids=["script", "module"])
def test_check_has_a_line_for_each_that_is_wrong(
    wrong: Path, tmp_path: Path, command: list[str]
) -> None:
    no_text, whole = tmp_path / "no_text.json", tmp_path / "whole.json"
    no_text.write_bytes(b"\xff")
    whole.write_text("[]")
    files: list[str | Path] = [wrong, POLICIES / "github.json", no_text, tmp_path, whole, "github"]
    assert run("check", *files, command=command) == (
        1,
        f"{wrong}:{COMPLAINT}"
        f"{no_text}: the text is not valid UTF-8\n"
        f"{tmp_path}: Is a directory\n"
        f"{whole}:1:1: this must be an object\n"
        "github: No such file or directory\n",
        "",
    )


RESPONSE = """\
HTTP/2 403
Date: Sun, 19 May 2024 16:00:00 GMT
Content-Type: application/json
X-RateLimit-Limit: 5000
X-RateLimit-Remaining: 0
X-RateLimit-Reset: 1716136200
X-RateLimit-Resource: core
"""
SAID = "dialect: {}\nlimit {}0 of 5000 requests left, more in 30 min; the tightest\nwait: 30 min\n"


@pytest.mark.parametrize(
    ("arguments", "dialect", "name"),
    [
        ([], "common", "core: "),
        (["--dialect", "github"], "github", "core: "),
        (["--policy", "github"], "github", "core: "),
        (["--policy", str(POLICIES / "github.json")], "github", "core: "),
        (["--dialect", "plain"], "plain", ": "),
        (["--policy", "stackflow"], "plain", ": "),
    ],
)
def test_headers(arguments: list[str], dialect: str, name: str) -> None:
    said = SAID.replace("limit {}", "limit{}").format(dialect, name if name == ": " else f" {name}")
    assert run("headers", *arguments, stdin=RESPONSE) == (0, said, "")
    assert run("headers", *arguments, stdin=RESPONSE, command=MODULE) == (0, said, "")


def test_of_several_responses_the_last_counts_and_no_body() -> None:
    before = "HTTP/1.1 301\r\nRetry-After: 9\r\n\r\n"
    body = "\r\n\r\nRetry-After: 5\r\nHTTP/1.1 200\r\n"
    crlf = RESPONSE.replace("\n", "\r\n")
    said = SAID.format("github", "core: ")
    assert run("headers", "--dialect", "github", stdin=before + crlf + body) == (0, said, "")
    bare = RESPONSE.partition("\n")[2]
    assert run("headers", "--dialect", "github", stdin=bare) == (0, said, "")


def test_headers_that_tell_nothing_and_garbage() -> None:
    assert run("headers") == (0, "dialect: common\nwait: none\n", "")
    garbage = b"X-Other: \xff\xfe\nRetry-After: soon\n"
    assert run("headers", stdin=garbage) == (
        0,
        "dialect: common\nwait: none\nmalformed and ignored: 1\n",
        "",
    )


@pytest.mark.parametrize(
    "line", ["Retry-After 60", ": 60", " Retry-After: 60", "Retry-After : 60", "Retry After: 60"]
)
def test_a_line_that_is_no_header(line: str) -> None:
    assert run("headers", stdin=f"HTTP/2 429\n{line}\n") == (
        1,
        "",
        "stdin:2: this is not a header, as in Retry-After: 60\n",
    )


def test_headers_by_a_policy_that_is_wrong(wrong: Path) -> None:
    assert run("headers", "--policy", wrong) == (1, "", f"{wrong}:{COMPLAINT}")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["explode"], "invalid choice: 'explode'"),
        (["explain"], "the following arguments are required: FILE|NAME"),
        (["explain", "github", "gitlab"], "unrecognized arguments: gitlab"),
        (["check"], "the following arguments are required: FILE"),
        (["headers", "--dialect", "GitHub"], "invalid choice: 'GitHub'"),
        (["headers", "--dialect", "aws", "--policy", "github"], "not allowed with argument"),
    ],
)
def test_a_wrong_command_line(arguments: list[str], complaint: str) -> None:
    code, said, complained = run(*arguments)
    assert (code, said) == (2, "")
    assert re.match(r"usage: tidegate", complained)
    assert complaint in complained


@pytest.mark.parametrize("command", ["", "explain", "check", "headers"])
def test_help_says_what_there_is(command: str) -> None:
    code, said, complained = run(*command.split(), "--help")
    assert (code, complained) == (0, "")
    assert said.startswith(f"usage: tidegate {command}".rstrip())
    if command in ("", "explain"):
        assert ", ".join(tidegate.APIS) in said
    if command:
        assert f"tidegate {command} " in said.partition("example")[2]


def test_version() -> None:
    assert run("--version") == (0, f"tidegate {tidegate.__version__}\n", "")


def test_a_reader_that_has_seen_enough() -> None:
    """A closed pipe is no error, and says nothing."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        done = subprocess.run([*SCRIPT, "explain", "github"], stdout=closed, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")
