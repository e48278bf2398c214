"""What passes between cases when something goes wrong on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine.actors import SYSTEM
from engine.errors import NotFound
from engine.store.case_tables import leases
from engine.store.tables import instances
from engine.verbs import calls, jobs, registers, requests, schedules
from tests.engine.verbs.cases import (
    CALLS,
    SERVICE,
    SHOUTED,
    WEEKLY,
    WITH_CHECK,
    begun_alone,
    calling,
    carry,
    cases_of,
    fetched,
    look_at,
    sent,
)
from tests.engine.verbs.constructs import begun, deployed, is_proven
from tests.engine.verbs.small import FILES
from tests.world import World, china, typed


def test_an_error_of_a_program_that_nobody_catches_is_an_incident(world: World) -> None:
    deployed(world, "scanning", SERVICE).start("scanning", "ask", by="ann", name="主页")
    job, = fetched(world)
    with world.engine.begin(SYSTEM) as unit:
        jobs.fail(unit, job_id=job.id, worker="w1", message="怪事", error="unheard")
    assert [incident.element_id for incident in world.view().incidents] == ["scan"]


def test_a_signal_named_like_a_deadline_is_carried(world: World) -> None:
    deployed(world, "shouted", SHOUTED).start("shouted", "ask", by="ann", name="一")
    steps = """\
  - say: {raise: {signal: all_clear}, with: {why: =ask.name}}
  - work: {task: 办, who: {role: centre}, form: opinion}
deadlines:
  all_clear:
    title: 限
    bases: {asked: =ask.completed_at}
    met_at: =work.completed_at
    stages: [{within: 3 working days, otherwise: 超期, basis: A-2}]
"""
    begun(world, "sender", steps)
    carry(world)
    assert look_at(world, "shouted").view().head.outcome == "解除"


def test_a_schedule_that_is_not_due_leaves_no_row(world: World, tmp_path: Path) -> None:
    begun_alone(world, "weekly", WEEKLY, "周检")
    with world.engine.begin(SYSTEM) as unit:
        assert schedules.trigger(unit, process="weekly", start_id="weekly") is False
    assert is_proven(world, tmp_path)


HEAVY = "=for i in 1..100000 return for j in 1..1000 return i + j"


def test_what_a_case_returns_may_fail_without_stopping_who_ends_it(world: World) -> None:
    text = WITH_CHECK["processes/checking.yaml"].replace("verdict: =check.words", f"verdict: '=string(count({HEAVY[1:]}))'")
    check = {"processes/checking.yaml": text}
    world.deploy("processes/checking.yaml", files={**FILES, **check})
    deployed(world, "calling", CALLS, files=check).start("calling", "ask", by="ann", name="主页")
    parent = carry(world).last
    carry(look_at(world, "checking").complete("核查", by="gus", words="好"))
    assert world.view().head.status == "ended"
    world.last = parent
    assert [incident.element_id for incident in world.view().incidents] == ["asked"]


NEWS = """\
  - work:
      task: 值守
      who: {role: centre}
      form: opinion
      on:
        - id: answer
          message: answer
          key: =ask.name
          interrupting: false
          takes: [text]
          do: [{noted: {task: 记录, who: {role: office}, form: opinion}}]
"""


def test_all_kept_messages_reach_one_who_listens_on(world: World) -> None:
    carry(sent(world))
    carry(sent(world))
    deployed(world, "waiter", NEWS).start("waiter", "ask", by="ann", name="主页")
    carry(world)
    assert world.open_titles() == ["值守", "记录", "记录"]


def test_an_answered_job_leaves_no_lease(world: World) -> None:
    deployed(world, "scanning", SERVICE).start("scanning", "ask", by="ann", name="主页")
    job, = fetched(world)
    with world.engine.begin(SYSTEM) as unit:
        jobs.complete(unit, job_id=job.id, worker="w1", values={"found": 0})
    assert fetched(world) == []
    with world.engine.database.reading.connect() as connection:
        assert connection.execute(select(leases)).all() == []


GROUP = """\
  - g:
      do:
        - a: {task: 甲, who: {role: centre}, form: opinion}
      on:
        - request: nudge
          title: 催
          who: {role: office}
          form: opinion
          do: [{b: {task: 乙, who: {role: centre}, form: opinion}}]
  - c: {task: 丙, who: {role: centre}, form: opinion}
"""


def test_a_request_of_a_group_that_is_over_looks_like_missing_to_strangers(world: World) -> None:
    begun(world, "grouped", GROUP).complete("甲", by="eve")
    with world.engine.begin(world.actor("zoe")) as unit, pytest.raises(NotFound):
        requests.raise_request(unit, instance_id=world.last, request_id="nudge@1", typed=typed({}), key="k" * 20)


SELFISH = """\
anliu: 1
process: selfish
title: 自己
profile: test
basis: A-1
subject: 自己
starts:
  - {id: ask, title: 申请, who: {anyone: true}, form: request}
  - {id: given, called: true}
do:
  - enough: {switch: [{when: instance.number = "selfish", then: over}, {then: again}]}
  - over: {end: 够了}
  - again: {call: selfish}
"""


def test_a_process_that_calls_itself_for_ever_stops_with_an_incident(world: World) -> None:
    world.deploy("processes/selfish.yaml", files={**FILES, "processes/selfish.yaml": SELFISH})
    carry(world.start("selfish", "ask", by="ann", name="主页"))
    assert len(cases_of(world, "selfish")) == calls.DEEPEST + 1
    assert [incident.element_id for incident in look_at(world, "selfish", -1).view().incidents] == ["again"]


def test_a_caller_whose_tokens_nobody_can_read_does_not_stop_the_worker(world: World) -> None:
    _, parent = calling(world)
    look_at(world, "checking").complete("核查", by="gus", words="好")
    with world.engine.database.writing.begin() as connection:
        connection.execute(update(instances).where(instances.c.id == parent).values(tokens="{"))
    deployed(world, "scanning", "  - pause: {wait: 1 hour, basis: A-2}\n  - last: {task: 处理, who: {role: centre}, form: opinion}\n")
    world.start("scanning", "ask", by="ann", name="主页").clock.move_to(china("2026-11-02 10:00"))
    assert carry(world).open_titles() == ["处理"]


LISTENS = """\
  - watch: {{task: 盯防, who: {{role: centre}}, form: opinion}}
on:
  - {{id: changed, entry: systems, when: '{when}', do: [{{look: {{task: 查看, who: {{role: office}}, form: opinion}}}}]}}
"""


def test_one_who_cannot_answer_keeps_a_change_from_nobody_else(world: World, tmp_path: Path) -> None:
    deployed(world, "odd", LISTENS.format(when=f"count({HEAVY[1:]}) > 1")).start("odd", "ask", by="ann", name="一")
    deployed(world, "even", LISTENS.format(when='state = "异常"')).start("even", "ask", by="ann", name="二")
    with world.engine.begin(world.actor("caseop")) as unit:
        registers.import_entry(unit, register="systems", key="主页", values={"name": "主页", "state": "异常"})
    assert world.open_titles() == ["查看", "盯防"]
    assert [incident.element_id for incident in look_at(world, "odd").view().incidents] == ["changed"]
    assert is_proven(world, tmp_path)


FALTERING = """\
  - both:
      fork:
        one:
          - shout: {raise: {signal: all_clear}, with: {why: '%s'}}
        two:
          - last: {task: 收尾, who: {role: centre}, form: opinion}
on:
  - {id: cleared, signal: all_clear, interrupting: false, do: [{noted: {set: {heard: '=(if heard = null then 0 else heard) + 1'}}}]}
  - request: mend
    title: 补正
    who: {role: office}
    form: request
    repeat: true
    do:
      - mended: {set: {size: 1}}
"""


def test_a_signal_whose_values_fail_reaches_the_own_catches_once_when_it_is_mended(world: World, tmp_path: Path) -> None:
    costly = "=if size = null then count(for i in 1..100000 return for j in 1..1000 return i + j) else size"
    begun(world, "faltering", FALTERING % costly)
    assert [incident.element_id for incident in world.view().incidents] == ["shout"]
    assert "heard" not in world.view().variables
    world.request("mend", by="gus", name="小")
    assert (world.view().variables["heard"], world.view().incidents) == (1, ())
    assert is_proven(carry(world), tmp_path)
