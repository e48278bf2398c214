"""The reference of the API as a page, drawn from its OpenAPI document: no foreign script, nothing fetched from elsewhere."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, current_app, render_template

from engine import canonical
from engine.directory.tokens import SCOPES
from web.downloads import download

pages = Blueprint("reference", __name__)
for_programs = Blueprint("api_reference", __name__)


@pages.get("/reference")
def show() -> str:
    return render_template("reference/reference.html", groups=_groups(), schemas=_document()["components"]["schemas"], scopes=SCOPES)


@pages.get("/reference/openapi.json")
def openapi() -> Response:
    return download(canonical.encode(_document()), name="openapi.json", media_type="application/json")


@for_programs.get("/api/v1/openapi.json", endpoint="show")
def openapi_of_programs() -> Response:
    return Response(canonical.encode(_document()), content_type="application/json")


def _document() -> dict[str, Any]:
    return cast("dict[str, Any]", current_app.extensions["anliu_openapi"])


def _groups() -> list[dict[str, Any]]:
    """The operations by noun, in the order in which the nouns are told."""
    document = _document()
    routes = [{"path": path, "method": method.upper(), **operation}
              for path, methods in document["paths"].items() for method, operation in methods.items() if method in ("get", "post")]
    return [{"title": tag["description"], "routes": [route for route in routes if tag["name"] in route["tags"]]}
            for tag in document["tags"]]
