"""Diagrams as pictures: shown in an image element, where nothing inside them can act."""

from __future__ import annotations

from base64 import b64encode

from flask import Response

_ALONE = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox"


def picture(svg: str) -> Response:
    response = Response(svg, content_type="image/svg+xml; charset=utf-8")
    response.headers["Content-Security-Policy"] = _ALONE
    return response


def inside_page(svg: str) -> str:
    """The picture as the address of an image: for a diagram of a text that is not stored anywhere."""
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
