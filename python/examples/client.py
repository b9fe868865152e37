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
        httpx.Client(base_url=options.base) as client,
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
            left = call.attempt_timeout()  # of the policy, or until the deadline
            timeout = LONGEST if left is None else min(left, LONGEST)
            content = "".join(body)
            answer = client.request(method, path, headers=headers, content=content, timeout=timeout)
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


NAMES = ", ".join(tidegate.APIS)
LONGEST = 5.0
"""Seconds without a byte after which a send counts as lost, if the policy does not say less."""
EPILOG = """\
It prints one line of JSON:
  calls      lines read
  ok         calls that ended with an answer below 400
  lost       all others; each is described on stderr
  retries    sends beyond the first of each call
  refused    answers with status 429
  waited_s   seconds slept, summed over all calls

examples:
  echo "GET /api/v1/incidents" | python client.py --api stackflow --base URL --key alice
  echo "GET /user" | python client.py --policy my-api.json --base URL --key alice
"""


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    rules = parser.add_mutually_exclusive_group(required=True)
    rules.add_argument(
        "--api", choices=tidegate.APIS, metavar="NAME", help=f"whose rules to keep: {NAMES}"
    )
    rules.add_argument("--policy", metavar="FILE", help="the file of the rules to keep")
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
        policy = (
            tidegate.Policy.from_file(options.policy)
            if options.policy is not None
            else tidegate.Policy.named(options.api)
        )
    except (tidegate.TidegateError, OSError) as error:
        parser.error(f"--policy: {error}")
    try:
        options.api = tidegate.Api(policy, window=options.window)
    except tidegate.TidegateError as error:
        parser.error(f"--window: {error}")
    return options


if __name__ == "__main__":
    main()
