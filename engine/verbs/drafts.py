"""Drafts: what somebody typed and did not send yet. Nothing is checked, nothing is lost, nobody else sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from engine.errors import FieldError, SubmissionInvalid
from engine.store.tables import drafts
from engine.store.unit import UnitOfWork

MAX_TEXT = 256 * 1024

_delete = delete(drafts).where(drafts.c.person_id == bindparam("person"), drafts.c.place == bindparam("where"))


def save(unit: UnitOfWork, *, place: str, typed: Mapping[str, object]) -> None:
    """Keep what was typed at a place: `task:<id>`, `start:<process>/<start>` or `request:<instance>/<id>`."""
    text = json.dumps(dict(typed), ensure_ascii=False)
    if len(text) > MAX_TEXT:
        raise SubmissionInvalid([FieldError("", "草稿太大，无法保存", "The draft is too large to keep")])
    make = upsert_sqlite if unit.connection.dialect.name == "sqlite" else upsert_postgresql
    statement = make(drafts).values(person_id=unit.actor.id, place=place[:200], typed=text, saved_at=unit.now)
    unit.connection.execute(statement.on_conflict_do_update(
        index_elements=["person_id", "place"], set_={"typed": text, "saved_at": statement.excluded.saved_at}))


def discard(unit: UnitOfWork, *, place: str) -> None:
    """Forget a draft: after it was sent, or because nothing of it may be kept."""
    unit.connection.execute(_delete, {"person": unit.actor.id, "where": place})
