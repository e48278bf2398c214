"""Attachments: always downloaded, never shown in our origin."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.store.queries import attachments
from web import visit
from web.downloads import download

pages = Blueprint("attachments", __name__)


@pages.get("/attachments/<attachment_id>")
def show(attachment_id: str) -> Response:
    with visit.reading() as read:
        found = attachments.get_attachment(read, attachment_id)
    return download(found.path.read_bytes(), name=found.name, media_type=found.media_type)
