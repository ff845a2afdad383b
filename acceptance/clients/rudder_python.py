"""Drives RudderStack's official Python client; prints what it saw as one line of JSON."""

import argparse
import json

import rudderstack.analytics as analytics

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--url", required=True)
parser.add_argument("--key", required=True)
parser.add_argument("--events", type=int, default=250, help="how many `burst` events")
options = parser.parse_args()

errors = []
analytics.write_key = options.key
analytics.dataPlaneUrl = options.url
analytics.on_error = lambda error, items: errors.append(str(error))

user = "person-1"
analytics.identify(user, {"plan": "free"})
analytics.track(user, "cli_command_run", {"command": "sync", "success": True, "ratio": 0.25, "nested": {"list": [1, None]}})
analytics.page(user, "Docs", "Install", {"theme": "dark"})
analytics.screen(user, "Console", "Main", {"width": 80})
analytics.group(user, "organisation-1", {"size": 3})
analytics.alias("anonymous-1", user)
for i in range(options.events):
    analytics.track(user, "burst", {"i": i})
analytics.shutdown()

print(json.dumps({"errors": errors}))
