"""The portal as the benchmark serves it: answers say what they asked the database. Beside it a bare page."""

import threading
from dataclasses import fields
from typing import Any

import sqlalchemy as sa
from flask import Flask, g, render_template

from portal.db import db
from portal.web.languages import init_languages
from portal.web.rendering import init_rendering
from portal.web.shops import Face
from wsgi import app as portal

QUIET = ("PRAGMA", "BEGIN", "COMMIT", "ROLLBACK", "SET TRANSACTION", "select set_config")
ROWS = [(f"FF-{20001 + n}", f"Article {n}", 4210 + n) for n in range(50)]
PLACES = ("Returns", "Money", "Stock", "Books", "Shop", "Dock")
count = threading.local()


def bare_app() -> Flask:
    """Flask and Jinja: an audience's layout and a list of 50 rows, nothing asked of a database."""
    app = Flask("bare", template_folder="benchmarks/templates", root_path=".", static_folder=None)
    app.jinja_loader.searchpath.append("templates")  # type: ignore[union-attr]
    app.config["SECRET_KEY"] = "bare"
    init_rendering(app)
    init_languages(app)
    app.url_build_error_handlers.append(lambda error, endpoint, values: f"/{endpoint}")
    words = dict.fromkeys((f.name for f in fields(Face)), "")
    says = {"name": "Fjell & Faden", "language": "en", "zone": "Europe/Berlin", "image_hosts": ()}
    face = Face(**words | says)  # type: ignore[arg-type]

    @app.get("/bare/<audience>")
    def page(audience: str) -> str:
        g.shop, g.voice = face, face.voice
        layout = f"layouts/{audience}.html"
        said = {"house": face.name, "shape": "stack", "stuck_work": int}
        return render_template("bare.html", layout=layout, rows=ROWS, places=PLACES, **said)

    return app


class Both:
    """The portal, and under /bare the bare page, in the same process."""

    def __init__(self, portal: Any, bare: Any) -> None:
        self.portal, self.bare = portal, bare

    def __call__(self, environ: Any, start_response: Any) -> Any:
        if environ["PATH_INFO"].startswith("/bare/"):
            return self.bare(environ, start_response)
        count.n = 0

        def start(status: str, headers: list[Any], *rest: Any) -> Any:
            return start_response(status, [*headers, ("X-Statements", str(count.n))], *rest)

        return self.portal(environ, start)


def _note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    if not statement.startswith(QUIET):
        count.n = getattr(count, "n", 0) + 1


with portal.app_context():
    for engine in db.engines.values():
        sa.event.listen(engine, "before_cursor_execute", _note)
app = Both(portal, bare_app())
