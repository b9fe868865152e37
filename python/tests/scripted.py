"""A server that answers what a test has laid out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Script(BaseHTTPRequestHandler):
    """Answers one after the other."""

    protocol_version = "HTTP/1.1"
    answers: list[tuple[int, dict[str, str], bytes]]
    seen: list[tuple[str, str, bytes, str | None]]

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        while self.headers["Transfer-Encoding"] and (size := int(self.rfile.readline(), 16)):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.seen.append((self.command, self.path, body, self.headers["Idempotency-Key"]))
        if self.headers["Transfer-Encoding"]:
            self.rfile.readline()
        status, headers, content = self.answers.pop(0)
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def base() -> Iterator[str]:
    """Serve what the test lays out; give its address."""
    Script.answers, Script.seen = [], []
    with ThreadingHTTPServer(("127.0.0.1", 0), Script) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


LIMITED = b'{"error":"Slow down","code":"RATE_LIMIT_EXCEEDED","requestId":"7f3a"}'
LATER = (429, {"Retry-After": "7200"}, LIMITED)
AGAIN = (429, {"Retry-After": "0"}, LIMITED)
FINE: tuple[int, dict[str, str], bytes] = (200, {}, b"fine")
