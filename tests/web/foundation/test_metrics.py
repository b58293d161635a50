"""What a Prometheus may ask: only with its token, and never with a path or a name in the answer."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from portal.config import BadConfig, Config
from portal.web.ritual import Portal
from tests.harness.apps import portal_on
from tests.harness.databases import Databases
from tests.harness.shops import furnished

TOKEN = "a token of a watcher"


@pytest.fixture
def watched(databases: Databases) -> Iterator[Portal]:
    with portal_on(databases, furnished, metrics_token=TOKEN) as app:
        yield app


def scrape(app: Portal, token: str = TOKEN) -> str:
    answer = FlaskClient(app, app.response_class).get(
        "/metrics", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 200 and answer.content_type.startswith("text/plain")
    return answer.text


def requests(text: str, route: str, status: int = 200) -> float:
    labels = f'method="GET",route="{re.escape(route)}",status="{status}"'
    found = re.search(rf"^homeward_request_seconds_count{{{labels}}} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0


def test_requests_are_counted_by_route_and_no_path_is_told(watched: Portal) -> None:
    client = FlaskClient(watched, watched.response_class)
    before = requests(scrape(watched), "/find")
    for _ in range(3):
        assert client.get("/acme/find?order=somebodys-number").status_code == 200
    client.get("/acme/s/a-secret-of-somebody")
    text = scrape(watched)
    assert requests(text, "/find") - before == 3
    assert requests(text, "/s/<token>", 404) >= 1 or requests(text, "/s/<text>", 404) >= 1
    assert "a-secret-of-somebody" not in text and "somebodys-number" not in text and "acme" not in text


def test_the_outbox_of_each_database_is_told(watched: Portal) -> None:
    text = scrape(watched)
    assert 'homeward_up{database="home"} 1.0' in text
    assert 'homeward_dead_letters{database="home"} 0.0' in text
    assert "homeward_worker_beat_seconds{" not in text  # no worker has ever run


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer another token of another", TOKEN, f"Basic {TOKEN}"])
@pytest.mark.sqlite
def test_without_the_token_there_is_nothing(watched: Portal, given: str) -> None:
    client = FlaskClient(watched, watched.response_class)
    assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


@pytest.mark.sqlite
def test_where_no_token_is_set_no_token_opens(databases: Databases) -> None:
    with portal_on(databases, furnished) as app:
        client = FlaskClient(app, app.response_class)
        for given in ("", "Bearer ", "Bearer None"):
            assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


def test_a_short_token_does_not_start() -> None:
    with pytest.raises(BadConfig, match="METRICS_TOKEN"):
        Config(secret_key="s" * 32, trail_key="t" * 32, demo=True, metrics_token="short")
