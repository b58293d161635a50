"""What goes wrong, for programs: one shape (RFC 9457) for every failure of the API, and never a page."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, g, request

MOST = 50  # faults in one answer
DETAILS: Mapping[int, str] = {
    401: "Send a working key of this shop: Authorization: Bearer hwkey_...",
    403: "The key lacks the scope that this needs.",
    404: "There is nothing here.",
    405: "This address does not take this method.",
    409: "Somebody else changed this at the same moment. Nothing was changed by this request; send it again.",
    413: "The body is too large.",
    415: "Send JSON: Content-Type: application/json, without a content encoding.",
    422: "Something in the request is not right.",
    429: "That was too often. Wait as long as Retry-After says.",
    500: "Something broke on our side, and nothing was changed. Try again in a moment.",
    503: "We are busy just now, and nothing was changed. Try again in a moment.",
}


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place: a JSON pointer into the body, or the name of a parameter or header."""

    at: str
    why: str
    where: str = "body"

    def said(self) -> dict[str, str]:
        return {"in": self.where, "at": self.at, "why": self.why}


class Wrong(Exception):
    """Raised by the API's own views: the request ends with this problem, and nothing is kept of it."""

    def __init__(self, code: int, detail: str = "", faults: Sequence[Fault] = (), **headers: str) -> None:
        super().__init__(code)
        self.code, self.detail, self.faults, self.headers = code, detail, faults, headers


def of_api() -> bool:
    """Whether a program asks, and not a person: also where no route of the API has the address."""
    return request.path == "/api" or request.path.startswith("/api/")


def problem(code: int, detail: str = "", faults: Sequence[Fault] = ()) -> Response:
    """An answer of status `code` that says what is wrong, and where."""
    said = {
        "type": "about:blank",
        "title": HTTPStatus(code).phrase,
        "status": code,
        "detail": detail or DETAILS.get(code, DETAILS[500 if code >= 500 else 422]),
        "request": str(g.get("request_id", "")),
        "errors": [fault.said() for fault in faults[:MOST]],
    }
    answer = Response(json.dumps(said), code, mimetype="application/problem+json")
    if code == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="Homeward"'
    return answer


def told(wrong: Wrong) -> Response:
    answer = problem(wrong.code, wrong.detail, wrong.faults)
    answer.headers.update({name.replace("_", "-"): value for name, value in wrong.headers.items()})
    return answer
