"""The directory as rows: who holds which post now, who may see an instance, how a person is named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select

from engine.actors import (
    AUDITOR,
    CASE_OPERATOR,
    EVERYONE,
    Actor,
    Person,
    Post,
    Unit,
    is_duty,
    person_actor,
    split_principal,
)
from engine.errors import NotFound
from engine.store.prepared import prepare
from engine.store.tables import attachments, candidates, involvement, people, posts, shifts, tasks, units, uploads

_person = prepare(select(people).where(people.c.id == bindparam("person")))
_all_units = prepare(select(units.c.id, units.c.parent_id).order_by(units.c.id))
_unit = prepare(select(units).where(units.c.id == bindparam("unit")))
_held_now = and_(posts.c.since <= bindparam("now"), or_(posts.c.until.is_(None), posts.c.until > bindparam("now")))
_on_now = and_(shifts.c.since <= bindparam("now"), shifts.c.until > bindparam("now"))
_home = units.alias("home")
_duty_unit = units.alias("duty_unit")
_actor = prepare(select(
    people.c.id, people.c.name, people.c.active, people.c.unit_id, _home.c.name.label("unit_name"), posts.c.role,
    posts.c.unit_id.label("post_unit_id"), units.c.name.label("post_unit_name"), shifts.c.role.label("duty_role"),
    shifts.c.unit_id.label("duty_unit_id"), _duty_unit.c.name.label("duty_unit_name"),
).outerjoin(_home, _home.c.id == people.c.unit_id).outerjoin(posts, and_(posts.c.person_id == people.c.id, _held_now)).outerjoin(
    units, units.c.id == posts.c.unit_id).outerjoin(shifts, and_(shifts.c.person_id == people.c.id, _on_now)).outerjoin(
    _duty_unit, _duty_unit.c.id == shifts.c.unit_id).where(people.c.id == bindparam("person")))
_holders = prepare(select(posts.c.person_id).join(people, people.c.id == posts.c.person_id).where(
    posts.c.role == bindparam("role_name"), people.c.active, _held_now))
_holders_in_unit = prepare(_holders.where(posts.c.unit_id == bindparam("unit")))
_on_duty = prepare(select(shifts.c.person_id).join(people, people.c.id == shifts.c.person_id).where(
    shifts.c.role == bindparam("role_name"), people.c.active, _on_now))
_on_duty_in_unit = prepare(_on_duty.where(shifts.c.unit_id == bindparam("unit")))
_held_by = prepare(select(posts.c.unit_id, posts.c.person_id).join(people, people.c.id == posts.c.person_id).where(
    posts.c.role == bindparam("role_name"), people.c.active, _held_now))
_all_active = prepare(select(people.c.id).where(people.c.active).order_by(people.c.id))
_upload = prepare(select(uploads.c.id, uploads.c.name, uploads.c.sha256, uploads.c.size, uploads.c.added_by,
                 attachments.c.instance_id).outerjoin(attachments, attachments.c.id == uploads.c.id).where(
    uploads.c.id == bindparam("upload")))
_involved = prepare(select(involvement.c.principal).where(involvement.c.instance_id == bindparam("instance")))
_for_everyone = prepare(select(candidates.c.task_id).join(tasks, tasks.c.id == candidates.c.task_id).where(
    tasks.c.instance_id == bindparam("instance"), candidates.c.principal == EVERYONE).limit(1))

NO_UNIT = ""
"""`posts.unit_id` of a post held for the institution as a whole."""


class StoredDirectory:
    """The directory at one moment, as `engine.directory` wants to see it."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def holders(self, principal: str) -> tuple[str, ...]:
        """Active people who answer to a principal now, in the order of their ids."""
        role, unit = split_principal(principal)
        if role == "person":
            person = self.find_person(unit or "")
            return (person.id,) if person is not None and person.is_active else ()
        if principal == EVERYONE:
            return tuple(self._connection.execute(_all_active).scalars())
        anywhere, in_unit = (_on_duty, _on_duty_in_unit) if is_duty(principal) else (_holders, _holders_in_unit)
        if unit is None:
            held = self._connection.execute(anywhere, {"role_name": role, "now": self._now})
        else:
            held = self._connection.execute(in_unit, {"role_name": role, "unit": unit, "now": self._now})
        return tuple(sorted({row.person_id for row in held}))  # cheaper than to have the database sort two rows

    def holders_of(self, role: str) -> Mapping[str, frozenset[str]]:
        """Active people who hold a role now, by unit; under the empty id those who hold it for the institution."""
        found: dict[str, set[str]] = {}
        for row in self._connection.execute(_held_by, {"role_name": role, "now": self._now}):
            found.setdefault(row.unit_id, set()).add(row.person_id)
        return {unit: frozenset(held) for unit, held in found.items()}

    def find_person(self, person_id: str) -> Person | None:
        row = self._connection.execute(_person, {"person": person_id}).first()
        return None if row is None else Person(row.id, row.name, row.unit_id, row.active)

    def find_unit(self, unit_id: str) -> Unit | None:
        row = self._connection.execute(_unit, {"unit": unit_id}).first()
        return None if row is None else Unit(row.id, row.name, row.parent_id)

    def units_below(self, unit_id: str) -> tuple[str, ...]:
        """The units within a unit, at every depth, the nearest first."""
        inside: dict[str, list[str]] = {}
        for row in self._connection.execute(_all_units):
            inside.setdefault(row.parent_id or "", []).append(row.id)
        found: dict[str, None] = {}
        waiting = list(inside.get(unit_id, ()))
        while waiting:
            unit = waiting.pop(0)
            if unit != unit_id and unit not in found:
                found[unit] = None
                waiting += inside.get(unit, ())
        return tuple(found)


def load_actor(connection: Connection, person_id: str, now: datetime) -> Actor:
    """The actor a person is now. Raises NotFound for unknown and disabled people."""
    rows = connection.execute(_actor, {"person": person_id, "now": now}).all()
    if not rows or not rows[0].active:
        raise NotFound()
    own = rows[0]
    # Posts times shifts: the same post comes once for every shift that runs.
    held = dict.fromkeys(Post(row.role, row.post_unit_id or None, row.post_unit_name) for row in rows if row.role is not None)
    duties = dict.fromkeys(Post(row.duty_role, row.duty_unit_id or None, row.duty_unit_name) for row in rows
                           if row.duty_role is not None)
    unit = Unit(own.unit_id, own.unit_name) if own.unit_id is not None else None
    return person_actor(Person(own.id, own.name, own.unit_id), held, unit, on_duty=duties)


def name_of(connection: Connection, person_id: str | None) -> str:
    """The name of a person for a sentence; the system and unknown ids speak for themselves."""
    if person_id is None:
        return ""
    row = connection.execute(_person, {"person": person_id}).first()
    return str(row.name) if row is not None else ("系统" if person_id == "system" else person_id)


def may_see(connection: Connection, actor: Actor, instance_id: str) -> bool:
    """Whoever was ever involved in an instance may see it, and anybody while one of its tasks is for everyone.

    Auditors and case operators see all.
    """
    if actor.is_system or actor.has_power(AUDITOR) or actor.has_power(CASE_OPERATOR):
        return True
    if not personal(actor).isdisjoint(connection.execute(_involved, {"instance": instance_id}).scalars()):
        return True
    return EVERYONE in actor.principals and connection.execute(_for_everyone, {"instance": instance_id}).first() is not None


def personal(actor: Actor) -> frozenset[str]:
    """Principals that make somebody involved: `everyone` is an invitation, not an involvement."""
    return actor.principals - {EVERYONE}


class LookUp:
    """Look-ups a form's answers need: people, units, and one's own uploaded files."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    def find_person(self, person_id: str) -> Mapping[str, object] | None:
        row = self._connection.execute(_person, {"person": person_id}).first()
        return {"id": row.id, "name": row.name} if row is not None and row.active else None

    def find_unit(self, unit_id: str) -> Mapping[str, object] | None:
        row = self._connection.execute(_unit, {"unit": unit_id}).first()
        return {"id": row.id, "name": row.name} if row is not None else None

    def find_file(self, attachment_id: str) -> Mapping[str, object] | None:
        """An attachment the actor added himself, or one of a case he may see."""
        row: Any = self._connection.execute(_upload, {"upload": attachment_id}).first()
        if row is None:
            return None
        if row.added_by != self._actor.id and not (
                row.instance_id and may_see(self._connection, self._actor, row.instance_id)):
            return None
        return {"id": row.id, "name": row.name, "sha256": row.sha256, "size": row.size}


def person_exists(connection: Connection, person_id: str) -> bool:
    return connection.execute(_person, {"person": person_id}).first() is not None


def find_account_kind(connection: Connection, person_id: str) -> str | None:
    """Whether an account in use is a "person" or a "service"; None when there is none, or it is disabled."""
    row = connection.execute(_person, {"person": person_id}).first()
    return str(row.kind) if row is not None and row.active else None


def unit_exists(connection: Connection, unit_id: str) -> bool:
    return connection.execute(_unit, {"unit": unit_id}).first() is not None


def login_exists(connection: Connection, login: str) -> bool:
    return connection.execute(select(people.c.id).where(people.c.login == login)).first() is not None


def holds_post(connection: Connection, person_id: str, role: str, *, unit_id: str, at: datetime) -> bool:
    """Whether the person holds this post now or will."""
    return connection.execute(select(posts.c.role).where(
        posts.c.person_id == person_id, posts.c.role == role, posts.c.unit_id == unit_id,
        or_(posts.c.until.is_(None), posts.c.until > at))).first() is not None
