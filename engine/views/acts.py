"""The trace as a story: what people did, each act with what came of it.

Records of one transaction carry the same moment and the same actor; the first that is somebody's doing is the
act, the others are its consequences. Pure: it reads entries of the trace and knows nothing of the store.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.records import RecordType
from engine.store.queries.trace import TraceEntry

_OPENINGS = (RecordType.INSTANCE_STARTED, RecordType.REQUEST_RAISED)
"""Acts whose form is filled in at once: task and completion of the same step belong to them."""

_FILLED_IN = (RecordType.TASK_COMPLETED, RecordType.ATTACHMENT_ADDED)


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did, or what the clock brought; `parts` are the records that read as this one act."""

    entry: TraceEntry
    parts: tuple[TraceEntry, ...] = ()
    consequences: tuple[TraceEntry, ...] = ()

    @property
    def told(self) -> tuple[TraceEntry, ...]:
        """The entry and those of its parts that say more than that a form was opened."""
        return (self.entry, *(part for part in self.parts if part.type != RecordType.TASK_CREATED))


def acts_of(entries: Iterable[TraceEntry]) -> tuple[Act, ...]:
    """Entries of one trace, oldest first, as acts with their consequences."""
    return tuple(_act(group) for group in _grouped(entries))


def _grouped(entries: Iterable[TraceEntry]) -> list[list[TraceEntry]]:
    groups: list[list[TraceEntry]] = []
    for entry in entries:
        if groups and _belongs(entry, groups[-1]):
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups


def _belongs(entry: TraceEntry, group: list[TraceEntry]) -> bool:
    first = group[0]
    if (entry.recorded_at, entry.actor_id) != (first.recorded_at, first.actor_id):
        return False
    return entry.is_consequence or _completes(entry, group)


def _completes(entry: TraceEntry, group: list[TraceEntry]) -> bool:
    """The form that a start or request is made with is part of it, and so are its attachments."""
    if group[0].type not in _OPENINGS:
        return False
    opened = {one.element_id for one in group if one.type == RecordType.TASK_CREATED}
    return entry.type in _FILLED_IN and entry.element_id in opened


def _act(group: list[TraceEntry]) -> Act:
    entry, rest = group[0], group[1:]
    if entry.type not in _OPENINGS:
        return Act(entry, (), tuple(rest))
    done = {one.element_id for one in rest if one.type == RecordType.TASK_COMPLETED}
    parts = tuple(one for one in rest if one.element_id in done
                  and (one.type == RecordType.TASK_CREATED or one.type in _FILLED_IN))
    return Act(entry, parts, tuple(one for one in rest if one not in parts))
