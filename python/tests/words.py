"""The words of a trace: what a step asks with, and how an answer is written."""

from __future__ import annotations

import urllib.parse
from fractions import Fraction

import tidegate

MOST = 2**64 - 1


def seconds(nanos: str) -> Fraction:
    return Fraction(int(nanos), 10**9)


def text(word: str) -> str:
    return "" if word == '""' else word


def shown(value: int | None) -> str:
    return "-" if value is None else str(value)


def encoded(value: str | None) -> str:
    """Every byte outside ``[A-Za-z0-9_.-]`` as ``%XX``."""
    if not value:
        return "-" if value is None else '""'
    return urllib.parse.quote(value, safe="").replace("~", "%7E")


def told(value: tidegate.RetryAfter | None, separator: str = " ", none: str = "invalid") -> str:
    if value is None:
        return none
    if value.delay_ns is not None:
        return f"delay{separator}{value.delay_ns}"
    return f"date{separator}{value.date_ns}"


def told_hints(hints: tidegate.Hints) -> str:
    return (
        f"limit {shown(hints.limit)} remaining {shown(hints.remaining)} "
        f"reset {shown(hints.reset_ns)} window {shown(hints.window_ns)} "
        f"retry_after {told(hints.retry_after, ':', '-')} date {shown(hints.date_ns)} "
        f"invalid {hints.invalid}"
    )
