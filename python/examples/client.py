"""Send the requests on stdin, `METHOD PATH [JSON-BODY]` a line, as the API's limits allow.

Call decides when to send, how long to wait and when to stop; this program sends and sleeps.
"""

from __future__ import annotations

import argparse
import itertools
import json
import ssl
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

import tidegate


def main() -> None:
    """Read the requests, send them, and print what came of them as one line of JSON."""
    options = arguments()
    lines = [line.rstrip("\n") for line in sys.stdin if line.strip()]
    total: Counter[str] = Counter(calls=0, ok=0, retries=0, refused=0, lost=0)
    waited = 0.0
    with (
        httpx.Client(base_url=options.base, timeout=5) as client,
        ThreadPoolExecutor(options.concurrency) as threads,
    ):
        sending = threads.map(
            perform, itertools.repeat((options, client)), itertools.count(), lines
        )
        for counted, slept in sending:
            total.update(counted)
            waited += slept
    print(json.dumps({**total, "waited_s": round(waited, 3)}))


def perform(
    shared: tuple[argparse.Namespace, httpx.Client], index: int, line: str
) -> tuple[Counter[str], float]:
    """Carry one request through all its attempts."""
    options, client = shared
    method, path, *body = line.split(" ", 2)
    headers = {
        "Authorization": f"Bearer {options.key}",
        "X-Client": options.client,
        "X-Request-Id": f"{options.client}-{index}",
    }
    if body:
        headers["Content-Type"] = "application/json"
    repeatable = method in ("POST", "PATCH")
    if repeatable:  # the same key for every attempt: what was done is not done again
        headers["Idempotency-Key"] = f"{options.key}-{options.client}-{index}"

    count, waited, outcome, ok = Counter(calls=1), 0.0, "not sent", False
    try:
        call = options.api.call(method, path, key=options.key, idempotency_key=repeatable)
    except tidegate.TidegateError as error:
        print(f"{method} {path}: {error}", file=sys.stderr)
        return count + Counter(lost=1), waited
    while (step := call.next()).kind not in ("done", "give_up"):
        if step.kind == "wait":
            time.sleep(step.delay)
            waited += step.delay
            continue
        try:
            answer = client.request(method, path, headers=headers, content="".join(body))
        except httpx.TransportError as error:
            outcome, ok = f"{type(error).__name__}: {error}", False
            call.failed(failure(error))
        else:
            ok, error_body = answer.status_code < 400, tidegate.scan_error_body(answer.content)
            outcome = f"{answer.status_code} {error_body.code}: {error_body.message}"
            count["refused"] += answer.status_code == 429
            call.answered(answer.status_code, answer.headers, answer.content)

    count["retries"] = max(call.attempts - 1, 0)
    count["ok" if ok else "lost"] = 1
    if not ok:
        print(f"{method} {path}: {step.reason}: {outcome}", file=sys.stderr)
    return count, waited


def failure(error: httpx.TransportError) -> tidegate.FailureName:
    """Name what went wrong with a send that got no answer."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "tls"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectError):
        return "connect_refused"
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return "connect_timeout"
    if isinstance(error, httpx.TimeoutException):
        return "read_timeout"
    return "reset"


EPILOG = """\
It prints one line of JSON:
  calls      lines read
  ok         calls that ended with an answer below 400
  lost       all others; each is described on stderr
  retries    sends beyond the first of each call
  refused    answers with status 429
  waited_s   seconds slept, summed over all calls

example:
  echo "GET /api/v1/incidents" | python client.py --api stackflow --base URL --key alice
"""


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--api", required=True, choices=("stackflow", "velaflows"), help="whose rules to keep"
    )
    parser.add_argument("--base", required=True, metavar="URL", help="http://HOST:PORT of the API")
    parser.add_argument("--key", required=True, help="the user or token whose limits they are")
    parser.add_argument(
        "--window", type=float, metavar="SECONDS", help="windows shorter than the documented ones"
    )
    parser.add_argument(
        "--concurrency", type=int, default=8, metavar="N", help="requests at a time (default 8)"
    )
    parser.add_argument("--client", default="python", metavar="NAME", help="in X-Client and ids")
    options = parser.parse_args()
    if options.concurrency < 1:
        parser.error("--concurrency must be 1 or more")
    if not options.base.startswith(("http://", "https://")):
        parser.error("--base must be like http://HOST:PORT")
    try:
        options.api = tidegate.Api(options.api, window=options.window)
    except tidegate.TidegateError as error:
        parser.error(f"--window: {error}")
    return options


if __name__ == "__main__":
    main()
