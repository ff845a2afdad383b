"""Drives Sentry's official Python client; prints what it saw as one line of JSON."""

import argparse
import json

import sentry_sdk

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--dsn", required=True)
parser.add_argument("--events", type=int, default=250, help="how many messages")
parser.add_argument("--crash", action="store_true", help="end by an exception that nobody handles")
given = parser.parse_args()

lost = []
sentry_sdk.init(dsn=given.dsn, release="tool@1.2.3", traces_sample_rate=1.0, shutdown_timeout=20)
transport = sentry_sdk.get_client().transport
transport.record_lost_event = lambda reason, **_: lost.append(reason)


def fetch(password):
    return {}[password]


if given.crash:
    print(json.dumps({"errors": []}), flush=True)
    fetch("hunter2")

with sentry_sdk.start_transaction(op="cli", name="sync"):
    try:
        fetch("hunter2")
    except KeyError as error:
        sentry_sdk.capture_exception(error)
for i in range(given.events):
    sentry_sdk.capture_message("message %d" % i, level="info")
    # The queue of the client holds a hundred, and drops what is more.
    if i % 50 == 49:
        sentry_sdk.flush(20)
sentry_sdk.flush(20)
print(json.dumps({"errors": lost}))
