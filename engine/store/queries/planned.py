"""Cases that could not begin, for case operators: which, since when, why, and when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import func, select

from engine.actors import CASE_OPERATOR
from engine.errors import Sentence
from engine.store.case_tables import planned
from engine.store.payload import decode_value
from engine.store.reader import Reader

_MOST = 200
_stopped = select(planned).where(planned.c.tries > 0).order_by(planned.c.planned_at, planned.c.id).limit(_MOST)
_count = select(func.count()).select_from(planned).where(planned.c.tries > 0)


@dataclass(frozen=True, slots=True)
class StoppedBeginning:
    """A case that could not begin; `name` is the entry or the event that asks for it, empty for a plain schedule."""

    id: str
    process_title: str
    start_title: str
    name: str
    reason: Sentence
    planned_at: datetime
    again_at: datetime
    tries: int


def stopped_beginnings(read: Reader) -> tuple[StoppedBeginning, ...]:
    """The oldest first; nothing for whoever is no case operator."""
    if not read.actor.has_power(CASE_OPERATOR):
        return ()
    return tuple(_shown(read, row) for row in read.connection.execute(_stopped))


def count_stopped(read: Reader) -> int:
    """How many cases could not begin, for case operators; nobody else is told of any."""
    return int(read.connection.execute(_count).scalar_one()) if read.actor.has_power(CASE_OPERATOR) else 0


def _shown(read: Reader, row: Any) -> StoppedBeginning:
    definition = read.means.versions.current(read.connection, row.process).definition
    start = next((each for each in definition.event_starts if each.id == row.start_id), None)
    given = cast("dict[str, Any]", decode_value(row.given))
    return StoppedBeginning(
        row.id, definition.title, (start.title if start is not None else "") or row.start_id,
        str(given["key"] if "key" in given else given["came"]["name"]), Sentence(row.zh or "", row.en or ""),
        row.planned_at, row.due_at, row.tries)
