"""Notices: read marks. The notices themselves are records of their instances."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from engine.store.tables import notice_reads
from engine.store.unit import UnitOfWork


def mark_read(unit: UnitOfWork, *, notice_id: str) -> None:
    """The actor has seen this notice; doing it twice changes nothing."""
    make = upsert_sqlite if unit.connection.dialect.name == "sqlite" else upsert_postgresql
    unit.connection.execute(make(notice_reads).values(
        notice_id=notice_id, person_id=unit.actor.id).on_conflict_do_nothing())
