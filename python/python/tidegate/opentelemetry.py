"""Tell OpenTelemetry of retries: ``pip install 'tidegate[opentelemetry]'``.

>>> from tidegate.opentelemetry import RetryEvents
>>> policy = tidegate.RetryPolicy(on=OSError, on_retry=RetryEvents())
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentelemetry import metrics, trace

if TYPE_CHECKING:
    from ._retry import Retry

__all__ = ["RetryEvents"]


class RetryEvents:
    """A hook for ``on_retry``: an event ``retry`` of the span that runs, and a counter.

    The event has the attributes ``retry.name``, ``retry.attempt``, ``retry.delay`` (seconds) and
    ``exception.type``. The counter ``tidegate.retries`` has ``retry.name`` and ``exception.type``.
    """

    def __init__(self, meter_provider: metrics.MeterProvider | None = None) -> None:
        meter = metrics.get_meter("tidegate", meter_provider=meter_provider)
        self._retries = meter.create_counter(
            "tidegate.retries", unit="{retry}", description="Attempts followed by another."
        )

    def __call__(self, retry: Retry) -> None:
        """Tell of one."""
        kind = type(retry.error).__qualname__
        self._retries.add(1, {"retry.name": retry.name, "exception.type": kind})
        trace.get_current_span().add_event(
            "retry",
            {
                "retry.name": retry.name,
                "retry.attempt": retry.attempt,
                "retry.delay": retry.delay,
                "exception.type": kind,
            },
        )
