"""People, units and posts: the directory changes by records too."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from sqlalchemy import select

from engine.actors import PLATFORM_ADMIN
from engine.errors import NotAllowed, NotFound, WrongState
from engine.records import Record, RecordType
from engine.store.tables import people, units
from engine.store.unit import UnitOfWork, new_id


def add_unit(unit: UnitOfWork, *, unit_id: str, name: str, kind: str = "unit", parent_id: str | None = None) -> str:
    """Add a unit of the institution; its id stays for ever."""
    _need_platform_admin(unit)
    if unit.connection.execute(select(units.c.id).where(units.c.id == unit_id)).first() is not None:
        raise WrongState(f"单位编号 {unit_id} 已存在", f"Unit {unit_id} exists already")
    unit.record_system(Record(RecordType.UNIT_ADDED, {"id": unit_id, "name": name, "parent_id": parent_id,
                                                      "kind": kind}))
    return unit_id


def add_person(unit: UnitOfWork, *, login: str, name: str, unit_id: str | None) -> str:
    """Add a person; logins are unique after NFKC and case folding, and never given away again. Gives the id."""
    _need_platform_admin(unit)
    folded = fold_login(login)
    if unit.connection.execute(select(people.c.id).where(people.c.login == folded)).first() is not None:
        raise WrongState(f"账号 {folded} 已存在", f"Account {folded} exists already")
    person_id = new_id()
    unit.record_system(Record(RecordType.PERSON_ADDED, {"id": person_id, "login": folded, "name": name,
                                                        "unit_id": unit_id}))
    return person_id


def disable_person(unit: UnitOfWork, *, person_id: str) -> None:
    """The person leaves: no more tasks, no more sign-in; the name stays in old traces."""
    _need_platform_admin(unit)
    if unit.connection.execute(select(people.c.id).where(people.c.id == person_id)).first() is None:
        raise NotFound()
    unit.record_system(Record(RecordType.PERSON_DISABLED, {"id": person_id}))


def hold_post(unit: UnitOfWork, *, person_id: str, role: str, unit_id: str = "", since: datetime | None = None,
              until: datetime | None = None) -> None:
    """Give a person a role, in a unit or (unit_id empty) for the institution."""
    _need_platform_admin(unit)
    unit.record_system(Record(RecordType.POST_HELD, {"person_id": person_id, "role": role, "unit_id": unit_id,
                                                     "since": since or unit.now, "until": until}))


def leave_post(unit: UnitOfWork, *, person_id: str, role: str, unit_id: str = "") -> None:
    """End a post now; open tasks of the role go to whoever holds it next."""
    _need_platform_admin(unit)
    unit.record_system(Record(RecordType.POST_LEFT, {"person_id": person_id, "role": role, "unit_id": unit_id,
                                                     "until": unit.now}))


def fold_login(login: str) -> str:
    """One spelling per account: NFKC, case-folded, without surrounding space."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def _need_platform_admin(unit: UnitOfWork) -> None:
    if not (unit.actor.is_system or unit.actor.has_power(PLATFORM_ADMIN)):
        raise NotAllowed("只有平台管理员可以管理账号", "Only a platform administrator may manage accounts")
