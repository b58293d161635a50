"""The WSGI application: `gunicorn wsgi:app`, `flask --app wsgi`."""

from portal import create_app
from portal.config import BadConfig

try:
    app = create_app()
except BadConfig as error:
    raise SystemExit(f"Homeward does not start: {error}") from None
