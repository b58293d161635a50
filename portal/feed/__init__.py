"""What the shop's own systems follow: one numbered feed of each shop, told by verbs and read by the API."""

from portal.feed.models import FeedEntry, Kind
from portal.feed.publishing import Fact, publish

__all__ = ["Fact", "FeedEntry", "Kind", "publish"]
