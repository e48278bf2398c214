"""Schedules: a start that a window of time brings, once for each; over a register, once for each of its entries.

A window that passed while nobody worked is made up for, in order. A window plans its cases; each begins by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import cast

from engine.actors import SYSTEM
from engine.definition.model import Definition, EventStart, ScheduleTrigger
from engine.errors import EngineError
from engine.records import Record, RecordType
from engine.store import case_rows
from engine.store.register_rows import entries_of, hold_count, next_count, version_counter
from engine.store.unit import UnitOfWork
from engine.store.versions import Version
from engine.verbs import planned
from engine.verbs.beginnings import starts_of
from engine.worktime.every import Every
from engine.worktime.windows import next_window, window_from


def first_windows(unit: UnitOfWork, definition: Definition) -> dict[str, datetime]:
    """When each scheduled start begins next, for a version that becomes current; a window already due is not lost."""
    known = case_rows.schedules_of(unit.connection, definition.process)
    found = {}
    for start in definition.event_starts:
        if isinstance(start.trigger, ScheduleTrigger):
            due = known.get(start.id)
            found[start.id] = due if due is not None and due <= unit.now else next_window(
                start.trigger.every, unit.now, unit.means.calendar).start
    return found


def trigger(unit: UnitOfWork, *, process: str, start_id: str) -> bool:
    """Plan what this window asks for. False when it is not due (any more): never early, never twice."""
    hold_count(unit.connection, version_counter(process))  # the lock of its schedules: none is deployed meanwhile
    due = case_rows.schedules_of(unit.connection, process).get(start_id)
    if due is None or due > unit.now:
        return False
    version = unit.means.versions.current(unit.connection, process)
    start = next(start for start in starts_of(version, "schedule") if start.id == start_id)
    every = cast("ScheduleTrigger", start.trigger).every
    counter = f"schedules/{process}/{start_id}"
    count = next_count(unit.connection, counter)
    window = window_from(every, due, unit.means.calendar)
    offered = {"window_start": window.start, "window_end": window.end}
    rows = planned.of_window(unit, offered, _asked(unit, version, start, offered))
    unit.record_system(Record(RecordType.SCHEDULE_TRIGGERED, {
        "process": process, "process_title": version.definition.title, "start": start_id, "counter": counter, "count": count,
        "window": due, "next": next_window(every, due, unit.means.calendar).start, "started": len(rows), "planned": rows,
    }, element_id=start_id, clauses=start.basis), beside=SYSTEM)
    return True


def _asked(unit: UnitOfWork, version: Version, start: EventStart,
           window: Mapping[str, object]) -> Iterator[tuple[str, EngineError | None]]:
    """What one case each is to begin for: nothing but the window, or the key of each entry of which `when` is true.

    A register that is looked through every day is asked what has to be done: an entry whose case still runs, or could
    not begin yet, waits. An entry of which `when` cannot be answered is told with the reason.
    """
    trigger_ = cast("ScheduleTrigger", start.trigger)
    if not trigger_.for_each:
        yield "", None
        return
    is_daily = trigger_.every == Every("day")
    busy = case_rows.entries_at_work(unit.connection, version.definition.process, start.id) if is_daily else frozenset()
    for item in entries_of(unit.connection, trigger_.for_each):
        entry = cast("Mapping[str, object]", item)
        if entry["key"] in busy:
            continue
        try:
            if planned.asks_for(unit, version, start, window, entry):
                yield str(entry["key"]), None
        except EngineError as error:
            yield str(entry["key"]), error
