"""The OpenAPI document: of the routes that say what they take and give, and of nothing else."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeVar

from flask import Response, current_app, json
from pydantic import BaseModel
from spectree import Response as Answers
from spectree import SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData

from portal.people.scopes import KeyScope
from portal.tenants import public_address, this_shop
from portal.web.api.blueprint import api
from portal.web.api.models import Problem
from portal.web.api.repeating import HEADER

View = TypeVar("View", bound=Callable[..., Any])
PROBLEM = "application/problem+json"
ALWAYS = (400, 401, 403, 409, 422, 429, 503)
OF_BODIES = (413, 415)
REPEATING = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Makes the request repeatable: the same again gets the same answer.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}

BEARER = SecuritySchemeData(type=SecureType.HTTP, scheme="bearer")

described_by = SpecTree(
    "flask",
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _, model: model,
    mode="strict",
    annotations=False,
    title="Homeward",
    description="Returns and refunds, for a shop's own systems. docs/api.md is the guide.",
    version="1",
    security_schemes=[SecurityScheme(name="key", data=BEARER)],
)


def described(
    gives: type[BaseModel],
    scope: KeyScope,
    *,
    takes: type[BaseModel] | None = None,
    asks: type[BaseModel] | None = None,
) -> Callable[[View], View]:
    """Put a route into the document: what it gives, takes as its body, and asks in its query.

    It only describes. The view checks what comes in, since its faults have a shape of their own.
    """
    failures = [*ALWAYS, *(OF_BODIES if takes else ())]
    answers = Answers(HTTP_200=gives, **{f"HTTP_{code}": Problem for code in failures})

    def describe(view: View) -> View:
        facts: dict[str, Any] = {"security": {"key": [scope.value]}, "operation_id": view.__name__}
        put = described_by.validate(query=asks, json=takes, resp=answers, skip_validation=True, **facts)
        return put(view)  # type: ignore[no-any-return]

    return describe


@api.get("/openapi.json", provide_automatic_options=False)
def openapi() -> Response:
    """This document."""
    kept = current_app.extensions.setdefault("openapi", {})
    if not kept:
        kept.update(_finished(described_by.spec))
    servers = [{"url": public_address(this_shop())}]
    return Response(json.dumps({**kept, "servers": servers}), mimetype="application/json")


def _finished(spec: dict[str, Any]) -> dict[str, Any]:
    """What spectree does not say: that problems have a type of their own, and the header of repeats."""
    spec = deepcopy(spec)
    for path in spec["paths"].values():
        for method, operation in path.items():
            for code, answer in operation["responses"].items():
                if int(code) >= 400:
                    answer["content"] = {PROBLEM: answer["content"]["application/json"]}
            if method == "post":
                operation["parameters"].append(REPEATING)
                operation["requestBody"]["required"] = True
    return spec
