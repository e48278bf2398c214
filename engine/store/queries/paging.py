"""Keyset paging: a page knows the key of its last row, never an offset."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

Row = TypeVar("Row")
MAX_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in order, and the cursor of the page after this one (None: this is the last)."""

    rows: tuple[Row, ...]
    next_cursor: str | None = None


def write_cursor(*keys: str) -> str:
    return base64.urlsafe_b64encode(json.dumps(keys).encode()).decode().rstrip("=")


def read_cursor(text: str | None, count: int) -> tuple[str, ...] | None:
    """The keys behind a cursor, the first a moment; None for no cursor or one that is not ours."""
    if not text:
        return None
    try:
        keys = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, UnicodeDecodeError):
        return None
    if not isinstance(keys, list) or len(keys) != count or not all(isinstance(key, str) for key in keys):
        return None
    return tuple(keys) if _is_moment(keys[0]) else None


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def page_of(rows: Sequence[Row], limit: int, cursors: Sequence[str]) -> Page[Row]:
    """A page out of up to `limit + 1` rows and their cursors."""
    if len(rows) <= limit:
        return Page(tuple(rows))
    return Page(tuple(rows[:limit]), cursors[limit - 1])
