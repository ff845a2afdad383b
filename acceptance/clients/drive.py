"""What both Python clients are asked to do: the RudderStack client has the interface of Segment's."""

import argparse
import json


def options(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--url", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--events", type=int, default=250, help="how many `burst` events")
    parser.add_argument("--gzip", action="store_true", help="compress; RudderStack's client does by itself")
    return parser.parse_args()


def drive(analytics, events):
    """Sends one event of each kind and the burst, waits for delivery, and prints the errors as one line of JSON."""
    errors = []
    analytics.on_error = lambda error, items: errors.append(str(error))
    user = "person-1"
    properties = {"command": "sync", "success": True, "ratio": 0.25, "nested": {"list": [1, None]}}
    analytics.identify(user, {"plan": "free"})
    analytics.track(user, "cli_command_run", properties)
    analytics.page(user, "Docs", "Install", {"theme": "dark"})
    analytics.screen(user, "Console", "Main", {"width": 80})
    analytics.group(user, "organisation-1", {"size": 3})
    analytics.alias("anonymous-1", user)
    for i in range(events):
        analytics.track(user, "burst", {"i": i})
    analytics.shutdown()
    print(json.dumps({"errors": errors}))
