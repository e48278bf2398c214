"""Small definitions of the constructs beyond tasks and choices, on the forms and people of the small college."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from engine.store.replay import replay
from engine.store.tables import timers
from tests.databases import fresh_database
from tests.engine.verbs.small import FILES, OUTSIDE, broken_chains, open_small, rows_of
from tests.world import World

HEAD = """\
anliu: 1
process: {process}
title: {process}
profile: test
basis: A-1
subject: =ask.name
"""
START = """\
starts:
  - {id: ask, title: 申请, who: {anyone: true}, form: request}
"""
QUORUM = """\
  - vote:
      for: {each: member, in: '=["A", "B", "centre"]'}
      do:
        - ballot: {task: 表决, who: {any: [{role: unit_head, unit: =member}, {role: centre}]}, form: request}
      until: 'count(vote.results[item.ballot.secret = "是"]) >= 2'
  - judge: {task: 汇总, who: {role: office}, form: opinion, set: {yes: =vote.completed, all: =vote.count}}
"""


def definition(process: str, steps: str, *, starts: str = START) -> dict[str, str]:
    """The files with one more process: these steps (and whatever follows them)."""
    return {**FILES, f"processes/{process}.yaml": HEAD.format(process=process) + starts + "do:\n" + steps}


def deployed(world: World, process: str, steps: str, *, starts: str = START, files: dict[str, str] | None = None) -> World:
    given = {**definition(process, steps, starts=starts), **(files or {})}
    return world.deploy(f"processes/{process}.yaml", files=given)


def begun(world: World, process: str, steps: str, *, by: str = "ann", **answers: object) -> World:
    """Deploy it and start one case."""
    return deployed(world, process, steps).start(process, "ask", by=by, **{"name": "主页", **answers})


def is_proven(world: World, folder: Path) -> bool:
    """Every chain verifies, and the records alone give every row of the projection again, on either database."""
    assert broken_chains(world) == []
    kinds = ("sqlite", "postgresql")
    for kind in kinds:
        place = folder / f"copy-{kind}"
        place.mkdir()
        copy = open_small(fresh_database(kind, place), place)
        with world.engine.database.reading.connect() as source, copy.engine.database.writing.begin() as target:
            replay(source, target)
        original, again = rows_of(world.engine, without=OUTSIDE), rows_of(copy.engine, without=OUTSIDE)
        copy.engine.close()
        assert {name: rows for name, rows in original.items() if rows != again[name]} == {}
    return True


def timers_of(world: World) -> list[str]:
    with world.engine.database.reading.connect() as connection:
        return list(connection.execute(select(timers.c.kind).where(timers.c.instance_id == world.last)).scalars())
