"""Real servers on free ports, and what is asked of them to the byte."""

from __future__ import annotations

import contextlib
import http.client
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn


@contextlib.contextmanager
def by_uvicorn(app: Any) -> Iterator[int]:
    """Serve an ASGI application in a thread; give its port."""
    # By itself uvicorn believes what 127.0.0.1 says of whom it asks for.
    config = uvicorn.Config(
        app, port=0, log_level="critical", ws="websockets-sansio", proxy_headers=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "uvicorn did not start"
        time.sleep(0.001)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


@contextlib.contextmanager
def by_gunicorn(app: str, *flags: str) -> Iterator[int]:
    """Serve a WSGI application, or another with flags, in processes; give its port."""
    here = str(Path(__file__).parent)
    command = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "--chdir", here]
    process = subprocess.Popen(
        [*command, "--threads", "4", *flags, app], stderr=subprocess.PIPE, text=True, cwd=here
    )
    assert process.stderr is not None
    port = None
    for line in process.stderr:
        if found := re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", line):
            port = int(found[1])
            break
    drain = threading.Thread(target=process.stderr.read)
    drain.start()
    try:
        assert port is not None, "gunicorn did not start"
        yield port
    finally:
        process.terminate()
        process.wait()
        drain.join()
        process.stderr.close()


def ask(
    port: int, path: str = "/", method: str = "GET", **headers: str
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Ask once; return status, headers without those of the server itself, and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=sent)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    own = ("date", "server", "connection", "transfer-encoding")
    kept = [(name.lower(), value) for name, value in answer.getheaders() if name.lower() not in own]
    return answer.status, kept, body
