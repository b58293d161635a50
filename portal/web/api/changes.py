"""The feed out: what became of refunds, store credit and stock since a number."""

from dataclasses import asdict

from flask import Response, json, request

from portal.people.scopes import KeyScope
from portal.views import feed
from portal.web.api.blueprint import api, keyed
from portal.web.api.describing import described
from portal.web.api.models import AskedChanges, Feed
from portal.web.problems import Fault, Wrong

LARGEST = 2**62


@api.get("/changes", provide_automatic_options=False)
@described(Feed, KeyScope.READ_CHANGES, asks=AskedChanges)
@keyed(KeyScope.READ_CHANGES)
def read_changes() -> Response:
    """What became of refunds, store credit and stock after a number, the oldest first."""
    strange = sorted(set(request.args) - {"after", "limit"})
    if strange:
        raise Wrong(422, faults=[Fault(name[:40], "no parameter of this", "query") for name in strange])
    after, limit = _number("after", 0, 0, LARGEST), _number("limit", feed.USUAL, 1, feed.MOST)
    return Response(json.dumps(asdict(feed.changes(after, limit))), mimetype="application/json")


def _number(name: str, usual: int, least: int, most: int) -> int:
    """A whole number in plain digits. Raises Wrong with the name of what is none."""
    given = request.args.getlist(name)
    if not given:
        return usual
    text = given[0]
    plain = len(given) == 1 and text.isascii() and text.isdigit() and len(text) <= 20
    if not plain or not least <= int(text) <= most:
        raise Wrong(422, faults=[Fault(name, f"one whole number from {least} to {most}", "query")])
    return int(text)
