"""One attachment: for whoever may see its case, or added it himself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from engine.errors import NotFound
from engine.store.directory_rows import LookUp
from engine.store.reader import Reader
from engine.store.tables import uploads


@dataclass(frozen=True, slots=True)
class AttachmentView:
    id: str
    name: str
    size: int
    sha256: str
    media_type: str
    path: Path


def get_attachment(read: Reader, attachment_id: str) -> AttachmentView:
    """NotFound unless the actor may see it."""
    if LookUp(read.connection, read.actor).find_file(attachment_id) is None:
        raise NotFound()
    row = read.connection.execute(select(uploads).where(uploads.c.id == attachment_id)).one()
    return AttachmentView(row.id, row.name, row.size, row.sha256, row.media_type, read.means.file_of(row.sha256))
