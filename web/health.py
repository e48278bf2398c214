"""Whether the server answers; it tells a stranger nothing more."""

from __future__ import annotations

from flask import Blueprint, Response

pages = Blueprint("health", __name__)


@pages.get("/health")
def show() -> Response:
    return Response("ok\n", content_type="text/plain; charset=utf-8")
