"""Drives OpenTelemetry's official Python SDK with its exporter; prints what it saw as one line of JSON."""

import argparse
import json
import logging
import os
import time

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Status, StatusCode

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--url", required=True)
parser.add_argument("--key", required=True)
parser.add_argument("--events", type=int, default=250, help="how many events, spans and counts")
parser.add_argument("--gzip", action="store_true")
parser.add_argument("--cumulative", action="store_true", help="leave counters as they are by default")
given = parser.parse_args()


class Seen(logging.Handler):
    """What the exporters complain of."""

    errors = []

    def emit(self, record):
        self.errors.append(record.getMessage())


logging.getLogger("opentelemetry").addHandler(Seen(logging.WARNING))

# As docs/http.md says.
os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = given.url
os.environ["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=Bearer%20" + given.key
os.environ["OTEL_EXPORTER_OTLP_COMPRESSION"] = "gzip" if given.gzip else "none"
if not given.cumulative:
    os.environ["OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"] = "delta"
resource = Resource.create({"service.name": "tool", "service.version": "1.2.3", "service.instance.id": "instance-1"})
tracing = TracerProvider(resource=resource)
tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
logs = LoggerProvider(resource=resource)
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
reader = PeriodicExportingMetricReader(OTLPMetricExporter(), 3_600_000)
metrics = MeterProvider(resource=resource, metric_readers=[reader])

tracer, logger, meter = tracing.get_tracer("tool"), logs.get_logger("tool"), metrics.get_meter("tool")
runs, sizes = meter.create_counter("runs"), meter.create_histogram("sizes")


def log(name=None, severity=SeverityNumber.INFO, **attributes):
    record = LogRecord(
        timestamp=time.time_ns(), severity_number=severity, body="said who@example.com", attributes=attributes, event_name=name
    )
    logger.emit(record)


for i in range(given.events):
    log("burst", i=i)
    runs.add(2, {"command": "sync" if i % 2 else "fetch"})
    if i == given.events // 2:
        metrics.force_flush(20_000)
log("sync", ok=True, items=[1, "two"])
log()
log(None, SeverityNumber.ERROR, **{"exception.type": "KeyError", "exception.message": "'password'"})
log(None, SeverityNumber.FATAL, **{"exception.type": "OSError", "exception.message": "no /home/jane/x"})
sizes.record(12)
for i in range(given.events):
    with tracer.start_as_current_span("fetch") as operation:
        with tracer.start_as_current_span("read"):
            pass
        if i == 0:
            operation.record_exception(ValueError("no"))
            operation.set_status(Status(StatusCode.ERROR, "said who@example.com"))
for provider in (logs, metrics, tracing):
    provider.force_flush(20_000)
    provider.shutdown()
print(json.dumps({"errors": Seen.errors}))
