"""The duty roster from now on: shifts that run and shifts to come. For whoever keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.actors import PLATFORM_ADMIN
from engine.errors import NotFound
from engine.store.reader import Reader
from engine.store.tables import people, shifts, units

MOST = 1000
"""Shifts on one page; whoever plans further ahead sees the later ones when their time comes nearer."""


@dataclass(frozen=True, slots=True)
class ShiftRow:
    id: str
    role: str
    unit_id: str
    unit_name: str
    person_name: str
    is_active: bool
    """Whether the person still has an account: else nobody answers for this shift."""
    since: datetime
    until: datetime


def shifts_from_now(read: Reader) -> tuple[ShiftRow, ...]:
    """By when they begin, the earliest first. NotFound unless the reader keeps the roster."""
    if not read.actor.has_power(PLATFORM_ADMIN):
        raise NotFound()
    rows = read.connection.execute(select(
        shifts.c.id, shifts.c.role, shifts.c.unit_id, units.c.name.label("unit_name"), people.c.name, people.c.active,
        shifts.c.since, shifts.c.until,
    ).join(people, people.c.id == shifts.c.person_id).outerjoin(units, units.c.id == shifts.c.unit_id).where(
        shifts.c.until > read.now).order_by(shifts.c.since, shifts.c.role, shifts.c.unit_id, people.c.name).limit(MOST))
    return tuple(ShiftRow(row.id, row.role, row.unit_id, row.unit_name or row.unit_id, row.name, row.active, row.since, row.until)
                 for row in rows)
