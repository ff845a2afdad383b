"""Drives RudderStack's official Python client; prints what it saw as one line of JSON."""

import rudderstack.analytics as analytics

from drive import drive, options

given = options(__doc__)
analytics.write_key = given.key
analytics.dataPlaneUrl = given.url
drive(analytics, given.events)
