"""The laws of pages are looked at on every answer that a test gets; here is shown that they see a break."""

import pytest
from flask import Flask, Response

from tests.harness.client import LawfulClient
from tests.harness.lawful import faults

TOKEN = '<input type="hidden" name="csrf_token" value="x">'
WHOLE = '<!doctype html><html><title>t</title><div id="main"><h1>One</h1>{}</div></html>'


def form(attributes: str, inside: str = TOKEN) -> str:
    return f"<form {attributes} novalidate>{inside}</form>"


@pytest.mark.parametrize(
    "page",
    [
        form('action="/a" method="post" hx-post="/a"'),
        form(
            'action="/a" method="post" hx-post="/a"',
            TOKEN + '<button formaction="/b" hx-post="/b">x</button>',
        ),
        form('action="/a" method="get" hx-get="/a"', "<input name=q>"),
        '<a href="/a" hx-get="/a">x</a>',
        '<div hx-get="/a" hx-trigger="every 10s"><a href="/a">Refresh</a></div>',
        '<p hx-get="/here" hx-trigger="change from:form">x</p>',
        WHOLE.format('<a href="/a" hx-get="/a" hx-target="#main">x</a>'),
        WHOLE.format('<label for="q">Q</label><input id="q" name="q">'),
    ],
)
def test_a_lawful_page_passes(page: str) -> None:
    assert faults(page, "/here") == []


@pytest.mark.parametrize(
    ("page", "named"),
    [
        (form('action="/a" method="post" hx-post="/b"'), "without its twin"),
        (form('action="/a" method="get" hx-post="/a"'), "without its twin"),
        (form('method="post" hx-post="/a"'), "without its twin"),
        (form('action="/a" method="post" hx-post="/a"', ""), "carries no csrf_token"),
        (f'<form action="/a" method="post" hx-post="/a">{TOKEN}</form>', "novalidate"),
        (form('method="get"'), "has no action"),
        ('<a href="/a" hx-get="/b">x</a>', "without its twin"),
        ('<a hx-get="/b">x</a>', "without its twin"),
        ('<a href="/b" hx-post="/b">x</a>', "without its twin"),
        ('<button hx-post="/b">x</button>', "without its twin"),
        ('<tr hx-get="/b"></tr>', "without its twin"),
        ('<p hx-get="/there" hx-trigger="change from:form">x</p>', "and no link does"),
        ('<a href="/a" hx-get="/b" hx-trigger="click">x</a>', "without its twin"),
        ('<div hx-get="/a" hx-trigger="every 10s"></div>', "and no link does"),
        (form('action="/a" method="post" hx-delete="/a"'), "hx-delete"),
        ('<p style="color:red">x</p>', "has style"),
        ('<p onclick="x()">x</p>', "has onclick"),
        ('<p hx-on:click="x()">x</p>', "has hx-on:click"),
        ('<a href="javascript:x()">x</a>', "code in href"),
        ('<div hx-vals="js:{a: 1}">x</div>', "code in hx-vals"),
        ("<style>p {}</style>", "inline style"),
        ("<script>x()</script>", "inline script"),
        ('<p id="a">x</p><p id="a">y</p>', "the id a stands 2 times"),
        (WHOLE.format("<h1>Two</h1>"), "2 headings h1"),
        (WHOLE.format("").replace("<title>t</title>", ""), "no title"),
        (WHOLE.format('<a href="/a" hx-get="/a" hx-target="#gone">x</a>'), "not on the page"),
        (WHOLE.format('<input name="q" aria-describedby="gone">'), "points to gone"),
    ],
)
def test_a_planted_break_is_named(page: str, named: str) -> None:
    assert any(named in fault for fault in faults(page, "/here"))


@pytest.mark.parametrize("address", ["/", "/later"])
def test_every_client_looks(address: str) -> None:
    app = Flask(__name__)
    app.test_client_class = LawfulClient
    app.add_url_rule("/", view_func=lambda: "<p style='color: red'>x</p>", endpoint="now")
    app.add_url_rule("/later", view_func=lambda: Response(iter(["<p style=''>", "x</p>"])), endpoint="later")
    with pytest.raises(AssertionError, match="has style"):
        app.test_client().get(address)
