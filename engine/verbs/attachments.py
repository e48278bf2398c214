"""Attachments: kept by content hash outside the database, written before the commit that names them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from engine.errors import FieldError, SubmissionInvalid
from engine.records import Record, RecordType
from engine.store import instance_rows
from engine.store.unit import UnitOfWork, new_id
from engine.verbs.file_types import media_type_of
from engine.verbs.flow import Flow

MAX_BYTES = 20 * 1024 * 1024
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class AttachmentRef:
    """A stored file as answers refer to it."""

    id: str
    name: str
    size: int
    sha256: str


def add(unit: UnitOfWork, *, field: str, name: str, stream: IO[bytes]) -> AttachmentRef:
    """Store an uploaded file; it belongs to nobody's case until its form is submitted.

    Raises SubmissionInvalid when the name, type, structure or size is not accepted.
    """
    clean = _clean_name(name)
    content = _read_bounded(stream, field)
    media_type = media_type_of(clean, content, field)
    digest = hashlib.sha256(content).hexdigest()
    _write_once(unit.means.file_of(digest), content)
    reference = AttachmentRef(new_id(), clean, len(content), digest)
    instance_rows.add_upload(unit.connection, {
        "id": reference.id, "field": field, "name": clean, "media_type": media_type, "size": reference.size,
        "sha256": digest, "added_by": unit.actor.id, "added_at": unit.now})
    return reference


def link(flow: Flow, element_id: str, answers: Mapping[str, object]) -> None:
    """Record the files that these answers hand in for the first time."""
    for field, reference in _files_in(answers):
        upload = instance_rows.find_upload(flow.unit.connection, str(reference["id"]))
        if upload is None or instance_rows.find_attachment(flow.unit.connection, upload.id) is not None:
            continue
        flow.record(Record(RecordType.ATTACHMENT_ADDED, {
            "id": upload.id, "field": field, "name": upload.name, "media_type": upload.media_type,
            "size": upload.size, "sha256": upload.sha256}, element_id=element_id))


def _files_in(answers: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    for field, value in answers.items():
        held = value.get("scan") if isinstance(value, dict) else value
        if isinstance(held, list):
            for item in held:
                if isinstance(item, dict) and "sha256" in item:
                    yield field, cast("Mapping[str, object]", item)


def _clean_name(name: str) -> str:
    """The file's own name without any path, control or direction characters, at most 120 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(letter for letter in last if letter.isprintable() and not "\u202a" <= letter <= "\u2069").strip(" .")
    stem, dot, ending = clean.rpartition(".")
    return f"{(stem or ending)[:100]}{dot}{ending[:20]}" if stem else clean[:120] or "file"


def _read_bounded(stream: IO[bytes], field: str) -> bytes:
    content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise SubmissionInvalid([FieldError(field, "文件不能超过 20 MB", "A file may have at most 20 MB")])
    if not content:
        raise SubmissionInvalid([FieldError(field, "文件是空的", "The file is empty")])
    return content


def _write_once(path: Path, content: bytes) -> None:
    """Temp file, fsync, rename: a name in the database always has its whole content."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{new_id()}")
    with temporary.open("wb") as out:
        for start in range(0, len(content), _CHUNK):
            out.write(content[start:start + _CHUNK])
        out.flush()
        os.fsync(out.fileno())
    temporary.rename(path)
