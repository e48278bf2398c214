"""People and units to choose from; the accounts of a demonstration college."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from engine.errors import NotFound
from engine.store.reader import Reader
from engine.store.tables import people, posts, settings, units

DEMO = "demo"


@dataclass(frozen=True, slots=True)
class AccountRow:
    id: str
    login: str
    name: str
    unit_name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitRow:
    id: str
    name: str


def is_demo(read: Reader) -> bool:
    """Whether this database was made for demonstration."""
    return read.connection.execute(select(settings.c.value).where(settings.c.name == DEMO)).scalar() == "yes"


def choose_accounts(read: Reader) -> tuple[AccountRow, ...]:
    """All active accounts of a demonstration database. NotFound in any other."""
    if not is_demo(read):
        raise NotFound()
    held: dict[str, list[str]] = {}
    for row in read.connection.execute(select(posts.c.person_id, posts.c.role).order_by(posts.c.role)):
        held.setdefault(row.person_id, []).append(row.role)
    return tuple(AccountRow(row.id, row.login, row.name, row.unit, tuple(dict.fromkeys(held.get(row.id, ()))))
                 for row in read.connection.execute(_active().order_by(units.c.name, people.c.login)))


def find_people(read: Reader, text: str, limit: int = 20) -> tuple[AccountRow, ...]:
    """Active people whose name or login contains the text."""
    wanted = f"%{text.replace('%', '').replace('_', '')}%"
    rows = read.connection.execute(_active().where(people.c.name.like(wanted) | people.c.login.like(wanted)).order_by(
        people.c.name).limit(limit))
    return tuple(AccountRow(row.id, row.login, row.name, row.unit, ()) for row in rows)


def find_by_login(read: Reader, login: str) -> str | None:
    """The id of the person with this (folded) login."""
    found: str | None = read.connection.execute(select(people.c.id).where(people.c.login == login)).scalar()
    return found


def list_units(read: Reader) -> tuple[UnitRow, ...]:
    return tuple(UnitRow(row.id, row.name) for row in read.connection.execute(select(units).order_by(units.c.name)))


def _active() -> Select[Any]:
    return select(people.c.id, people.c.login, people.c.name, units.c.name.label("unit")).outerjoin(
        units, units.c.id == people.c.unit_id).where(people.c.active, people.c.kind == "person")
