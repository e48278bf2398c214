"""The outbox: what programs are to be told of, written in the transaction in which it happens.

Which webhooks there are is remembered for ten seconds, so that an installation without any pays nothing: another
process takes that long to know of a new one. It sends nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select

from engine.records import RecordType
from engine.store.api_tables import deliveries, webhooks
from engine.store.prepared import prepare

EVENTS: Mapping[str, RecordType] = {
    "instance.started": RecordType.INSTANCE_STARTED, "instance.ended": RecordType.INSTANCE_ENDED,
    "task.created": RecordType.TASK_CREATED, "task.completed": RecordType.TASK_COMPLETED,
    "task.cancelled": RecordType.TASK_CANCELLED, "task.overdue": RecordType.TASK_OVERDUE,
    "deadline.missed": RecordType.DEADLINE_MISSED, "entry.written": RecordType.ENTRY_WRITTEN,
    "incident.raised": RecordType.INCIDENT_RAISED, "incident.resolved": RecordType.INCIDENT_RESOLVED,
}
"""What a program may be told of, and the record it is."""
KNOWN_FOR = timedelta(seconds=10)
_NAMES = {kind.value: name for name, kind in EVENTS.items()}
_active = prepare(select(webhooks.c.id, webhooks.c.events).where(webhooks.c.removed_at.is_(None)))
_insert = prepare(insert(deliveries))


@dataclass(slots=True)
class Hooks:
    """The webhooks as this process knows them."""

    _known: tuple[tuple[str, frozenset[str]], ...] = ()
    _until: datetime | None = field(default=None)

    def forget(self) -> None:
        """Look again before the next record."""
        self._until = None

    def of(self, connection: Connection, now: datetime) -> tuple[tuple[str, frozenset[str]], ...]:
        """Id and events of each."""
        if self._until is None or not self._until - KNOWN_FOR <= now < self._until:
            self._known = tuple((row.id, frozenset(row.events.split())) for row in connection.execute(_active))
            self._until = now + KNOWN_FOR
        return self._known


def post(connection: Connection, hooks: Hooks, rows: Sequence[Mapping[str, object]], now: datetime) -> None:
    """Put what these records of cases mean to programs into the outbox."""
    known = hooks.of(connection, now)
    if not known:
        return
    told = [(row, _NAMES[str(row["type"])]) for row in rows if row["type"] in _NAMES and not str(row["stream"]).startswith("sys/")]
    letters = [{"id": secrets.token_hex(16), "webhook_id": webhook_id, "stream": row["stream"], "seq": row["seq"], "event": event,
                "due_at": now, "tries": 0} for row, event in told for webhook_id, events in known if event in events]
    if letters:
        connection.execute(_insert, letters)
