"""Shifts of the duty roster, read inside a unit of work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine.store.prepared import prepare
from engine.store.tables import people, shifts

_shift = prepare(select(shifts).where(shifts.c.id == bindparam("shift")))
_of_person = prepare(select(shifts.c.since, shifts.c.until).where(
    shifts.c.person_id == bindparam("person"), shifts.c.role == bindparam("duty"), shifts.c.unit_id == bindparam("unit"),
    shifts.c.since < bindparam("ends"), shifts.c.until > bindparam("begins")).order_by(shifts.c.since).limit(1))
_lock = prepare(select(people.c.id).where(people.c.id == bindparam("person")).with_for_update(key_share=True))


def lock_shifts_of(connection: Connection, person_id: str) -> None:
    """Whoever else sets or withdraws shifts of this person waits until the transaction ends."""
    connection.execute(_lock, {"person": person_id}).first()


def find_shift(connection: Connection, shift_id: str) -> Any:
    """The shift, or None."""
    return connection.execute(_shift, {"shift": shift_id}).first()


def find_overlap(connection: Connection, *, person_id: str, role: str, unit_id: str, since: datetime, until: datetime) -> Any:
    """The first shift in which this person is on this very duty already within the span, or None."""
    return connection.execute(_of_person, {"person": person_id, "duty": role, "unit": unit_id, "begins": since,
                                           "ends": until}).first()
