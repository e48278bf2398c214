"""The duty roster (值班表): who is on duty for a role, from when until when. It changes by records, like posts.

Several people may be on duty at once. A task for whoever is on duty follows the roster by itself, so nothing here
touches tasks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from engine.clock import in_china
from engine.definition.library import Role
from engine.errors import FieldError, NotFound, SubmissionInvalid, WrongState
from engine.records import Record, RecordType
from engine.store import directory_rows, roster_rows
from engine.store.directory_rows import StoredDirectory
from engine.store.unit import UnitOfWork, new_id
from engine.verbs.people import need_platform_admin

LONGEST = timedelta(days=366)


def set_shift(unit: UnitOfWork, *, role: str, person_id: str, since: datetime, until: datetime, unit_id: str = "") -> str:
    """Put a person on duty for a role; `unit_id` where every unit has its own. Needs no post of that role. Gives the id.

    `until` belongs to the next shift. Raises NotAllowed, SubmissionInvalid with every field that is wrong.
    """
    need_platform_admin(unit)
    errors = [*_wrong_duty(unit, role, unit_id), *_wrong_person(unit, person_id), *_wrong_span(unit, since, until)]
    if not errors:
        roster_rows.lock_shifts_of(unit.connection, person_id)
    errors = errors or _overlapping(unit, role, unit_id, person_id, since, until)
    if errors:
        raise SubmissionInvalid(errors)
    shift_id = new_id()
    unit.record_system(Record(RecordType.SHIFT_SET, {
        "id": shift_id, "role": role, "unit_id": unit_id, "person_id": person_id,
        "name": directory_rows.name_of(unit.connection, person_id), "since": since, "until": until}))
    return shift_id


def withdraw_shift(unit: UnitOfWork, *, shift_id: str) -> None:
    """Take a shift off the roster; one that has begun ends now. What was claimed during it stays claimed.

    Raises NotAllowed, NotFound, WrongState for a shift that is over.
    """
    need_platform_admin(unit)
    row = _held(unit, shift_id)
    if row is None:
        raise NotFound()
    if row.until <= unit.now:
        raise WrongState("这一班已经结束，不能撤销", "This shift is over and cannot be withdrawn")
    unit.record_system(Record(RecordType.SHIFT_WITHDRAWN, {
        "id": shift_id, "role": row.role, "unit_id": row.unit_id, "person_id": row.person_id,
        "name": directory_rows.name_of(unit.connection, row.person_id), "since": row.since, "until": row.until,
        "ended_at": unit.now if row.since < unit.now else None}))


def _held(unit: UnitOfWork, shift_id: str) -> Any:
    """The shift, under the lock of its person's shifts; None when there is none."""
    found = roster_rows.find_shift(unit.connection, shift_id)
    if found is None:
        return None
    roster_rows.lock_shifts_of(unit.connection, found.person_id)
    return roster_rows.find_shift(unit.connection, shift_id)


def find_role(unit: UnitOfWork, role_id: str) -> Role | None:
    """The role as a current version knows it."""
    libraries = (version.bundle.library for version in unit.means.versions.all_current(unit.connection))
    return next((library.roles[role_id] for library in libraries if role_id in library.roles), None)


def _wrong_duty(unit: UnitOfWork, role_id: str, unit_id: str) -> list[FieldError]:
    role = find_role(unit, role_id)
    if role is None:
        return [FieldError("role", "请选择值班角色：已发布的流程里没有这个角色", "Choose a role: no published process knows this one")]
    if role.scope == "unit" and not unit_id:
        return [FieldError("unit", f"“{role.title}”每个单位都有，请选择单位",
                           f"Every unit has its own {role.title_en or role.id}: choose the unit")]
    if role.scope != "unit" and unit_id:
        return [FieldError("unit", f"“{role.title}”不分单位，请不要选单位",
                           f"{role.title_en or role.id} belongs to no unit: choose none")]
    if unit_id and ("\0" in unit_id or not directory_rows.unit_exists(unit.connection, unit_id)):
        return [FieldError("unit", "没有这个单位", "There is no such unit")]
    return []


def _wrong_person(unit: UnitOfWork, person_id: str) -> list[FieldError]:
    person = None if "\0" in person_id else StoredDirectory(unit.connection, unit.now).find_person(person_id)
    if person is None or not person.is_active:
        return [FieldError("person", "请选择值班人员：没有这个账号，或已停用",
                           "Choose a person: there is no such account, or it is disabled")]
    return []


def _wrong_span(unit: UnitOfWork, since: datetime, until: datetime) -> list[FieldError]:
    if until <= since:
        return [FieldError("until", "结束时间要晚于开始时间", "A shift ends after it begins")]
    if until <= unit.now:
        return [FieldError("until", "这一时段已经过去，不能再排班", "This span has passed already")]
    if until - since > LONGEST:
        return [FieldError("until", "一班最长 366 天", "A shift is 366 days long at most")]
    return []


def _overlapping(unit: UnitOfWork, role: str, unit_id: str, person_id: str, since: datetime, until: datetime) -> list[FieldError]:
    found = roster_rows.find_overlap(unit.connection, person_id=person_id, role=role, unit_id=unit_id, since=since, until=until)
    if found is None:
        return []
    span = f"{in_china(found.since):%Y-%m-%d %H:%M} – {in_china(found.until):%Y-%m-%d %H:%M}"
    return [FieldError("person", f"此人在这一时段已有班次（{span}）", f"This person is on this duty already ({span})")]
