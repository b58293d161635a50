"""The OpenAPI document, what a fuzzer makes of it, and the guide's examples."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.test import TestResponse

from portal.config import ROOT
from portal.feed import Kind
from portal.people.scopes import KeyScope
from portal.web.limits import limiter
from tests.harness.keys import Till
from tests.harness.sales import SOCKS
from tests.harness.trading import Trade
from tests.laws.matrix import API_ROWS

GUIDE = Path(ROOT, "docs/api.md")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
FEW = settings(
    max_examples=12,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
pytestmark = pytest.mark.sqlite


@pytest.fixture
def document(till: Till) -> dict[str, Any]:
    """As anybody gets it, without a key."""
    answer = Till(till.shop, "").ask("/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    found: dict[str, Any] = answer.json
    return found


def test_every_route_that_asks_for_a_key_is_described_with_its_scope(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    told = {
        operation["operationId"]: operation["security"][0]["key"]
        for path in document["paths"].values()
        for operation in path.values()
    }
    rows = {row.split(".")[1]: [scope] for row, scope in API_ROWS.items() if scope}
    assert told == rows
    assert document["servers"][0]["url"].endswith("/acme")


def test_nothing_that_follows_the_description_or_breaks_it_breaks_the_api(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Schemathesis sends what fits and what does not; each answer is one that the document has."""
    monkeypatch.setattr(limiter, "enabled", False)
    Trade(till.shop).go_whole_way(Trade(till.shop).order(SOCKS), {1: 1})
    schema = schemathesis.openapi.from_wsgi("/acme/api/openapi.json", till.shop.app)
    seen: set[int] = set()
    for found in schema.get_all_operations():
        for mode in schemathesis.GenerationMode:
            seen |= _fuzzed(found.ok(), mode, till)
    assert {200, 422} <= seen


def _fuzzed(operation: Any, mode: schemathesis.GenerationMode, till: Till) -> set[int]:
    """Which statuses an operation answers with. A fault of it fails the test."""
    seen: set[int] = set()

    @settings(FEW)
    @given(operation.as_strategy(mode))
    def tried(case: Any) -> None:
        answer = case.call(headers={**till.headers(), "Accept-Encoding": "identity"})
        seen.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    tried()
    return seen


def examples() -> list[str]:
    """The commands of the guide, each as one line."""
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.S)
    return [block.replace("\\\n", " ") for block in blocks]


def run(command: str, till: Till) -> TestResponse:
    """What a curl of the guide asks, asked here."""
    words = shlex.split(command.replace("$SHOP", "/acme").replace("$KEY", till.secret))
    assert words.pop(0) == "curl"
    headers, data, address = {}, None, ""
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            data = words.pop(0)
        elif not word.startswith("-"):
            address = word
    method = "GET" if data is None else "POST"
    return till.client.open(address, method=method, headers=headers, data=data)


def test_the_guides_examples_work_and_answer_as_it_says(till: Till) -> None:
    commands = examples()
    assert len(commands) == 3
    taken, products, read = (run(command, till) for command in commands)
    told = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", GUIDE.read_text(), re.S)]
    assert (taken.json, products.json) == (told[1], told[2])
    assert read.status_code == 200
    assert set(read.json) == set(told[3])


def test_the_guide_names_every_scope_and_every_kind_of_change() -> None:
    text = GUIDE.read_text()
    assert [name for name in (*KeyScope, *Kind) if f"`{name}`" not in text] == []
