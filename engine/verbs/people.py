"""People, units and posts: the directory changes by records too."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Literal

from engine.actors import PLATFORM_ADMIN
from engine.directory.acting import may_act
from engine.errors import NotAllowed, NotFound, WrongState
from engine.records import Record, RecordType
from engine.store import directory_rows, instance_rows
from engine.store.directory_rows import StoredDirectory
from engine.store.unit import UnitOfWork, new_id

LOGIN_LENGTH = 80


def add_unit(unit: UnitOfWork, *, unit_id: str, name: str, kind: str = "unit", parent_id: str | None = None) -> str:
    """Add a unit of the institution; its id stays for ever."""
    need_platform_admin(unit)
    if directory_rows.unit_exists(unit.connection, unit_id):
        raise WrongState(f"单位编号 {unit_id} 已存在", f"Unit {unit_id} exists already")
    unit.record_system(Record(RecordType.UNIT_ADDED, {"id": unit_id, "name": name, "parent_id": parent_id,
                                                      "kind": kind}))
    return unit_id


def add_person(unit: UnitOfWork, *, login: str, name: str, unit_id: str | None,
               kind: Literal["person", "service"] = "person") -> str:
    """Add an account; logins are unique after NFKC and case folding, and never given away again. Gives the id.

    One of kind "service" is a program's: it gets tokens and posts, but no password.
    """
    need_platform_admin(unit)
    folded = fold_login(login)
    if not 0 < len(folded) <= LOGIN_LENGTH:
        raise WrongState(f"账号须为 1 至 {LOGIN_LENGTH} 个字符", f"A login has 1 to {LOGIN_LENGTH} characters")
    if unit_id is not None:
        _need_unit(unit, unit_id)
    if directory_rows.login_exists(unit.connection, folded):
        raise WrongState(f"账号 {folded} 已存在", f"Account {folded} exists already")
    person_id = new_id()
    unit.record_system(Record(RecordType.PERSON_ADDED, {"id": person_id, "login": folded, "name": name,
                                                        "unit_id": unit_id, **({"kind": kind} if kind != "person" else {})}))
    return person_id


def disable_person(unit: UnitOfWork, *, person_id: str) -> None:
    """The person leaves: no more tasks, no more sign-in; the name stays in old traces."""
    need_platform_admin(unit)
    need_person(unit, person_id)
    unit.record_system(Record(RecordType.PERSON_DISABLED, {"id": person_id}))
    _give_back_tasks(unit, person_id)


def hold_post(unit: UnitOfWork, *, person_id: str, role: str, unit_id: str = "", since: datetime | None = None,
              until: datetime | None = None) -> None:
    """Give a person a role, in a unit or (unit_id empty) for the institution."""
    need_platform_admin(unit)
    need_person(unit, person_id)
    if unit_id:
        _need_unit(unit, unit_id)
    unit.record_system(Record(RecordType.POST_HELD, {"person_id": person_id, "role": role, "unit_id": unit_id,
                                                     "since": since or unit.now, "until": until}))


def leave_post(unit: UnitOfWork, *, person_id: str, role: str, unit_id: str = "") -> None:
    """End a post now; open tasks of the role, claimed ones too, go to whoever else holds it or holds it next."""
    need_platform_admin(unit)
    if not directory_rows.holds_post(unit.connection, person_id, role, unit_id=unit_id, at=unit.now):
        raise WrongState("此人现在没有这个岗位", "The person does not hold this post")
    unit.record_system(Record(RecordType.POST_LEFT, {"person_id": person_id, "role": role, "unit_id": unit_id,
                                                     "until": unit.now}))
    _give_back_tasks(unit, person_id)


def fold_login(login: str) -> str:
    """One spelling per account: NFKC, case-folded, without surrounding space and without NUL, which PostgreSQL refuses."""
    return unicodedata.normalize("NFKC", login).replace("\0", "").strip().casefold()


def _give_back_tasks(unit: UnitOfWork, person_id: str) -> None:
    """Release what the person claimed and may no longer do: nobody waits for somebody who has left."""
    directory = StoredDirectory(unit.connection, unit.now)
    person = directory.find_person(person_id)
    actor = directory_rows.load_actor(unit.connection, person_id, unit.now) if person is not None and person.is_active else None
    for held in instance_rows.tasks_held_by(unit.connection, person_id):
        unit.lock(held.instance_id)
        row = instance_rows.find_task(unit.connection, held.id)
        candidates = instance_rows.candidates_of(unit.connection, held.id)
        if row is None or row.status != "open" or row.assignee_id != person_id or (
                actor is not None and may_act(actor, candidates, claimed_as=row.claimed_as)):
            continue
        instance = instance_rows.find_instance(unit.connection, row.instance_id)
        named = {"loop_id": row.loop_id, "title": row.title} if row.loop_id else {}
        unit.record(row.instance_id, Record(RecordType.TASK_RELEASED, {"task_id": row.id, "holder": person_id, **named},
                                            element_id=row.element_id),
                    definition_hash=instance.definition_hash if instance is not None else None)


def need_person(unit: UnitOfWork, person_id: str) -> None:
    """Raises NotFound when the directory knows nobody of that id."""
    if not directory_rows.person_exists(unit.connection, person_id):
        raise NotFound()


def _need_unit(unit: UnitOfWork, unit_id: str) -> None:
    if not directory_rows.unit_exists(unit.connection, unit_id):
        raise NotFound()


def need_platform_admin(unit: UnitOfWork) -> None:
    """Raises NotAllowed for everybody but platform administrators and the system."""
    if not (unit.actor.is_system or unit.actor.has_power(PLATFORM_ADMIN)):
        raise NotAllowed("只有平台管理员可以管理账号", "Only a platform administrator may manage accounts")
