"""The WSGI application: `gunicorn wsgi:app`, `flask --app wsgi`."""

import gc

from portal import create_app
from portal.config import BadConfig

try:
    app = create_app()
except BadConfig as error:
    raise SystemExit(f"Homeward does not start: {error}") from None

# What the application is made of stays. Looking through it again and again would cost every page a tenth.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
