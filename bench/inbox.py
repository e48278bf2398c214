"""Opening an inbox in a full database, beside the same inbox in a small one; and whether a query scans."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import stage as stages
from bench.measuring import Measure, by_turns
from bench.stage import Stage
from engine.clock import utc_text
from engine.views import tasks as views

ANYWHERE = "anywhere"
"""A unit in which nobody of the college holds a post."""
MINE = 200


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many open tasks there are, and how many of them the reader may do."""

    tasks: int
    mine: int


def measure_inbox(name: str, college: Stage, folder: Path, *, crowds: tuple[Crowd, Crowd], count: int,
                  warm_up: int) -> Measure:
    """Open the inbox of the first crowd (ours) and of the second (baseline): both tabs' counts and one page."""
    stages_of_both = [_filled(college, folder / str(crowd.tasks), crowd) for crowd in crowds]
    try:
        ours, baseline = (_opening(stage) for stage in stages_of_both)
        return by_turns(name, ((ours, baseline) for _ in range(warm_up + count)), warm_up=warm_up)
    finally:
        for stage in stages_of_both:
            stage.engine.close()


def _opening(stage: Stage) -> Callable[[], None]:
    reader = stage.actor("app_cie")

    def look() -> None:
        with stage.engine.read(reader) as read:
            views.inbox_counts(read)
            if not views.inbox(read, "claim").rows:
                raise RuntimeError("the inbox is empty")
    return look


def _filled(college: Stage, folder: Path, crowd: Crowd) -> Stage:
    """A copy of the college with that many open tasks, written as plain rows of the same schema."""
    stage = stages.copy(college, folder)
    instance_id = stage.start("meter_reading", "begin", "app_sao", {"room": ["机房A-07"]})
    with sqlite3.connect(stage.path) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        task_id = connection.execute("select id from tasks where instance_id = ? and status = 'open'", (instance_id,)).fetchone()[0]
        numbers = range(crowd.tasks)
        _multiply(connection, "instances", instance_id, ({"id": f"i{n}", "number": f"n{n}"} for n in numbers))
        _multiply(connection, "tasks", task_id, ({"id": f"t{n}", "instance_id": f"i{n}"} for n in numbers))
        places = [f"applicant@{place}" for place in (ANYWHERE, "CIE")]
        due = [utc_text(stages.MOMENT.replace(day=1 + n % 28, minute=n % 60)) for n in numbers]
        connection.executemany("insert into candidates (principal, task_id, sort_at) values (?, ?, ?)", (
            (places[_is_mine(n, crowd)], f"t{n}", due[n]) for n in numbers))
        connection.executemany("insert into involvement (principal, instance_id) values (?, ?)", (
            (places[_is_mine(n, crowd)], f"i{n}") for n in numbers))
    connection.close()
    return stage


def _is_mine(number: int, crowd: Crowd) -> bool:
    return number * crowd.mine // crowd.tasks != (number - 1) * crowd.mine // crowd.tasks


def _multiply(connection: sqlite3.Connection, table: str, row_id: str, changes: Iterator[dict[str, str]]) -> None:
    """Copies of one row, each with other ids."""
    cursor = connection.execute(f"select * from {table} where id = ?", (row_id,))
    names = [column[0] for column in cursor.description]
    row = dict(zip(names, cursor.fetchone(), strict=True))
    marks = ", ".join(f":{name}" for name in names)
    connection.executemany(f"insert into {table} ({', '.join(names)}) values ({marks})", ({**row, **change} for change in changes))
