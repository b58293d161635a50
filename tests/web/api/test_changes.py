"""The feed as the API and the command give it."""

import json
from typing import Any

import pytest
from flask.testing import FlaskCliRunner

from portal.people import KeyScope
from tests.harness.keys import Till, key_for
from tests.harness.sales import SOCKS
from tests.harness.shops import Shop
from tests.harness.trading import Trade


@pytest.fixture
def reader(shop: Shop) -> Till:
    """A system that may read changes, of a shop where something changed."""
    Trade(shop).go_whole_way(Trade(shop).order(SOCKS), {1: 1})
    return Till(shop, key_for(shop, [KeyScope.READ_CHANGES]))


def test_a_system_follows_the_feed_until_there_is_no_more(reader: Till) -> None:
    read: list[dict[str, Any]] = []
    mark = 0
    while (answer := reader.ask(f"/changes?after={mark}&limit=2")).json["changes"]:
        read += answer.json["changes"]
        mark = answer.json["next"]
    assert [change["kind"] for change in read] == ["stock.moved", "stock.moved", "refund.approved"]
    assert answer.json == {"changes": [], "next": 3, "last": 3}
    assert reader.ask("/changes").json["changes"] == read
    assert {"no", "at", "kind", "id", "return", "order", "amount", "details"} == set(read[0])


@pytest.mark.sqlite
def test_a_mark_that_the_feed_has_not_reached_is_a_conflict(reader: Till) -> None:
    """A database that was put back to an older state would else hide what comes next."""
    answer = reader.ask("/changes?after=4")
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert "ends at 3" in answer.json["detail"]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "query",
    [
        "after=-1", "after=", "after=x", "after=1.0", "after=%00", "after=%D9%A1", "after=1&after=2",
        "after=99999999999999999999", "limit=0", "limit=501", "aftr=5", "after=9223372036854775808",
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_with_its_name(reader: Till, query: str) -> None:
    answer = reader.ask(f"/changes?{query}")
    assert answer.status_code == 422
    (fault,) = answer.json["errors"]
    assert (fault["in"], fault["at"]) == ("query", query.split("=", maxsplit=1)[0])


@pytest.mark.sqlite
def test_the_command_says_the_same(reader: Till) -> None:
    runner: FlaskCliRunner = reader.shop.app.test_cli_runner()
    done = runner.invoke(args=["changes", "--shop", "acme", "--after", "1", "--limit", "1"])
    *lines, end = [json.loads(line) for line in done.output.splitlines()]
    assert lines == reader.ask("/changes?after=1&limit=1").json["changes"]
    assert end == {"next": 2, "last": 3}
    lost = runner.invoke(args=["changes", "--shop", "acme", "--after", "9"])
    assert lost.exit_code == 1 and "ends at 3" in lost.output
