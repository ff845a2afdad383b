"""Drives PostHog's official Python client; prints what it saw as one line of JSON."""

import argparse
import json

from posthog import Posthog

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--url", required=True)
parser.add_argument("--key", required=True)
parser.add_argument("--events", type=int, default=250, help="how many `burst` events")
parser.add_argument("--gzip", action="store_true")
parser.add_argument("--v1", action="store_true", help="by the capture protocol V1")
parser.add_argument("--crash", action="store_true", help="end by an exception that nobody handles")
given = parser.parse_args()

errors = []
options = {"host": given.url, "gzip": given.gzip, "on_error": lambda error, items: errors.append(str(error))}
if given.v1:
    options |= {"capture_mode": "v1", "capture_compression": "gzip" if given.gzip else "none"}
posthog = Posthog(given.key, enable_exception_autocapture=given.crash, **options)


def fetch(password):
    return {}[password]


if given.crash:
    print(json.dumps({"errors": []}), flush=True)
    fetch("hunter2")

user = "person-1"
properties = {"command": "sync", "success": True, "ratio": 0.25, "nested": {"list": [1, None]}, "$ip": "192.0.2.7"}
posthog.capture("cli_command_run", distinct_id=user, properties=properties)
posthog.capture("without_a_person")
posthog.set(distinct_id=user, properties={"email": "person-1@example.com"})
posthog.group_identify("company", "organisation-1", {"size": 3})
posthog.alias("anonymous-1", user)
try:
    fetch("hunter2")
except KeyError as error:
    posthog.capture_exception(error, distinct_id=user)
flag = posthog.get_feature_flag("beta", user)
for i in range(given.events):
    posthog.capture("burst", distinct_id=user, properties={"i": i})
posthog.shutdown()
print(json.dumps({"errors": errors, "flag": flag}))
