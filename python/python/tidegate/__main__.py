"""The command ``tidegate``: what policy files, headers and shared limiters say, in words."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable
from typing import get_args

from . import (
    APIS,
    Advice,
    Dialect,
    DialectName,
    Hints,
    Policy,
    PolicyError,
    TidegateError,
    __version__,
    _simulate,
)
from ._top import top


def main() -> int:
    """Run the command that the arguments ask for; return its exit code."""
    options = parser().parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):  # a name may have letters that a terminal lacks
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code: int = options.command(options)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    return code


def explain(options: argparse.Namespace) -> int:
    """Print what a policy says."""
    policy = loaded(options.policy, to_stderr)
    if policy is None:
        return 1
    print(policy, end="")
    return 0


def check(options: argparse.Namespace) -> int:
    """Print what is wrong with policy files, a line each."""
    policies = [loaded(path, print, names=False) for path in options.files]
    return 1 if None in policies else 0


def headers(options: argparse.Namespace) -> int:
    """Print what a client would do with the headers on stdin."""
    if options.policy is not None:
        policy = loaded(options.policy, to_stderr)
        if policy is None:
            return 1
        dialect = policy.dialect
    else:
        dialect = None if options.dialect == PLAIN else Dialect(options.dialect)
    try:
        lines = header_lines(sys.stdin.buffer.read())
    except NotAHeader as error:
        to_stderr(f"stdin:{error}")
        return 1
    read = Hints(lines) if dialect is None else Advice(lines, dialect=dialect)
    print(f"dialect: {PLAIN if dialect is None else dialect.name}")
    # The server's own clock, if it told it: the answer may be an old one.
    print(read.explain(wall_ns=read.date_ns), end="")
    return 0


def simulate(options: argparse.Namespace) -> int:
    """Print what clients of a policy would get."""
    policy = loaded(options.policy, to_stderr)
    if policy is None:
        return 1
    return _simulate.simulate(policy, options, to_stderr)


def loaded(place: str, complain: Callable[[str], None], *, names: bool = True) -> Policy | None:
    """Return the policy of a name or a file, or complain."""
    try:
        if names and place in APIS:
            return Policy.named(place)
        return Policy.from_file(place)
    except PolicyError as error:
        member = f"{error.member}: " if error.member else ""
        complain(f"{error.path}:{error.line}:{error.column}: {member}{error.problem}")
    except OSError as error:
        complain(f"{place}: {error.strerror or error}")
    except TidegateError as error:  # it is not UTF-8; the path stands in front
        complain(str(error))
    return None


class NotAHeader(Exception):
    """A line that is no header, behind its number."""


def header_lines(response: bytes) -> list[tuple[bytes, bytes]]:
    """Return the header lines of the last response: redirects and interim answers come before it.

    Its status line may be missing, and its body may follow.
    """
    found: list[tuple[bytes, bytes]] = []
    ended = False
    for number, line in enumerate(response.replace(b"\r\n", b"\n").split(b"\n"), 1):
        if line.startswith(b"HTTP/"):
            found, ended = [], False
        elif ended:
            break
        elif not line:
            ended = True
        else:
            name, colon, value = line.partition(b":")
            if not colon or name.split() != [name]:
                raise NotAHeader(f"{number}: this is not a header, as in Retry-After: 60")
            found.append((name, value))
    return found


def to_stderr(text: str) -> None:
    """Print to where what went wrong is told."""
    print(text, file=sys.stderr)


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    as_written = argparse.RawDescriptionHelpFormatter
    whole = argparse.ArgumentParser(
        prog="tidegate",
        description="Look at APIs as files, at what servers say, at what clients would get, "
        "and at limiters in use.",
        epilog=EPILOG,
        formatter_class=as_written,
    )
    whole.add_argument("--version", action="version", version=f"tidegate {__version__}")
    commands = whole.add_subparsers(required=True, metavar="COMMAND", title="commands")

    def command(
        run: Callable[[argparse.Namespace], int], description: str, epilog: str
    ) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = commands.add_parser(
            run.__name__,
            help=description,
            description=description,
            epilog=epilog,
            formatter_class=as_written,
        )
        added.set_defaults(command=run)
        return added

    added = command(explain, "say in words what a policy says", EXPLAIN)
    added.add_argument("policy", metavar="FILE|NAME", help=POLICY)
    added = command(check, "tell what is wrong with policy files", CHECK)
    added.add_argument("files", metavar="FILE", nargs="+", help="a policy file")
    added = command(headers, "say what a client would do with the headers on stdin", HEADERS)
    whose = added.add_mutually_exclusive_group()
    whose.add_argument(
        "--dialect",
        metavar="NAME",
        choices=DIALECTS,
        default="common",
        help=f"whose headers they are (default common): {', '.join(DIALECTS)}",
    )
    whose.add_argument("--policy", metavar="FILE|NAME", help=f"as this policy says: {POLICY}")
    about = "say what clients of a policy would get, in virtual time"
    added = command(simulate, about, _simulate.EPILOG)
    added.add_argument("policy", metavar="FILE|NAME", help=POLICY)
    _simulate.add_arguments(added)
    added = command(top, "show a limiter that processes share", TOP)
    added.add_argument("name", metavar="NAME", help="its name")
    added.add_argument("--path", metavar="FILE", help="the file that stands for it")
    added.add_argument("--once", action="store_true", help="show it once, also in a terminal")
    added.add_argument("--json", action="store_true", help="show it once, for programs")
    added.add_argument("--rows", type=whole_number, default=20, metavar="N", help="so many keys")
    added.add_argument(
        "--interval", type=seconds, default=1.0, metavar="S", help="seconds between two looks"
    )
    return whole


def whole_number(text: str) -> int:
    """Return a count that may be 0."""
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def seconds(text: str) -> float:
    """Return a time to sleep, from 50 ms to an hour."""
    number = float(text)
    if not 0.05 <= number <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is not from 0.05 to 3600 seconds")
    return number


PLAIN = "plain"
DIALECTS = (PLAIN, *get_args(DialectName))
NAMES = ", ".join(APIS)
POLICY = "a policy file, or the name of a policy that is built in; ./NAME is a file"
EPILOG = f"""\
policies that are built in:
  {NAMES}

exit code: 0; 1 if what was read is wrong or cannot be read; 2 for a wrong command line.

tidegate COMMAND --help says more.
"""
EXPLAIN = f"""\
built in: {NAMES}

example:
  tidegate explain github
"""
CHECK = """\
Of each file the first thing that is wrong is printed, as
  path:line:column: member: problem
Nothing is printed of files that are right.

example:
  tidegate check policies/*.json
"""
HEADERS = """\
It reads one response as curl -i prints it: a status line or none, the headers, and perhaps an
empty line and the body. Of several responses, as of redirects, the last one counts. Waits are by
the server's clock if it sent Date, else by this machine's.

It prints each limit that was told, which of them is the tightest, and how long to send nothing.

examples:
  curl -si https://api.github.com/zen | tidegate headers --dialect github
  tidegate headers --policy my-api.json < response.txt
"""

TOP = """\
It shows its limit, the tokens that are left, how many requests were denied, and of a limiter by
key those keys that have the least left, hashed. It takes nothing. In a terminal it looks again
every second.

examples:
  tidegate top openai
  tidegate top tenants --json
"""

if __name__ == "__main__":
    sys.exit(main())
