"""Drafts and read marks: what one person keeps for himself, outside the trace."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, select
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


def same_notices(connection: Connection, notice_id: str, principals: Collection[str]) -> list[str]:
    """This notice and its copies to others of these principals: what the inbox shows as one."""
    copy = notices.alias()
    statement = select(copy.c.id).join(notices, and_(
        notices.c.instance_id == copy.c.instance_id, notices.c.created_at == copy.c.created_at,
        notices.c.zh == copy.c.zh, notices.c.en == copy.c.en)).where(
        notices.c.id == notice_id, copy.c.principal.in_(sorted(principals)))
    return list(connection.execute(statement).scalars())


def mark_notices(connection: Connection, person_id: str, notice_ids: Sequence[str]) -> None:
    """The person has read these notices; twice is once."""
    connection.execute(_insert(connection, notice_reads).on_conflict_do_nothing(),
                       [{"notice_id": notice_id, "person_id": person_id} for notice_id in notice_ids])


def _insert(connection: Connection, table: Any) -> Any:
    return upsert_sqlite(table) if connection.dialect.name == "sqlite" else upsert_postgresql(table)
