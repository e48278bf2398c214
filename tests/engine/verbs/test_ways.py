"""Groups, branches, waiting and what may come between: every event that one case can meet by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import NotFound, WrongState
from engine.verbs import incidents
from engine.views import instances as views
from tests.engine.verbs.constructs import begun, is_proven, timers_of
from tests.engine.verbs.small import types_of
from tests.world import World

GROUP = """\
  - both:
      do:
        - draft: {task: 起草, who: {role: centre}, form: opinion}
        - check: {task: 核对, who: {role: office}, form: opinion}
      on:
        - {id: dropped, condition: '=ask.secret = "是" or told.words = "停"', title: 不办, then: refused}
        - request: told
          title: 补充
          who: {role: centre}
          form: opinion
          repeat: true
          do:
            - read: {task: 阅知, who: {role: centre}, form: opinion}
  - done: {end: 办结}
  - refused: {end: 不办}
"""
IN_A_LOOP = """\
  - each:
      for: {each: unit, in: '=["A", "B"]'}
      do:
        - part:
            do:
              - sign: {task: 会签, who: {role: unit_head, unit: =unit}, form: opinion}
            on:
              - request: skip
                title: 弃权
                who: {role: unit_head, unit: =unit}
                form: opinion
                interrupting: true
                do:
                  - skipped: {set: {last: =unit + skip.words}}
  - done: {end: 办结}
"""
CHOSEN = """\
  - ways:
      fork:
        always:
          - one: {task: 甲, who: {role: centre}, form: opinion}
        secret:
          when: ask.secret = "是"
          do:
            - two: {task: 乙, who: {role: office}, form: opinion}
  - last: {task: 丙, who: {role: office}, form: opinion}
"""
RACE = """\
  - ways:
      fork:
        first:
          - one: {task: 甲, who: {role: centre}, form: opinion}
        second:
          - two: {task: 乙, who: {role: office}, form: opinion}
        third:
          - three: {task: 丙, who: {role: office}, form: opinion}
      join: JOIN
  - last: {task: 丁, who: {role: office}, form: opinion}
"""
WAITS = """\
  - pause: {wait: 2 hours, basis: A-2}
  - moment: {wait: =ask.found_at}
  - state: {wait: {until: go = true}}
  - last: {task: 丁, who: {role: office}, form: opinion}
on:
  - request: grade
    title: 放行
    who: {role: office}
    form: request
    repeat: true
    do:
      - graded: {set: {go: '=grade.secret = "否"'}}
"""
LISTENS = """\
  - first:
      listen:
        - {id: late, timer: 2 hours, basis: A-2, then: given_up}
        - {id: true_now, condition: go = true, then: went}
        - {id: called_off, signal: all_clear, then: given_up}
  - went: {end: 放行}
  - given_up: {end: 放弃}
on:
  - request: grade
    title: 放行
    who: {role: office}
    form: request
    repeat: true
    do:
      - graded: {set: {go: '=grade.secret = "否"'}}
      - clear: {switch: [{when: 'grade.name = "解除"', then: raised}, {then: end}]}
      - raised: {raise: {signal: all_clear}}
"""
BOUNDARIES = """\
  - work:
      task: 处置
      who: {role: centre}
      form: request
      on:
        - {id: nag, timer: 1 hour, basis: A-2, repeat: true, do: [{told: {notify: {to: {role: centre}, text: 请抓紧}}}]}
        - {id: at_moment, timer: =ask.found_at, interrupting: false, do: [{look: {task: 查看, who: {role: office}, form: opinion}}]}
        - {id: too_late, timer: 4 hours, basis: A-2, do: [{take: {task: 接管, who: {role: office}, form: opinion}}]}
  - last: {end: 办结}
"""
ERRORS = """\
  - part:
      do:
        - work: {task: 处置, who: {role: centre}, form: request}
        - judge: {switch: [{when: 'work.secret = "是"', then: fail}, {when: 'work.secret = "否"', then: tell}, {then: end}]}
        - tell: {raise: {escalation: look_here}, then: end}
        - fail: {raise: {error: not_ours}}
      on:
        - {id: failed, error: not_ours, then: office_does}
        - {id: seen, escalation: look_here, interrupting: false, do: [{watch: {task: 关注, who: {role: office}, form: opinion}}]}
  - done: {end: 办结}
  - office_does: {task: 转办, who: {role: office}, form: opinion}
"""
TABLE = """\
  - level:
      decide:
        inputs: {name: {from: =ask.name, label: 名称, type: text, allowed: [主页, 备用]}}
        outputs: {level: {label: 级别, type: text}}
        rules:
          - {when: {name: 主页}, then: 高, note: 主页从严, basis: A-3}
          - {when: {name: 备用}, then: 低}
      set: {graded: ="级别" + level}
  - last: {task: 丁, who: {role: office}, form: opinion}
on:
  - request: mend
    title: 补正
    who: {role: office}
    form: request
    do:
      - mended: {set: {x: 1}}
"""


def test_a_group_is_left_by_its_event_and_its_requests_are_made_while_it_runs(world: World, tmp_path: Path) -> None:
    begun(world, "grouped", GROUP)
    assert world.open_titles() == ["起草"]
    offer, = world.view(by="eve").requests_offered
    assert (offer.title, offer.id.partition("@")[0]) == ("补充", "told")
    world.request(offer.id, by="eve", words="先这样")
    assert world.open_titles() == ["起草", "阅知"]
    world.complete("起草", by="eve")
    assert world.open_titles() == ["核对", "阅知"]
    world.request(offer.id, by="eve", words="停")
    assert (world.view().head.status, world.view().head.outcome) == ("ended", "不办")
    with pytest.raises(WrongState):
        world.request(offer.id, by="eve", words="晚了")
    assert is_proven(world, tmp_path)


def test_a_request_of_a_group_in_a_loop_is_for_its_item(world: World, tmp_path: Path) -> None:
    begun(world, "group_in_loop", IN_A_LOOP)
    offer, = world.view(by="zoe").requests_offered
    assert offer.title == "弃权（B）"
    with world.engine.read(world.actor("zoe")) as read:
        assert views.request_view(read, world.last, offer.id).variables["unit"] == "B"
    with world.engine.read(world.actor("bob")) as read, pytest.raises(NotFound):
        views.request_view(read, world.last, offer.id)
    world.request(offer.id, by="zoe", words="不参加")
    assert world.open_titles() == ["会签（A）"]
    assert world.view().variables["last"] == "B不参加"
    world.complete("会签（A）", by="bob")
    assert world.view().head.outcome == "办结"
    assert is_proven(world, tmp_path)


def test_a_branch_with_a_condition_is_gone_only_when_it_holds(world: World) -> None:
    begun(world, "chosen", CHOSEN, secret="否").complete("甲", by="eve")
    assert world.open_titles() == ["丙"]
    begun(world, "chosen", CHOSEN, secret="是").complete("甲", by="eve")
    assert world.open_titles() == ["乙"]
    world.complete("乙", by="gus")
    assert world.open_titles() == ["丙"]


@pytest.mark.parametrize("join", ["any", "2"])
def test_enough_branches_take_the_others_away(world: World, tmp_path: Path, join: str) -> None:
    begun(world, f"race_{join}", RACE.replace("JOIN", join)).complete("乙", by="gus")
    if join == "2":
        assert world.open_titles() == ["丙", "甲"]
        world.complete("丙", by="gus")
    assert world.open_titles() == ["丁"]
    assert types_of(world).count("TaskCancelled") == (2 if join == "any" else 1)
    assert is_proven(world, tmp_path)


def test_a_case_waits_for_a_limit_a_moment_and_a_condition(world: World, tmp_path: Path) -> None:
    begun(world, "waits", WAITS, found_at="2026-11-02T15:00")
    assert world.open_titles() == []
    assert world.view().lit == ("pause",)
    world.at("2026-11-02 11:00")
    assert world.view().lit == ("moment",)
    world.at("2026-11-02 15:00")
    assert world.view().lit == ("state",)
    world.request("grade", by="gus", name="x", secret="是").request("grade", by="gus", name="x", secret="否")
    assert world.open_titles() == ["丁"]
    assert timers_of(world) == []
    assert is_proven(world, tmp_path)


def test_a_moment_that_nobody_knows_stops_the_case_until_it_is_known(world: World) -> None:
    begun(world, "waits", WAITS).at("2026-11-02 11:00")
    assert [incident.element_id for incident in world.view().incidents] == ["moment"]
    with world.engine.begin(world.actor("caseop")) as unit:
        incidents.retry(unit, incident_id=world.view().incidents[0].id)
    assert [incident.element_id for incident in world.view().incidents] == ["moment"]


@pytest.mark.parametrize("name, outcome", [("", "放弃"), ("放行", "放行"), ("解除", "放弃")])
def test_the_first_of_several_events_is_the_way_that_is_gone(world: World, tmp_path: Path, name: str, outcome: str) -> None:
    begun(world, "listens", LISTENS)
    if name:
        world.request("grade", by="gus", name=name, secret="否" if name == "放行" else "是")
    world.at("2026-11-02 12:00")
    assert (world.view().head.status, world.view().head.outcome) == ("ended", outcome)
    assert timers_of(world) == []
    assert is_proven(world, tmp_path)


def test_events_at_an_activity_repeat_come_at_a_moment_or_take_it_away(world: World, tmp_path: Path) -> None:
    begun(world, "boundaries", BOUNDARIES, found_at="2026-11-02T11:30")
    world.at("2026-11-02 11:00")
    assert types_of(world).count("Notified") == 2
    assert world.open_titles() == ["处置"]
    world.at("2026-11-02 12:59")
    assert sorted(world.open_titles()) == ["处置", "查看"]
    world.at("2026-11-02 13:00")
    assert sorted(world.open_titles()) == ["接管", "查看"]
    assert types_of(world).count("Notified") in (3, 4)
    world.at("2026-11-03 13:00").complete("接管", by="gus")
    assert (world.open_titles(), world.view().head.status) == (["查看"], "running")
    world.complete("查看", by="gus")
    assert world.view().head.outcome == "办结"
    assert is_proven(world, tmp_path)


def test_errors_and_escalations_are_caught_by_the_group_around(world: World, tmp_path: Path) -> None:
    begun(world, "errors", ERRORS).complete("处置", by="eve", name="x", secret="是")
    assert world.open_titles() == ["转办"]
    begun(world, "errors", ERRORS).complete("处置", by="eve", name="x", secret="否")
    assert (world.open_titles(), world.view().head.status) == (["关注"], "running")
    world.complete("关注", by="gus")
    assert world.view().head.status == "ended"
    assert is_proven(world, tmp_path)


def test_a_table_decides_and_its_rules_stand_in_the_trace(world: World, tmp_path: Path) -> None:
    begun(world, "tabled", TABLE)
    assert (world.view().variables["level"], world.view().variables["graded"]) == ("高", "级别高")
    entry = next(entry for entry in world.trace() if entry.type == "DecisionMade")
    assert "第 1 条（主页从严）" in entry.sentence.zh
    assert entry.clauses == ("A-1", "A-3")
    assert ("level", "高") in [(name, new) for name, _, new in entry.changes]
    assert is_proven(world, tmp_path)


def test_a_table_that_has_no_answer_stops_the_case(world: World) -> None:
    begun(world, "tabled", TABLE, name="其他")
    incident, = world.view().incidents
    assert incident.element_id == "level"
    assert "名称" in incident.zh
    assert "level" not in world.view().variables
    assert "DecisionMade" not in types_of(world)
