"""What Prometheus and OpenTelemetry are told of retries, by the real packages."""

from __future__ import annotations

import pytest

from tidegate import Backoff, RetryPolicy
from tidegate.testing import instant

prometheus_client = pytest.importorskip("prometheus_client")
pytest.importorskip("opentelemetry.sdk")

DOUBLING = Backoff(1, cap=60, jitter="none")


class Sick:
    """Is down so many times."""

    def __init__(self, times: int) -> None:
        self._left = times

    def __call__(self) -> str:
        self._left -= 1
        if self._left >= 0:
            raise ConnectionError
        return "well"


def test_prometheus_counts_retries() -> None:
    from tidegate.prometheus import RetryCounter

    registry = prometheus_client.CollectorRegistry()
    policy = RetryPolicy(on=OSError, backoff=DOUBLING, on_retry=RetryCounter(registry))
    sick = policy(Sick(3).__call__)
    with instant():
        assert sick() == "well"
        assert sick() == "well"
    said = prometheus_client.generate_latest(registry).decode()
    labels = f'{{error="ConnectionError",name="{__name__}.Sick.__call__"}}'
    assert f"tidegate_retries_total{labels} 3.0\n" in said
    assert f"tidegate_retry_delay_seconds_total{labels} 7.0\n" in said


def test_opentelemetry_is_told_of_retries() -> None:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from tidegate.opentelemetry import RetryEvents

    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracers = TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    events = RetryEvents(MeterProvider([reader]))
    policy = RetryPolicy(on=OSError, backoff=DOUBLING, on_retry=events)
    with instant(), tracers.get_tracer("test").start_as_current_span("work"):
        policy.call(Sick(2))
    (span,) = spans.get_finished_spans()
    assert [dict(event.attributes or {}) for event in span.events] == [
        {
            "retry.name": span.events[0].attributes["retry.name"],  # type: ignore[index]
            "retry.attempt": attempt,
            "retry.delay": delay,
            "exception.type": "ConnectionError",
        }
        for attempt, delay in [(1, 1.0), (2, 2.0)]
    ]
    data = reader.get_metrics_data()
    assert data is not None
    (metric,) = data.resource_metrics[0].scope_metrics[0].metrics
    assert metric.name == "tidegate.retries"
    assert [point.value for point in metric.data.data_points] == [2]  # type: ignore[union-attr]
