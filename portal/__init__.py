"""Homeward: a self-serve returns and refunds portal."""

import os
from pathlib import Path
from typing import Any

from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import config as configs
from portal import reporting as reporting
from portal.cli import init_cli
from portal.config import ROOT, Config
from portal.db import db
from portal.engines import assert_safe, configure
from portal.web import tablet as tablet
from portal.web.api import api
from portal.web.desk import desk
from portal.web.dock import dock
from portal.web.door import Door, PerShopSession
from portal.web.errors import init_errors
from portal.web.headers import init_headers
from portal.web.health import health_of
from portal.web.house import house
from portal.web.languages import init_languages
from portal.web.limits import init_limits
from portal.web.log import init_log
from portal.web.mailed import door
from portal.web.metrics import init_metrics, metrics_of
from portal.web.rendering import init_rendering
from portal.web.ritual import Portal, enter
from portal.web.shopper import behalf, gift, shopper
from portal.web.shops import Faces
from portal.web.staff import init_staff


def create_app(config: Config | None = None) -> Portal:
    """The application: its parts, in the order in which a request meets them."""
    config = config or Config.from_env(os.environ)
    configs.use(config)
    app = Portal(__name__, static_folder=None, template_folder=str(ROOT / "templates"))
    app.config.update(_settings(config))
    Htmx(app)
    _open_door(app, config)
    _open_database(app)
    init_log(app)
    init_metrics(app)
    app.before_request(enter)
    init_limits(app, config.ratelimit_storage_uri)
    CSRFProtect(app).exempt(api)  # it takes no cookie, so nobody can lend it one
    init_rendering(app)
    init_languages(app)
    init_staff(app)
    init_errors(app)
    init_headers(app, secure=config.secure)
    Compress(app)
    for audience in (house, health_of, metrics_of, door, shopper, gift, behalf, desk, dock, api):
        app.register_blueprint(audience)
    init_cli(app)
    return app


def _settings(config: Config) -> dict[str, Any]:
    return {
        "SECRET_KEY": config.secret_key,
        "SECRET_KEY_FALLBACKS": list(config.secret_key_old),
        "WTF_CSRF_SECRET_KEY": [*reversed(config.secret_keys)],  # signs with the last
        "SESSION_COOKIE_SECURE": config.secure,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": 64 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as its session
        "WTF_CSRF_SSL_STRICT": False,  # it asks for a Referer, which pages with secret addresses do not send
        "COMPRESS_STREAMS": False,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_BINDS": dict(config.region_urls),
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},  # errors must not hold personal data
    }


def _open_door(app: Portal, config: Config) -> None:
    app.url_map.merge_slashes = False
    app.session_interface = PerShopSession()
    app.extensions["faces"] = Faces()
    app.wsgi_app = Door(app.wsgi_app, config.house_hosts)  # type: ignore[method-assign]
    if (n := config.proxies) > 0:
        app.wsgi_app = ProxyFix(app.wsgi_app, n, n, n, 0, n)  # type: ignore[method-assign]


def _open_database(app: Portal) -> None:
    db.init_app(app)
    app.teardown_appcontext_funcs.remove(db._teardown_session)  # a unit of work ends its own session
    with app.app_context():
        for engine in db.engines.values():
            if engine.dialect.name == "sqlite" and engine.url.database:
                Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
            configure(engine)
            assert_safe(engine)
