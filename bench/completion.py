"""Completing a user task through the engine, beside raw sqlite3 that writes the same rows in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from bench import stage as stages
from bench.measuring import Measure, Step, by_turns
from bench.stage import Stage, Turn
from bench.tape import Raw, Tape, Write, record

Turns = Callable[[Stage], Iterator[tuple[str, Turn]]]


def measure_completion(name: str, turns: Turns, college: Stage, folder: Path, *, count: int, warm_up: int) -> Measure:
    """`count` completions of a story, each beside the replay of what the same completion wrote on another copy."""
    ours = stages.copy(college, folder / "ours")
    raw, taped = replay(turns, college, folder, warm_up + count)
    try:
        return by_turns(name, _pairs(turns, ours, raw, taped), warm_up=warm_up)
    finally:
        raw.close()
        ours.engine.close()


def replay(turns: Turns, college: Stage, folder: Path, count: int) -> tuple[Raw, Iterator[tuple[Step, Step]]]:
    """Raw sqlite3 on a copy of the college, and for each completion (what must be written before it, itself)."""
    recorded = stages.copy(college, folder / "recorded")
    copied = stages.copy(college, folder / "raw")
    copied.engine.close()
    taped = list(_tape(turns, recorded, count))
    recorded.engine.close()
    raw = Raw(copied.path)
    return raw, ((lambda piece=before: raw.write(piece), lambda piece=itself: raw.write(piece))
                 for before, itself in taped)


def _tape(turns: Turns, recorded: Stage, count: int) -> Iterator[tuple[tuple[Write, ...], tuple[Write, ...]]]:
    tape: Tape = record(recorded.engine, recorded.path)
    for instance_id, turn in islice(turns(recorded), count):
        task_id = recorded.task_id(turn, instance_id)
        before = tape.cut()
        recorded.complete(turn, task_id)
        yield before, tape.cut()


def _pairs(turns: Turns, ours: Stage, raw: Raw, taped: Iterator[tuple[Step, Step]]) -> Iterator[tuple[Step, Step]]:
    story = turns(ours)
    for before, itself in taped:
        instance_id, turn = next(story)
        task_id = ours.task_id(turn, instance_id)
        before()
        yield lambda turn=turn, task_id=task_id: ours.complete(turn, task_id), itself
