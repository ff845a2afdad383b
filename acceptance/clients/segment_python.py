"""Drives Segment's official Python client; prints what it saw as one line of JSON."""

import segment.analytics as analytics

from drive import drive, options

given = options(__doc__)
analytics.write_key = given.key
analytics.host = given.url
analytics.gzip = given.gzip
drive(analytics, given.events)
