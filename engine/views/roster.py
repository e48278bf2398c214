"""The duty roster with what current definitions ask of it: which duties there are, and when nobody is on duty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.definition.model import AnyRule, DutyRule, FirstRule, Rule
from engine.directory.roster import gaps_in
from engine.errors import Sentence
from engine.store.queries.people import AccountRow, UnitRow, find_people, list_units
from engine.store.queries.roster import ShiftRow, shifts_from_now
from engine.store.reader import Reader

AHEAD = timedelta(days=7)
_MOST_PEOPLE = 500


@dataclass(frozen=True, slots=True)
class RosterRole:
    """A role that may be on duty; `is_asked`: a current definition has a task for whoever is."""

    id: str
    title: Sentence
    is_of_unit: bool
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A span of the coming days in which a task for this duty would find nobody."""

    role: str
    unit_name: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class RosterView:
    shifts: tuple[ShiftRow, ...]
    gaps: tuple[Gap, ...]
    roles: tuple[RosterRole, ...]
    people: tuple[AccountRow, ...]
    units: tuple[UnitRow, ...]


def get_roster(read: Reader) -> RosterView:
    """NotFound unless the reader keeps the roster."""
    shifts = shifts_from_now(read)
    asked = _asked(read)
    return RosterView(shifts, _gaps(read, shifts, asked), _roles(read, asked), find_people(read, "", limit=_MOST_PEOPLE),
                      list_units(read))


def _roles(read: Reader, asked: frozenset[str]) -> tuple[RosterRole, ...]:
    """Those that are asked for first."""
    found = {role.id: RosterRole(role.id, Sentence(role.title, role.title_en or role.id), role.scope == "unit", role.id in asked)
             for version in read.means.versions.all_current(read.connection) for role in version.bundle.library.roles.values()}
    return tuple(sorted(found.values(), key=lambda role: not role.is_asked))


def _gaps(read: Reader, shifts: tuple[ShiftRow, ...], asked: frozenset[str]) -> tuple[Gap, ...]:
    """Of duties of the institution, and of those units that have shifts at all: which others should is for people to know."""
    of_unit = {role.id for role in _roles(read, asked) if role.is_of_unit}
    places = {(role, "", "") for role in asked - of_unit} | {
        (shift.role, shift.unit_id, shift.unit_name) for shift in shifts if shift.role in asked & of_unit}
    return tuple(Gap(role, unit_name, since, until) for role, unit_id, unit_name in sorted(places) for since, until in gaps_in(
        ((shift.since, shift.until) for shift in shifts
         if (shift.role, shift.unit_id) == (role, unit_id) and shift.is_active), read.now, read.now + AHEAD))


def _asked(read: Reader) -> frozenset[str]:
    """Roles whose duty a step of a current definition is for."""
    return frozenset(duty.role for version in read.means.versions.all_current(read.connection)
                     for step in version.definition.every_form_step()
                     for rule in (step.who.rule, *(widen.to for widen in step.who.widen)) for duty in _duties(rule))


def _duties(rule: Rule) -> Iterator[DutyRule]:
    if isinstance(rule, DutyRule):
        yield rule
    elif isinstance(rule, FirstRule | AnyRule):
        for part in rule.rules:
            yield from _duties(part)
