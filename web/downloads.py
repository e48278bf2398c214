"""Files that leave the house: as a download, under a safe name, with no power in our origin."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from urllib.parse import quote

from flask import Response

from web.protection import HEADERS

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # a spreadsheet would calculate these
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
BOM = "﻿"  # without it a spreadsheet on a Chinese desktop reads the file as GBK


def download(content: bytes, *, name: str, media_type: str) -> Response:
    """A response that a browser stores and never renders."""
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Content-Security-Policy"] = HEADERS["Content-Security-Policy"] + "; sandbox"
    return response


def disposition(name: str) -> str:
    """RFC 6266: a plain fallback and the true name in UTF-8; nothing a header could be split with."""
    clean = "".join(letter for letter in name if letter.isprintable() and letter not in '/\\"') or "file"
    plain = "".join(letter if letter in _PLAIN else "_" for letter in clean)[-100:]
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"


def csv_text(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A spreadsheet's text: byte order mark, every cell inert."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([neutral(cell) for cell in header])
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return BOM + written.getvalue()


def neutral(cell: object) -> str:
    """The cell as text that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" \u3000\u200b").startswith(_DANGEROUS) or text.startswith(_DANGEROUS) else text
