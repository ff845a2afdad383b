"""Drives Aptabase's official Python client; prints what it saw as one line of JSON."""

import argparse
import asyncio
import json
import logging

from aptabase import Aptabase

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--url", required=True)
parser.add_argument("--key", required=True)
parser.add_argument("--events", type=int, default=250, help="how many `burst` events")
given = parser.parse_args()

errors = []


class Errors(logging.Handler):
    """The client tells of errors in its log alone."""

    def emit(self, record):
        errors.append(record.getMessage())


logging.getLogger("aptabase").addHandler(Errors(logging.ERROR))


async def drive():
    async with Aptabase(given.key, base_url=given.url, app_version="1.2.3") as client:
        await client.track("cli_command_run", {"command": "sync", "success": True, "ratio": 0.25})
        for i in range(given.events):
            await client.track("burst", {"i": i})


asyncio.run(drive())
print(json.dumps({"errors": errors}))
