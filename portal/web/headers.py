"""What every answer carries so that browsers keep it private and run nothing of strangers."""

import re

from flask import Flask, Response, g

HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:\d{1,5})?")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{images}; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGES = frozenset({"text/html", "image/svg+xml", "application/xml"})  # what a browser may run
PAGE = {
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()",
}


def init_headers(app: Flask, *, secure: bool) -> None:
    """Add them to every answer, the long ones to pages alone; a view's own header stays."""

    @app.after_request
    def dress(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Cache-Control", "no-store")
        if response.mimetype in PAGES:
            response.headers["Content-Security-Policy"] = POLICY.format(images=_image_hosts())
            for name, value in PAGE.items():
                response.headers.setdefault(name, value)
            response.vary.update(("HX-Request", "Accept-Language"))
        if secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response


def _image_hosts() -> str:
    """The shop's image hosts; whatever is no host name is left out, so settings cannot widen the policy."""
    shop = g.get("shop")
    good = [h for h in shop.image_hosts if HOST.fullmatch(str(h))] if shop else []
    return "".join(f" https://{host}" for host in good)


def unreferred(response: Response) -> Response:
    """For pages whose address is itself a secret: nobody learns it from them."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
