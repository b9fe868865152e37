"""The typing sample is right when it runs, too; mypy checks it with the rest."""

from __future__ import annotations

import asyncio


def test_the_sample_runs() -> None:
    import typing_sample

    assert asyncio.run(typing_sample.tasks()) >= 0.0
    assert asyncio.run(typing_sample.retries()) == b"//a"
