"""Drafts and read marks: what one person keeps for himself, outside the trace."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from engine.store.prepared import prepare
from engine.store.tables import drafts, notice_reads, notices

_delete = prepare(delete(drafts).where(drafts.c.person_id == bindparam("person"), drafts.c.place == bindparam("where")))


def save_draft(connection: Connection, person_id: str, place: str, *, typed: str, at: datetime) -> None:
    statement = _insert(connection, drafts).values(person_id=person_id, place=place, typed=typed, saved_at=at)
    connection.execute(statement.on_conflict_do_update(
        index_elements=["person_id", "place"], set_={"typed": typed, "saved_at": statement.excluded.saved_at}))


def delete_draft(connection: Connection, person_id: str, place: str) -> None:
    connection.execute(_delete, {"person": person_id, "where": place})


def find_addressee(connection: Connection, notice_id: str) -> str | None:
    """The principal a notice speaks to."""
    return connection.execute(select(notices.c.principal).where(notices.c.id == notice_id)).scalar()


def mark_notice(connection: Connection, person_id: str, notice_id: str) -> None:
    """The person has read the notice; twice is once."""
    connection.execute(_insert(connection, notice_reads).values(
        notice_id=notice_id, person_id=person_id).on_conflict_do_nothing())


def _insert(connection: Connection, table: Any) -> Any:
    return upsert_sqlite(table) if connection.dialect.name == "sqlite" else upsert_postgresql(table)
