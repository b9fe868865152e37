"""The guide of the integrations, and the examples in their docstrings."""

from __future__ import annotations

import asyncio
import doctest
import importlib
import re
from pathlib import Path
from typing import Any

import pytest

import tidegate
from emulators import Start

GUIDE = Path(__file__).parents[1] / "docs" / "integrations.md"


def test_the_snippets_of_the_guide(emulated: Start, capsys: pytest.CaptureFixture[str]) -> None:
    """In their order, against the emulator."""
    for library in ("aiohttp", "fastapi", "flask", "hishel", "httpx", "requests", "urllib3"):
        pytest.importorskip(library)
    text = GUIDE.read_text(encoding="utf-8")
    emulator = emulated("velaflows")
    names: dict[str, Any] = {}
    for number, code in enumerate(re.findall(r"```python\n(.*?)```", text, re.DOTALL)):
        local = code.replace("https://api.velaflows.example", emulator.base)
        exec(compile(local, f"snippet {number}", "exec"), names)
    asyncio.run(names["main"]())
    for name in ("client", "session", "cached"):
        names[name].close()
    names["http"].clear()
    assert capsys.readouterr().out.splitlines() == [
        "Question 1",
        *re.findall(r"print\(.*\)  # (.*)", text),
    ]
    verdict = emulator.verdict()
    assert verdict.pop("requests") == 12
    assert set(verdict.values()) == {0}


@pytest.mark.parametrize(
    "name",
    [
        "aiohttp",
        "asgi",
        "fastapi",
        "flask",
        "hishel",
        "httpx",
        "httpx2",
        "requests",
        "urllib3",
        "webhook",
        "wsgi",
    ],
)
def test_docstrings(name: str) -> None:
    if name not in ("asgi", "webhook", "wsgi"):
        pytest.importorskip(name)
    module = importlib.import_module(f"tidegate.{name}")
    names = {"tidegate": tidegate, "asyncio": asyncio}
    failed, tried = doctest.testmod(module, extraglobs=names, optionflags=doctest.ELLIPSIS)
    assert failed == 0
    assert tried > 0
