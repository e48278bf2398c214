"""Which files may be attached: an allow-list by ending, its magic and its structure. Names are never believed."""

from __future__ import annotations

import io
import zipfile

from engine.errors import FieldError, SubmissionInvalid

MAX_ENTRIES = 1_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100

_MAGIC: dict[str, tuple[bytes, str]] = {
    "pdf": (b"%PDF-", "application/pdf"), "png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "jpg": (b"\xff\xd8\xff", "image/jpeg"), "jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    "zip": (b"PK\x03\x04", "application/zip"),
    "docx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_TEXT = {"txt": "text/plain", "csv": "text/csv", "log": "text/plain"}
_INSIDE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}


def media_type_of(name: str, content: bytes, field: str) -> str:
    """The media type we serve the file as. Raises SubmissionInvalid when it is not what its ending says."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if ending in _TEXT:
        if not _is_text(content):
            raise _unfit(field, name)
        return _TEXT[ending]
    if ending not in _MAGIC:
        known = "、".join(sorted({*_MAGIC, *_TEXT}))
        raise SubmissionInvalid([FieldError(field, f"只能上传这些类型的文件：{known}", f"Only these files: {known}")])
    magic, media_type = _MAGIC[ending]
    if not content.startswith(magic) or (magic.startswith(b"PK") and not _is_sound_zip(content, _INSIDE.get(ending))):
        raise _unfit(field, name)
    return media_type


def _unfit(field: str, name: str) -> SubmissionInvalid:
    return SubmissionInvalid([FieldError(field, f"“{name}”的内容与其类型不符，或压缩包结构不安全",
                                         f"The content of {name} does not fit its type")])


def _is_text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _is_sound_zip(content: bytes, needed: str | None) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError):
        return False
    unpacked = sum(entry.file_size for entry in entries)
    names = {entry.filename for entry in entries}
    return (len(entries) <= MAX_ENTRIES and unpacked <= MAX_UNPACKED
            and unpacked <= MAX_RATIO * max(len(content), 1) and (needed is None or needed in names)
            and not any(name.startswith("/") or ".." in name.split("/") for name in names))
