"""Incidents by their cause: what stands still is resolved when it goes on itself, whatever else the case does meanwhile."""

from __future__ import annotations

from pathlib import Path

from engine.actors import SYSTEM
from engine.verbs import incidents, jobs, messages, registers
from tests.engine.verbs.cases import CHECK, SERVICE, WITH_CHECK, carry, fetched, look_at
from tests.engine.verbs.constructs import begun, deployed, is_proven
from tests.engine.verbs.small import FILES, types_of
from tests.world import World

BESIDE = """\
on:
  - request: aside
    title: 旁事
    who: {role: office}
    form: request
    repeat: true
    do:
      - noted: {set: {size: 1, part: =aside.name}}
"""
"""Something else that people do in a case meanwhile."""
CALLING = """\
  - asked: {call: checking, with: {what: =ask.name}, on: [{condition: size = 1, id: given_up, then: alone}]}
  - last: {task: 汇总, who: {role: centre}, form: opinion}
  - alone: {task: 自办, who: {role: centre}, form: opinion}
on:
  - {request: aside, title: 旁事, who: {role: office}, form: request, repeat: true, do: [{noted: {set: {seen: =aside.name}}}]}
  - {request: end_it, title: 作罢, who: {role: office}, form: request, do: [{over: {set: {size: 1}}}]}
"""
COSTLY = "count(for i in 1..100000 return for j in 1..1000 return i + j)"


def stopped(world: World) -> list[tuple[str, str]]:
    return [(incident.element_id, incident.zh) for incident in world.view().incidents]


def elements(world: World) -> list[str]:
    return [element for element, _ in stopped(world)]


def aside(world: World) -> World:
    return world.request("aside", by="gus", name="无关")


def retry(world: World) -> World:
    with world.engine.begin(world.actor("caseop")) as unit:
        incidents.retry(unit, incident_id=world.view().incidents[0].id)
    return world


def uncallable(world: World) -> World:
    """A case that calls a process which was deployed anew meanwhile, without the start that is called."""
    world.deploy("processes/checking.yaml", files={**FILES, **WITH_CHECK})
    deployed(world, "calling", CALLING)
    deployed(world, "checking", "  - check: {task: 核查, who: {role: office}, form: opinion}\n")
    return carry(world.start("calling", "ask", by="ann", name="主页"))


def test_a_call_that_failed_stands_still_whatever_else_people_do(world: World, tmp_path: Path) -> None:
    uncallable(world)
    assert elements(aside(world)) == ["asked"]
    world.deploy("processes/checking.yaml", files={**FILES, **WITH_CHECK})
    carry(retry(world))
    assert world.view().incidents == ()
    assert "要求立即再试" in [entry.sentence.zh for entry in world.trace()]
    assert look_at(world, "checking").open_titles() == ["核查"]
    assert is_proven(world, tmp_path)


def test_a_call_that_nobody_waits_for_any_longer_takes_its_incident_with_it(world: World, tmp_path: Path) -> None:
    uncallable(world).request("end_it", by="gus", name="作罢")
    assert (world.open_titles(), world.view().incidents) == (["自办"], ())
    assert is_proven(carry(world.at("2026-11-02 09:11")), tmp_path)


def test_what_a_called_case_cannot_give_back_stands_until_it_can(world: World, tmp_path: Path) -> None:
    costly = CHECK.replace("verdict: =check.words", f'verdict: \'={COSTLY}\'').replace("form: request", "form: opinion")
    world.deploy("processes/checking.yaml", files={**FILES, "processes/checking.yaml": costly})
    carry(begun(world, "calling", CALLING))
    parent = world.last
    carry(look_at(world, "checking").complete("核查", by="gus", words="好"))
    world.last = parent
    assert elements(aside(world)) == ["asked"]
    world.request("end_it", by="gus", name="作罢")
    assert (world.open_titles(), world.view().incidents) == (["自办"], ())
    assert is_proven(world, tmp_path)


def test_work_that_a_program_failed_stands_until_the_program_does_it(world: World, tmp_path: Path) -> None:
    begun(world, "scanning", SERVICE + BESIDE)
    job, = fetched(world)
    with world.engine.begin(SYSTEM) as unit:
        jobs.fail(unit, job_id=job.id, worker="w1", message="连不上")
    assert elements(aside(world)) == ["scan"]
    assert fetched(world) == []
    job, = fetched(retry(world))  # offered again at once, because somebody asked
    with world.engine.begin(SYSTEM) as unit:
        jobs.complete(unit, job_id=job.id, worker="w1", values={"found": 0})
    assert (world.open_titles(), world.view().incidents) == (["处理"], ())
    assert is_proven(world, tmp_path)


SAYING = """\
  - say: {raise: {message: answer, key: =ask.name}}
  - last: {task: 等, who: {role: centre}, form: opinion}
"""


def test_a_message_that_nobody_takes_stands_until_somebody_does(world: World, tmp_path: Path) -> None:
    carry(begun(world, "saying", SAYING + BESIDE)).at("2026-11-09 09:01")
    sender = world.last
    assert elements(aside(world)) == ["say"]
    deployed(world, "waiter", "  - answer: {listen: {message: answer, key: =ask.name}}\n").start("waiter", "ask", by="ann", name="主页")
    assert carry(world).view().head.status == "ended"
    world.last = sender
    assert world.view().incidents == ()
    assert is_proven(world, tmp_path)


EACH = """\
  - each:
      for: {each: part, in: '=["教务处", "保卫处", "网信中心"]'}
      do:
        - pick:
            switch:
              - {when: 'if part = "保卫处" then true else (if seen = part or seen = "都" then true else null)', then: look}
              - {then: look}
        - look: {task: 查, who: {role: centre}, form: opinion}
on:
  - {request: aside, title: 旁事, who: {role: office}, form: request, repeat: true, do: [{noted: {set: {seen: =aside.name}}}]}
"""


def test_two_items_that_fail_at_one_step_are_two_incidents_and_each_names_its_item(world: World, tmp_path: Path) -> None:
    begun(world, "eaching", EACH)
    assert [(element, zh.partition("：")[0]) for element, zh in stopped(world)] == [("pick", "教务处"), ("pick", "网信中心")]
    world.request("aside", by="gus", name="教务处")
    assert [(element, zh.partition("：")[0]) for element, zh in stopped(world)] == [("pick", "网信中心")]
    assert world.open_titles() == ["查（保卫处）", "查（教务处）"]
    world.request("aside", by="gus", name="都")
    assert (world.view().incidents, types_of(world).count("IncidentRaised")) == ((), 2)
    assert is_proven(world, tmp_path)


def test_an_item_whose_program_fails_says_which_item_it_is(world: World, tmp_path: Path) -> None:
    steps = """\
  - each:
      for: {each: part, in: '=["甲", "乙"]'}
      do:
        - scan: {service: scan, with: {what: =part}}
"""
    begun(world, "scanning", steps)
    for job in fetched(world):
        with world.engine.begin(SYSTEM) as unit:
            jobs.fail(unit, job_id=job.id, worker="w1", message="连不上")
    assert sorted(zh.partition("：")[0] for _, zh in stopped(world)) == ["乙", "甲"]
    assert is_proven(world, tmp_path)


LISTENING = """\
  - work: {task: 值守, who: {role: centre}, form: opinion}
on:
  - id: changed
    entry: systems
    when: '=if size = 1 then state = "异常" else COSTLY > 1'
    do: [{look: {task: 查看, who: {role: office}, form: opinion}}]
"""


def listening(world: World) -> World:
    begun(world, "listening", LISTENING.replace("=if", "if").replace("COSTLY", COSTLY) + BESIDE.removeprefix("on:\n"))
    return written(world, "异常")


def written(world: World, state: str) -> World:
    with world.engine.begin(world.actor("caseop")) as unit:
        registers.import_entry(unit, register="systems", key="主页", values={"name": "主页", "state": state})
    return world


def test_a_change_that_a_case_could_not_take_is_offered_to_it_again(world: World, tmp_path: Path) -> None:
    assert elements(listening(world)) == ["changed"]
    assert elements(aside(world)) == ["changed"]
    assert world.open_titles() == ["值守"]
    world.at("2026-11-02 09:11")
    assert (world.open_titles(), world.view().incidents) == (["值守", "查看"], ())
    assert is_proven(world, tmp_path)


def test_a_change_that_a_newer_one_has_overtaken_is_not_offered_again(world: World, tmp_path: Path) -> None:
    aside(listening(world))
    written(world, "在用")
    carry(retry(world))
    assert (world.open_titles(), world.view().incidents) == (["值守"], ())
    assert is_proven(world, tmp_path)


def test_a_case_that_ends_takes_what_it_could_not_take_with_it(world: World, tmp_path: Path) -> None:
    listening(world).complete("值守", by="eve")
    assert (world.view().head.status, world.view().incidents) == ("ended", ())
    assert is_proven(world, tmp_path)


def test_a_signal_from_outside_still_reaches_all(world: World) -> None:
    begun(world, "listening", "  - heard: {listen: {signal: bell}}\n")
    with world.engine.begin(world.actor("caseop")) as unit:
        messages.send_signal(unit, name="bell", values={})
    assert world.view().head.status == "ended"
