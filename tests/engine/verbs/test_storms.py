"""Cases that begin cases: a chain in which nobody acts stops as an incident, and the worker can be stopped meanwhile."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.jobs.worker import run_due
from engine.store.tables import instances
from engine.verbs.beginnings import LONGEST_CHAIN
from tests.engine.verbs.cases import carry, cases_of, look_at
from tests.engine.verbs.constructs import is_proven
from tests.engine.verbs.small import FILES
from tests.world import World, china

Parts = tuple[dict[str, str], ...]
HEAD = "anliu: 1\nprocess: {name}\ntitle: {name}\nprofile: test\nbasis: A-1\nsubject: {name}\nstarts:\n"
BY_HAND = "  - {id: ask, title: 申请, who: {anyone: true}, form: request}\n"
NEVER = "  - way: {{switch: [{{when: instance.number = \"{name}\", then: over}}, {{then: on}}]}}\n  - over: {{end: 够了}}\n"
"""A condition that is never true: at the check it might be."""


def storm(name: str, start: str, step: str, *, by_hand: bool = False) -> dict[str, str]:
    head = HEAD.format(name=name) + (BY_HAND if by_hand else "")
    return {f"processes/{name}.yaml": f"{head}  - {start}\ndo:\n{NEVER.format(name=name)}  - on: {step}\n"}


def begun(world: World, *parts: dict[str, str]) -> World:
    files = {**FILES, **{path: text for part in parts for path, text in part.items()}}
    for part in parts:
        world.deploy(*part, files=files)
    return world.start("one", "ask", by="ann", name="主页")


DETACHED = storm("one", "{id: given, called: true}", "{call: one, detach: true}", by_hand=True)
MESSAGES = (storm("one", "{id: told, message: m}", "{raise: {message: n}}", by_hand=True),
            storm("two", "{id: told, message: n}", "{raise: {message: m}}"))
SIGNAL = storm("one", "{id: told, signal: s}", "{raise: {signal: s}}", by_hand=True)
WRITTEN = '{record: {register: systems, entry: ="主页", set: {name: =instance.number}}}'
ENTRY = storm("one", "{id: told, entry: systems}", WRITTEN, by_hand=True)


@pytest.mark.parametrize("parts", [(DETACHED,), MESSAGES, (SIGNAL,), (ENTRY,)], ids=["call", "messages", "signal", "entry"])
def test_a_chain_of_cases_in_which_nobody_acts_stops_as_an_incident(world: World, tmp_path: Path, parts: Parts) -> None:
    carry(begun(world, *parts))
    cases = [case for part in parts for path in part for case in cases_of(world, Path(path).stem)]
    assert len(cases) == LONGEST_CHAIN + 1
    stopped = [incident for world.last in cases for incident in world.view().incidents]
    assert [incident.element_id for incident in stopped] == ["on"]
    assert stopped[0].zh.startswith(f"已有 {LONGEST_CHAIN} 个事项一个接一个地自动开始，中间没有人办理")
    world.clock.move_to(china("2026-11-02 12:00"))
    carry(world)
    assert len([case for part in parts for path in part for case in cases_of(world, Path(path).stem)]) == LONGEST_CHAIN + 1
    assert is_proven(world, tmp_path)


def again_after(step: str) -> dict[str, str]:
    return storm("one", "{id: given, called: true}", f"{step}\n  - again: {{call: one, detach: true}}", by_hand=True)


WATCHED = again_after("{task: 看一眼, who: {role: centre}, form: opinion}")
SLOW, QUICK = again_after("{wait: 1 hour, basis: A-2}"), again_after("{wait: 30 minutes, basis: A-2}")


def chains(world: World) -> list[int]:
    with world.engine.database.reading.connect() as connection:
        return list(connection.execute(select(instances.c.chain).order_by(instances.c.number)).scalars())


def test_a_person_begins_a_chain_anew(world: World) -> None:
    begun(world, WATCHED)
    for number in range(3):
        carry(look_at(world, "one", number).complete("看一眼", by="eve", words="好"))
    assert chains(world) == [0, 1, 1, 1]


@pytest.mark.parametrize(("part", "expected"), [(SLOW, [0, 1, 1, 1]), (QUICK, [0, 1, 2, 3])], ids=["slow", "quick"])
def test_an_hour_begins_a_chain_anew_and_less_does_not(world: World, part: dict[str, str], expected: list[int]) -> None:
    begun(world, part)
    for _ in range(3):
        world.clock.move_to(world.clock.now() + timedelta(minutes=60 if part is SLOW else 30))
        carry(world)
    assert chains(world) == expected


def test_the_worker_stops_in_the_middle_of_a_storm_and_the_next_one_goes_on(world: World) -> None:
    begun(world, DETACHED)
    asked = count()
    assert run_due(world.engine, is_over=lambda: next(asked) > 10) < 11
    assert 2 < len(cases_of(world, "one")) < 12
    carry(world)
    assert len(cases_of(world, "one")) == LONGEST_CHAIN + 1
