"""What came of the timers: read from the trace, which nobody can change afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import func, select

from engine import Engine
from engine.store.payload import decode_payload
from engine.store.queries import chain
from engine.store.tables import instances, records, timers
from engine.trace.keys import SealedKey, sealed_path
from tests.torture.cluster import WAITS

Fired = tuple[datetime, datetime]
"""When a timer was due, and when it was triggered."""


@dataclass(frozen=True)
class Reckoning:
    """Timers by what became of them: `fired` in the order in which they were triggered."""

    planned: int
    lost: Collection[str]
    doubled: Collection[str]
    early: Collection[str]
    fired: tuple[Fired, ...]
    unfinished: int
    cases: frozenset[str]

    def between(self, begin: datetime, end: datetime) -> tuple[Fired, ...]:
        """The timers that were due in this time."""
        return tuple(each for each in self.fired if begin <= each[0] < end)


def reckon(engine: Engine) -> Reckoning:
    due: dict[str, datetime] = {}
    done: Counter[str] = Counter()
    at: dict[str, datetime] = {}
    with chain.snapshot(engine.database) as connection:
        rows = connection.execute(select(records.c.type, records.c.recorded_at, records.c.body).where(
            ~records.c.stream.startswith("sys/")))
        for row in rows:
            payload = decode_payload(row.body)
            if row.type == "TimerTriggered":
                done[str(payload["timer_id"])] += 1
                at[str(payload["timer_id"])] = row.recorded_at
            position = cast("dict[str, Any]", payload.get("position") or {})
            for timer in cast("list[dict[str, Any]]", position.get("timers", [])):
                due[timer["id"]] = timer["due_at"]
        left = connection.execute(select(func.count()).select_from(timers)).scalar_one()
        cases = connection.execute(select(instances.c.id, instances.c.status)).all()
    assert done.keys() <= due.keys()
    running = sum(case.status == "running" for case in cases)
    assert len(due) == WAITS * len(cases)
    return Reckoning(
        len(due), due.keys() - done.keys(), [each for each, times in done.items() if times > 1],
        [each for each in done if at[each] < due[each]], tuple(sorted(((due[each], at[each]) for each in done), key=lambda each: each[1])),
        running + left, frozenset(case.id for case in cases))


def broken_chains(engine: Engine, folder: Path) -> list[str]:
    """What the verifier says against any chain."""
    find_key = SealedKey.load(sealed_path(folder / "keys.json")).find_key
    with chain.snapshot(engine.database) as connection:
        return [finding.en for _, _, findings in chain.verify_chains(connection, find_key) for finding in findings]
