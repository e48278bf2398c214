"""Cases that are still to begin: what a window asks for, an entry each, and starts that an event could not begin at once.

Each is a row of its own: begun by itself exactly once, or put off with the reason and tried again, longer every time, until
it works, is no longer asked for, or a case operator gives it up. Nobody else waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any, cast

from engine.actors import CASE_OPERATOR, SYSTEM
from engine.definition.model import EntryTrigger, EventStart, ScheduleTrigger
from engine.errors import NotAllowed, NotFound
from engine.records import Record, RecordType
from engine.store import case_rows
from engine.store.instance_rows import AnyRow
from engine.store.payload import decode_value
from engine.store.register_rows import find_entry, hold_count, version_counter
from engine.store.unit import UnitOfWork, new_id
from engine.store.versions import Version
from engine.verbs import causes
from engine.verbs.arrivals import Arrival, Change, Value, became, holds, is_news
from engine.verbs.beginnings import begin_by_event
from engine.verbs.outside import base_scope, engine_functions

SOONEST, LATEST = timedelta(minutes=10), timedelta(days=1)
"""How long a case waits that could not begin: twice as long every time, within these bounds."""


def of_window(unit: UnitOfWork, window: Value, asked: Iterable[tuple[str, Exception | None]]) -> list[dict[str, object]]:
    """What a window asks for, to begin in this order: the key of an entry (empty: of none), and why it cannot begin yet."""
    one = new_id()
    return [{**_row(unit, {"window": dict(window), "key": key}, error), "id": f"{one}.{place:05d}"}
            for place, (key, error) in enumerate(asked)]


def stop(unit: UnitOfWork, version: Version, start: EventStart, came: Arrival, error: Exception, *, chain: int) -> None:
    """An event could not begin a case: what caused the event stands all the same, and this is tried again."""
    _record(unit, RecordType.BEGINNING_PLANNED, start.id, {
        "process": version.definition.process, "process_title": version.definition.title, "start": start.id,
        **_row(unit, {"came": asdict(came), "chain": chain}, error)})


def begin(unit: UnitOfWork, *, planned_id: str) -> bool:
    """Begin one case that is due. False when it is gone, or not due (any more): never early, never twice."""
    row = _held(unit, planned_id)
    if row is None or row.due_at > unit.now:
        return False
    version = unit.means.versions.current(unit.connection, row.process)
    start = next((each for each in version.definition.event_starts if each.id == row.start_id), None)
    asked = _asked(unit, version, start, row) if start is not None else None
    if start is None or asked is None:
        _record(unit, RecordType.BEGINNING_DROPPED, row.start_id, _named(row))
        return True
    value, came, chain = asked
    flow = begin_by_event(unit, version, start, value, came=came, chain=chain)
    _record(unit, RecordType.BEGINNING_MADE, row.start_id, {**_named(row), "instance": flow.instance_id, "number": flow.number})
    return True


def put_off(unit: UnitOfWork, *, planned_id: str, error: Exception) -> None:
    """What could not begin waits, longer every time; the reason is shown to case operators."""
    row = _held(unit, planned_id)
    if row is None or row.due_at > unit.now:
        return
    zh, en = causes.sentences_of(error)
    _record(unit, RecordType.BEGINNING_PUT_OFF, row.start_id, {
        **_named(row), "tries": row.tries + 1, "again_at": unit.now + min(SOONEST * 2 ** min(row.tries, 10), LATEST),
        "zh": zh, "en": en})


def retry(unit: UnitOfWork, *, planned_id: str) -> None:
    """A case operator asks to try again at once. Raises NotFound when it has begun meanwhile."""
    row = _stopped(unit, planned_id)
    _record(unit, RecordType.BEGINNING_PUT_OFF, row.start_id, {
        **_named(row), "tries": row.tries, "again_at": unit.now, "zh": row.zh, "en": row.en, "is_asked": True})


def drop(unit: UnitOfWork, *, planned_id: str) -> None:
    """A case operator gives it up: this case will not begin. Raises NotFound when it has begun meanwhile."""
    row = _stopped(unit, planned_id)
    _record(unit, RecordType.BEGINNING_DROPPED, row.start_id, {**_named(row), "is_asked": True})


def asks_for(unit: UnitOfWork, version: Version, start: EventStart, window: Value, entry: Value) -> bool:
    """Whether a schedule asks for this entry. Raises when its condition is neither true nor false."""
    when = cast("ScheduleTrigger", start.trigger).when
    around = {**base_scope(version.definition), **window, **entry}
    return when is None or holds(when, around, engine_functions(unit), unit.now)


def _asked(unit: UnitOfWork, version: Version, start: EventStart, row: AnyRow) -> tuple[Value, Arrival | None, int] | None:
    """What the case begins with, and its place in a chain; None when nobody asks for it any longer."""
    given = cast("dict[str, Any]", decode_value(row.given))
    if "came" in given:
        came = Arrival.of(given["came"])
        if came.change is not None and not _still_asked(unit, version, start, came.change):
            return None
        return came.values, came, int(given["chain"])
    if not given["key"]:
        return given["window"], None, 0
    register = start.trigger.for_each if isinstance(start.trigger, ScheduleTrigger) else ""
    entry = find_entry(unit.connection, register, given["key"])
    if entry is None or not asks_for(unit, version, start, given["window"], entry):
        return None
    return {**entry, **given["window"]}, None, 0


def _still_asked(unit: UnitOfWork, version: Version, start: EventStart, change: Change) -> bool:
    """An entry that changed again since has asked for itself."""
    trigger = start.trigger
    return (isinstance(trigger, EntryTrigger) and trigger.register == change.register and is_news(unit, change)
            and became(unit, trigger.when, change, base_scope(version.definition), engine_functions(unit)))


def _row(unit: UnitOfWork, given: Mapping[str, object], error: Exception | None) -> dict[str, object]:
    zh, en = causes.sentences_of(error) if error is not None else (None, None)
    return {"id": new_id(), "given": dict(given), "tries": int(error is not None), "zh": zh, "en": en,
            "due_at": unit.now if error is None else unit.now + SOONEST}


def _named(row: AnyRow) -> dict[str, object]:
    given = cast("dict[str, Any]", decode_value(row.given))
    name = given["key"] if "key" in given else given["came"]["name"]
    return {"id": row.id, "process": row.process, "name": name}


def _stopped(unit: UnitOfWork, planned_id: str) -> AnyRow:
    if not (unit.actor.is_system or unit.actor.has_power(CASE_OPERATOR)):
        raise NotAllowed("只有运行管理可以处理未能发起的事项", "Only case operators may deal with cases that could not begin")
    row = _held(unit, planned_id)
    if row is None:
        raise NotFound()
    return row


def _held(unit: UnitOfWork, planned_id: str) -> AnyRow | None:
    """The row, under the lock of its process: nobody else begins it, and no version is deployed meanwhile."""
    found = case_rows.find_planned(unit.connection, planned_id)
    if found is None:
        return None
    hold_count(unit.connection, version_counter(found.process))
    return case_rows.find_planned(unit.connection, planned_id)


def _record(unit: UnitOfWork, kind: RecordType, start_id: str, payload: Mapping[str, object]) -> None:
    """All of one row stand in one stream, whoever acts: a replay takes them in the order in which they happened."""
    unit.record_system(Record(kind, payload, element_id=start_id), beside=SYSTEM)
