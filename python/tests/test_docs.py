"""Every example in a docstring, and the examples that users copy."""

from __future__ import annotations

import ast
import asyncio
import doctest
import inspect
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import tidegate
from tidegate import _combined, _core, _retry, testing
from tidegate.testing import ManualClock, instant

EXAMPLES = Path(__file__).parents[1] / "examples"
OPTIONS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL


def examples() -> list[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [
        example
        for module in (tidegate, _core, _combined, _retry, testing)
        for example in finder.find(module, extraglobs={"tidegate": tidegate})
    ]
    return [example for example in found + static() + added() if example.examples]


def static() -> list[doctest.DocTest]:
    """Those of static methods, which name no module if compiled, so that the finder passes over."""
    parser, found = doctest.DocTestParser(), []
    for kind in vars(_core).values():
        for name, method in vars(kind).items() if isinstance(kind, type) else ():
            if isinstance(method, staticmethod):
                text, name = inspect.getdoc(getattr(kind, name)) or "", f"{kind.__name__}.{name}"
                found.append(parser.get_doctest(text, {"tidegate": tidegate}, name, None, 0))
    return found


def added() -> list[doctest.DocTest]:
    """Those of methods in Python of compiled classes, which come from another module."""
    parser, found = doctest.DocTestParser(), []
    for kind in vars(_core).values():
        for method in vars(kind).values() if isinstance(kind, type) else ():
            if inspect.isfunction(method):
                text, name = inspect.getdoc(method) or "", method.__qualname__
                found.append(parser.get_doctest(text, {"tidegate": tidegate}, name, None, 0))
    return found


@pytest.mark.parametrize("example", examples(), ids=lambda test: test.name)
def test_docstring(example: doctest.DocTest) -> None:
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    runner.run(example)
    assert runner.summarize(verbose=False).failed == 0


def test_every_example_was_found() -> None:
    """Functions and methods of a compiled module are easily missed."""
    names = {test.name for test in examples()}
    assert {
        "tidegate",
        "tidegate.RateLimiter.try_acquire",
        "tidegate._core.monotonic_ns",
        "Backoff.list",
        "RateLimiter.all",
        "RateLimiter.wrap",
        "StrictWindow.acquire",
        "tidegate.RetryPolicy",
        "tidegate.testing.ManualClock",
    } <= names


def test_everything_public_is_documented() -> None:
    for name in tidegate.__all__:
        value = getattr(tidegate, name)
        if not isinstance(value, type) and not inspect.isroutine(value):
            continue
        assert inspect.getdoc(value), name
        for member, what in vars(value).items() if isinstance(value, type) else ():
            if not member.startswith("_"):
                assert inspect.getdoc(what), f"{name}.{member}"


def test_quickstart() -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLES / "quickstart.py"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "request 1: go\nrequest 2: go\nrequest 3: wait 200 ms\n"


def test_limits() -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLES / "limits.py"], capture_output=True, text=True, check=True
    )
    assert done.stdout == (
        "ann: wait 0 s, send, then give back what was not used: 350\n"
        "ann: wait 0 s, send, then give back what was not used: 0\n"
        "bob: refused, tokens come in 27 s\n"
    )


def test_retries() -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLES / "retries.py"], capture_output=True, text=True, check=True
    )
    assert done.stdout == (
        "503: again in 0.086 s\n429: again in 4.000 s\n200: done, 1 more retries to spend\n"
    )


def test_the_policy_of_the_readme() -> None:
    policy = tidegate.Policy.from_json(block("json"))
    assert policy.name == "weather"
    assert [len(category.limits) for category in policy.categories] == [2, 1]
    assert policy.cache_ttl("GET", "/forecast") == 300.0


def test_the_headers_of_the_readme() -> None:
    github = [
        ("X-RateLimit-Limit", "60"),
        ("X-RateLimit-Remaining", "0"),
        ("X-RateLimit-Used", "60"),
        ("X-RateLimit-Reset", "1716136200"),
        ("X-RateLimit-Resource", "core"),
    ]
    advice = tidegate.Advice(github, dialect="github")
    said = advice.explain(wall_ns=1_716_134_400 * 10**9)
    assert block("text") == f"dialect: github\n{said}"


def test_every_snippet_of_the_readme(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In their order and one namespace, against a real server, as a reader would copy them."""
    snippets = blocks("python")
    assert len(snippets) >= 10
    monkeypatch.chdir(tmp_path)
    Path("weather.json").write_text(block("json"), encoding="utf-8")
    names: dict[str, Any] = {"__name__": "readme"}
    for snippet in snippets:
        with nullcontext() if "instant(" in snippet else instant():  # it holds the clocks itself
            run_snippet(snippet, base, names)
    with instant():
        assert names["incidents"]() == names["answer"].json() == {}
    assert names["report"]("acme") == "the report of acme"
    assert names["step"].kind == "done"
    assert names["both"].peek(0, 0).allowed
    names["client"].close()
    tidegate.remove_shared("customers")


def run_snippet(snippet: str, base: str, names: dict[str, Any]) -> None:
    source = snippet.replace("https://api.example.com", base)
    # `inspect` and `ast` name this flag by its effect: await outside of a function.
    code = compile(source, snippet[:40], "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    left = eval(code, names)
    if inspect.iscoroutine(left):
        asyncio.run(left)


def test_the_test_of_the_readme_passes(manual_clock: ManualClock) -> None:
    names: dict[str, Any] = {"tidegate": tidegate}
    (snippet,) = (snippet for snippet in blocks("python") if "def test_the_second" in snippet)
    exec(snippet.partition("\n\nwith instant")[0], names)
    names["test_the_second_waits"](manual_clock)


def block(language: str) -> str:
    """Return the one block of this language in the README."""
    (found,) = blocks(language)
    return found


def blocks(language: str) -> list[str]:
    """Return all blocks of this language in the README."""
    text = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


class Server(BaseHTTPRequestHandler):
    """Refuses the first attempt of each request, in a way that depends on its path."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer()

    def _answer(self) -> None:
        ids = self.headers["X-Request-Id"], self.headers["Idempotency-Key"]
        first = ids not in self.seen
        self.seen.append(ids)
        if self.path.endswith("/missing"):
            self._send(404, '{"error":"No such route","code":"RESOURCE_NOT_FOUND"}')
        elif first and self.path.endswith("/limited"):
            self._send(429, '{"error":"Slow down","code":"RATE_LIMIT_EXCEEDED"}', retry_after="0")
        else:
            self._send(200, "{}")

    def _send(self, status: int, body: str, retry_after: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if retry_after is not None:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def base() -> Iterator[str]:
    Server.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def client(*arguments: str, lines: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(EXAMPLES / "client.py"), *arguments]
    return subprocess.run(command, input=lines, capture_output=True, text=True, check=False)


def test_client_repeats_what_was_refused_and_reports_what_was_lost(base: str) -> None:
    lines = 'GET /a\nPOST /limited {"a": 1}\nGET /missing\n'
    done = client("--api", "stackflow", "--base", base, "--key", "alice", lines=lines)
    assert done.returncode == 0
    assert done.stderr == ("GET /missing: not_retryable: 404 RESOURCE_NOT_FOUND: No such route\n")
    result = json.loads(done.stdout)
    assert result.pop("waited_s") >= 0
    assert result == {"calls": 3, "ok": 2, "retries": 1, "refused": 1, "lost": 1}
    assert Server.seen.count(("python-1", "alice-python-1")) == 2
    assert sorted(Server.seen)[0] == ("python-0", None)


def test_client_keeps_to_a_policy_file(base: str, tmp_path: Path) -> None:
    policy = tmp_path / "insistent.json"
    policy.write_text("""{"name": "insistent", "categories": [{"name": "all", "limits": []}],
        "retry": {"max_attempts": 3, "statuses": [404], "backoff": {"initial": "1ms"}}}""")
    lines = "GET /a\nGET /missing\n"
    done = client("--policy", str(policy), "--base", base, "--key", "alice", lines=lines)
    assert done.returncode == 0
    assert done.stderr == (
        "GET /missing: attempts_exhausted: 404 RESOURCE_NOT_FOUND: No such route\n"
    )
    result = json.loads(done.stdout)
    assert result.pop("waited_s") >= 0
    assert result == {"calls": 2, "ok": 1, "retries": 2, "refused": 0, "lost": 1}
    assert Server.seen.count(("python-1", None)) == 3


def test_client_gives_up_on_a_line_that_is_no_request(base: str) -> None:
    done = client("--api", "velaflows", "--base", base, "--key", "t", lines="FETCH /a\nGET a\n")
    assert '"lost": 2' in done.stdout
    assert done.stderr.splitlines()[0].startswith('FETCH /a: "FETCH": the method must be one of')


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--api", "nosuchflow", "--base", "x", "--key", "k"],
        ["--api", "stackflow", "--base", "x", "--key", "k", "--window", "0.5"],
        ["--api", "stackflow", "--policy", "x.json", "--base", "http://x", "--key", "k"],
        ["--policy", "/no/such.json", "--base", "http://x", "--key", "k"],
        ["--policy", __file__, "--base", "http://x", "--key", "k"],
        ["--api", "stackflow", "--base", "x", "--key", "k", "--concurrency", "0"],
    ],
)
def test_client_refuses_bad_flags(arguments: list[str]) -> None:
    done = client(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: client.py" in done.stderr
