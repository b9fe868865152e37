"""Count retries with Prometheus: ``pip install 'tidegate[prometheus]'``.

>>> from tidegate.prometheus import RetryCounter
>>> counter = RetryCounter()  # one for the process
>>> policy = tidegate.RetryPolicy(on=OSError, on_retry=counter)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import prometheus_client

if TYPE_CHECKING:
    from ._retry import Retry

__all__ = ["RetryCounter"]


class RetryCounter:
    """A hook for ``on_retry`` that counts retries and their delays in a registry.

    ``tidegate_retries_total`` and ``tidegate_retry_delay_seconds_total`` have the labels ``name``
    (what is tried) and ``error`` (the type of the exception).
    """

    def __init__(self, registry: prometheus_client.CollectorRegistry | None = None) -> None:
        registry = prometheus_client.REGISTRY if registry is None else registry
        labels = ("name", "error")
        self._retries = prometheus_client.Counter(
            "tidegate_retries",
            "Attempts that failed and were followed by another.",
            labels,
            registry=registry,
        )
        self._delay = prometheus_client.Counter(
            "tidegate_retry_delay_seconds", "Waits before those.", labels, registry=registry
        )

    def __call__(self, retry: Retry) -> None:
        """Count one."""
        labels = (retry.name, type(retry.error).__qualname__)
        self._retries.labels(*labels).inc()
        self._delay.labels(*labels).inc(retry.delay)
