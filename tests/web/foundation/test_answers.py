"""What every answer is like: whole or part, its headers, its log line, its failures."""

import hashlib
import io
import json
import logging
import re
from base64 import b64encode

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal.db import transaction
from portal.tenants import Tenant
from portal.web.assets import FOLDER, VERSION
from portal.web.log import REQUESTS, Lines
from portal.web.ritual import Portal
from tests.harness.apps import HTMX, fill

pytestmark = pytest.mark.sqlite
HTMX_SHA384 = "2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"


def bare(html: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"|<title>.*?</title>', "", html)


def test_a_part_is_a_part_of_the_page(client: FlaskClient) -> None:
    whole, part = client.get("/acme/probe").text, client.get("/acme/probe", headers=HTMX).text
    assert "<html" in whole and "<html" not in part
    main, mark, tongues = bare(part).replace(' hx-swap-oob="true"', "").partition('<ul id="tongues"')
    assert main.strip() in bare(whole) and (mark + tongues).strip() in bare(whole)
    assert (
        "<title>Probe · Fjell &amp; Faden</title>" in whole
        and "<title>Probe · Fjell &amp; Faden</title>" in part
    )


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_boosted_and_history_requests_get_the_whole_page(client: FlaskClient, header: str) -> None:
    assert "<html" in client.get("/acme/probe", headers={**HTMX, header: "true"}).text


def test_regions_come_with_the_first_as_target_and_the_message_in_the_live_region(
    client: FlaskClient,
) -> None:
    reply = client.get("/acme/probe/regions", headers=HTMX).text
    assert '<p id="name-1">1: &lt;b&gt;</p>' in reply
    assert '<p id="name-2" hx-swap-oob="true">' in reply
    assert re.search(r'<div id="live" hx-swap-oob="innerHTML">.*Saved\.', reply, re.DOTALL)


def test_pages_are_private_and_run_nothing_of_strangers(client: FlaskClient) -> None:
    answer = client.get("/acme/probe")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"HX-Request", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_image_hosts_of_the_shop_are_allowed_and_nothing_else_gets_into_the_policy(
    app: Portal, client: FlaskClient
) -> None:
    hosts = ["cdn.shop.example", "*.shop.example", "x; script-src *", "'unsafe-inline'", "http://a.example"]
    with app.app_context(), transaction() as session:
        session.execute(sa.update(Tenant).values(image_hosts=hosts))
    policy = client.get("/acme/probe").headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://cdn.shop.example https://*.shop.example;" in policy
    assert policy.count("script-src") == 1 and "unsafe" not in policy


def test_files_are_kept_for_ever_under_their_hash_only(client: FlaskClient) -> None:
    now = client.get(f"/acme/static/{VERSION}/app.css", headers={"Accept-Encoding": "gzip"})
    assert "immutable" in now.headers["Cache-Control"] and now.headers["Content-Encoding"] == "gzip"
    old = client.get("/acme/static/0123456789ab/app.css")
    assert old.status_code == 200 and old.headers["Cache-Control"] == "no-cache"
    assert client.get(f"/acme/static/{VERSION}/../wsgi.py").status_code == 404


def test_htmx_is_the_file_we_vendored() -> None:
    body = (FOLDER / "vendor/htmx-2.0.11.min.js").read_bytes()
    assert b64encode(hashlib.sha384(body).digest()).decode() == HTMX_SHA384
    assert "Zero-Clause BSD" in (FOLDER / "vendor/htmx.LICENSE.txt").read_text()


@pytest.fixture
def lines() -> list[dict[str, object]]:
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(Lines())
    before = REQUESTS.handlers[:]
    REQUESTS.handlers[:] = [handler]
    yield lambda: [json.loads(line) for line in said.getvalue().splitlines()]  # type: ignore[misc]
    REQUESTS.handlers[:] = before


def test_a_request_is_one_line_without_path_or_personal_data(client: FlaskClient, lines: object) -> None:
    answer = client.get("/acme/probe?email=annelie@posteo.de", headers={"User-Agent": "Annelie"})
    (line,) = lines()  # type: ignore[operator]
    assert line["route"] == "/probe" and line["status"] == 200 and line["method"] == "GET"
    assert line["actor"].startswith("shopper:") and line["tenant"] and line["ms"] >= 0
    assert line["request"] == answer.headers["X-Request-Id"]
    assert (
        "nnelie" not in json.dumps(line)
        and "acme" not in json.dumps(line)
        and "127.0.0.1" not in json.dumps(line)
    )


def test_a_breakdown_is_logged_by_kind_and_place_only(
    app: Portal, client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    said = io.StringIO()
    app.logger.handlers[0].setStream(said)  # type: ignore[attr-defined]
    client.post("/acme/probe/ends/broken", data=fill(client, "/acme/probe"))
    line = next(line for line in map(json.loads, said.getvalue().splitlines()) if line["level"] == "error")
    assert line["message"] == "ZeroDivisionError" and "probe.py" in line["where"][-1]
    assert "acme" not in said.getvalue()


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("code", "words"),
    [
        (403, "not yours"),
        (404, "nothing here"),
        (409, "faster"),
        (429, "often"),
        (500, "broke"),
        (503, "busy"),
    ],
)
def test_every_failure_has_a_page_whole_and_as_a_part(
    app: Portal, client: FlaskClient, headers: dict[str, str], code: int, words: str
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = client.post(f"/acme/probe/ends/{code}", data=fill(client, "/acme/probe"), headers=headers)
    assert answer.status_code == code and words in answer.text
    assert ("<html" in answer.text) is not bool(headers)


def test_a_form_without_its_token_is_told_to_load_again(client: FlaskClient) -> None:
    answer = client.post("/acme/probe", data={"name": "New"})
    assert answer.status_code == 400 and "Load it again" in answer.text


def test_whoever_knocks_too_often_is_told_when_to_come_back(client: FlaskClient) -> None:
    sent = fill(client, "/acme/probe")
    answers = [client.post("/acme/probe/knock", data=sent) for _ in range(61)]
    assert {a.status_code for a in answers[:60]} == {200}
    assert answers[60].status_code == 429 and int(answers[60].headers["Retry-After"]) > 0
    assert client.get("/acme/probe").status_code == 200
