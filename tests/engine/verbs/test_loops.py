"""`for`: one task per item in the right inboxes, local answers, results afterwards, an early end."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from engine.errors import NotAllowed
from engine.verbs import drafts, incidents, tasks
from engine.views import tasks as task_views
from tests.engine.verbs.constructs import QUORUM, begun, is_proven, timers_of
from tests.engine.verbs.small import types_of
from tests.world import World

ALL_SIGN = """\
  - gather:
      for: {each: unit, in: '=["A", "B"]', at: n}
      do:
        - sign:
            task: 会签
            who: {role: unit_head, unit: =unit}
            widen: {after: 10 minutes, to: {role: unit_deputy, unit: =unit}, basis: A-2}
            form: opinion
            due: {within: 1 hour, basis: A-2, remind: 50%, overdue: {notify: {role: unit_deputy, unit: =unit}}}
        - check:
            task: 复核
            who: {any: [{role: unit_head, unit: =unit}, {role: office}]}
            not: =sign.actor
            form: opinion
            actions: [complete, {return: sign}]
            set: {last: =unit + check.words}
  - judge:
      task: 汇总
      who: {role: office}
      form: opinion
      set: {said: '=for r in gather.results return r.unit + string(r.n) + r.sign.words + r.check.words', many: =gather.completed}
deadlines:
  all_signed:
    title: 会签
    bases: {asked: =ask.completed_at}
    met_at: =max(for r in gather.results return r.sign.completed_at)
    stages: [{within: 3 working days, otherwise: 超期, basis: A-2}]
"""
COLLECTED = """\
  - gather:
      for: {each: unit, in: '=["A", "B", "A"]'}
      collect: {words: =said, signers: =sign.actor.name}
      until: count(words[item != null]) >= 2
      do:
        - sign: {task: 会签, who: {role: unit_head, unit: =unit}, form: opinion, set: {said: =unit + sign.words}}
  - judge: {task: 汇总, who: {role: office}, form: opinion, set: {last: =words}}
"""
ONE_BY_ONE = """\
  - row:
      for: {each: unit, in: '=["A", "B"]'}
      one_by_one: true
      do:
        - sign: {task: 会签, who: {role: unit_head, unit: =unit}, form: opinion}
"""
ENDS = """\
  - gather:
      for: {each: unit, in: '=["A", "B"]'}
      do:
        - sign: {task: 会签, who: {role: unit_head, unit: =unit}, form: opinion, end: 已签}
  - judge: {task: 汇总, who: {role: office}, form: opinion}
"""
NESTED = """\
  - outer:
      for: {each: unit, in: '=["A", "B"]'}
      do:
        - inner:
            for: {each: part, in: '=[1, 2]'}
            do:
              - sign: {task: 会签, who: {role: unit_head, unit: =unit}, form: opinion, set: {seen: '=unit + string(part)'}}
        - sum: {task: 小结, who: {role: office}, form: opinion, require: [{that: inner.count = 2, else: 没有两份, basis: A-1}]}
  - judge:
      task: 汇总
      who: {role: office}
      form: opinion
      set: {said: '=for o in outer.results return for i in o.inner.results return i.sign.words'}
"""


def test_each_item_has_its_task_in_its_own_inbox(world: World) -> None:
    begun(world, "gathering", ALL_SIGN)
    assert world.titles_for("bob") == ["会签（A）"]
    assert world.titles_for("zoe") == ["会签（B）"]
    world.complete("会签（A）", by="bob", words="甲")
    assert world.open_titles() == ["会签（B）", "复核（A）"]
    told = [entry.sentence.zh for entry in world.trace()]
    assert "办理完成“会签（A）”" in told
    assert any(text.startswith("任务“复核（A）”送达") for text in told)


def test_answers_stay_in_their_item_and_the_results_come_in_the_order_of_the_list(world: World, tmp_path: Path) -> None:
    begun(world, "gathering", ALL_SIGN)
    world.complete("会签（B）", by="zoe", words="乙").complete("会签（A）", by="bob", words="甲")
    assert world.deadline("all_signed").status == "running"
    world.at("2026-11-02 09:20").complete("复核（B）", by="gus", words="？").complete("复核（A）", by="hal", words="！")
    assert not {"sign", "check", "unit", "n"} & set(world.view().variables)
    assert (world.view().variables["last"], world.deadline("all_signed").status) == ("A！", "met")
    world.complete("汇总", by="gus")
    assert world.view().variables["said"] == ["A1甲！", "B2乙？"]
    assert world.view().variables["many"] == 2
    assert world.view().head.status == "ended"
    assert is_proven(world, tmp_path)


def test_what_items_give_is_collected_into_lists_in_the_order_of_the_items(world: World, tmp_path: Path) -> None:
    begun(world, "gathering", COLLECTED).complete("会签（B）", by="zoe", words="乙")
    assert not {"words", "signers", "said"} & set(world.view().variables), "nothing leaves the loop before its end"
    first = next(task.id for task in world.view().open_tasks if task.title == "会签（A）")
    with world.engine.begin(world.actor("bob")) as unit:
        tasks.complete(unit, task_id=first, typed={"words": ["甲"]}, key=uuid4().hex)
    variables = world.view().variables
    assert (variables["words"], "said" in variables) == (["A甲", "B乙", None], False)
    assert variables["signers"] == ["包", "周", None]
    assert world.complete("汇总", by="gus").view().variables["last"] == ["A甲", "B乙", None]
    assert is_proven(world, tmp_path)


def test_an_end_within_an_item_is_no_outcome_of_the_case(world: World) -> None:
    begun(world, "gathering", ENDS).complete("会签（A）", by="bob", words="甲")
    assert world.view().head.outcome is None
    world.complete("会签（B）", by="zoe", words="乙").complete("汇总", by="gus")
    assert (world.view().head.status, world.view().head.outcome) == ("ended", None)


def test_items_stand_in_the_order_of_the_list_and_what_they_write_is_named(world: World) -> None:
    many = ENDS.replace('["A", "B"]', "for n in 1..12 return n").replace("{role: unit_head, unit: =unit}", "{role: centre}")
    begun(world, "gathering", many.replace("do:\n", "do:\n        - noted: {set: {seen: =unit}}\n", 1))
    assert [task.title for task in world.view().open_tasks] == [f"会签（{n}）" for n in range(1, 13)]
    written = [(entry.labels[name], new) for entry in world.trace() for name, _, new in entry.changes if name == "seen"]
    assert written[:2] == [("seen", "1"), ("seen", "2")]


def test_separation_of_duty_sees_the_answers_of_its_own_item(world: World) -> None:
    begun(world, "gathering", ALL_SIGN).complete("会签（A）", by="bob", words="甲")
    with pytest.raises(NotAllowed):
        world.complete("复核（A）", by="bob", words="自己")
    world.complete("会签（B）", by="zoe", words="乙")
    assert sorted(world.titles_for("gus")) == ["复核（A）", "复核（B）"]
    assert "复核（B）" not in world.titles_for("zoe")
    assert world.titles_for("bob") == []


def test_a_return_within_an_item_comes_back_to_its_own_step_only(world: World) -> None:
    begun(world, "gathering", ALL_SIGN)
    world.complete("会签（A）", by="bob", words="甲").complete("会签（B）", by="zoe", words="乙")
    world.complete("复核（A）", by="gus", action="return", marked=["words"], comment="请写清楚")
    assert world.open_titles() == ["会签（A）", "复核（B）"]
    with world.engine.read(world.actor("bob")) as read:
        view = task_views.get_task(read, world.task_id("会签（A）"))
    assert (view.visit, view.marked, view.returned_comment) == (2, ("words",), "请写清楚")
    assert view.variables["sign"]["words"] == "甲"
    world.complete("会签（A）", by="bob", words="甲甲").complete("复核（A）", by="gus", words="好")
    world.complete("复核（B）", by="gus", words="好").complete("汇总", by="hal")
    assert world.view().variables["said"] == ["A1甲甲好", "B2乙好"]


def test_a_task_shows_what_happened_before_and_in_its_own_item_only(world: World) -> None:
    begun(world, "gathering", ALL_SIGN)
    world.complete("会签（A）", by="bob", words="甲").complete("会签（B）", by="zoe", words="乙")
    with world.engine.read(world.actor("gus")) as read:
        view = task_views.get_task(read, world.task_id("复核（A）"))
    assert view.variables["unit"] == "A"
    case = world.view()
    shown = [row.title for row in case.submissions if row.loop_id not in view.aside]
    assert sorted(shown) == ["会签（A）", "申请"]
    world.complete("复核（A）", by="gus").complete("复核（B）", by="gus")
    with world.engine.read(world.actor("gus")) as read:
        assert task_views.get_task(read, world.task_id("汇总")).aside == frozenset()


def test_drafts_clocks_and_widening_belong_to_one_item(world: World) -> None:
    begun(world, "gathering", ALL_SIGN)
    ids = {title: world.task_id(title) for title in world.open_titles()}
    with world.engine.begin(world.actor("bob")) as unit:
        drafts.save(unit, place=drafts.task_place(ids["会签（A）"]), typed={"words": ["草稿"]})
    with world.engine.read(world.actor("bob")) as read:
        assert task_views.get_task(read, ids["会签（A）"]).draft == {"words": ["草稿"]}
        assert task_views.get_task(read, ids["会签（B）"]).draft is None
    assert sorted(timers_of(world)) == sorted(["overdue", "remind", "widen"] * 2 + ["stage"])
    world.complete("会签（B）", by="zoe").at("2026-11-02 10:30")
    assert world.titles_for("dan") == ["会签（A）"]
    assert [entry.sentence.zh for entry in world.trace() if entry.type == "TaskOverdue"] == [
        "“会签（A）”已逾期，时限 2026-11-02 10:00:00"]


def test_enough_votes_end_the_loop_and_take_the_others_away(world: World, tmp_path: Path) -> None:
    begun(world, "voting", QUORUM)
    world.complete("表决（A）", by="bob", name="a", secret="否")
    world.complete("表决（B）", by="zoe", name="b", secret="是")
    assert world.open_titles() == ["表决（centre）"]
    world.complete("表决（centre）", by="eve", name="c", secret="是")
    assert world.open_titles() == ["汇总"]

    begun(world, "voting", QUORUM)
    world.complete("表决（B）", by="zoe", name="b", secret="是").complete("表决（A）", by="bob", name="a", secret="是")
    assert world.open_titles() == ["汇总"]
    assert [entry.sentence.zh for entry in world.trace() if entry.type == "TaskCancelled"] == [
        "任务“表决（centre）”取消：流程已不再需要此任务"]
    assert world.titles_for("eve") == []
    world.complete("汇总", by="gus")
    assert (world.view().variables["yes"], world.view().variables["all"]) == (2, 3)
    assert is_proven(world, tmp_path)


def test_one_by_one_opens_the_next_when_the_one_before_is_done(world: World) -> None:
    begun(world, "in_a_row", ONE_BY_ONE)
    assert world.open_titles() == ["会签（A）"]
    world.complete("会签（A）", by="bob")
    assert world.open_titles() == ["会签（B）"]
    world.complete("会签（B）", by="zoe")
    assert world.view().head.status == "ended"


def test_loops_stand_in_loops(world: World, tmp_path: Path) -> None:
    begun(world, "nested", NESTED)
    assert world.open_titles() == ["会签（A / 1）", "会签（A / 2）", "会签（B / 1）", "会签（B / 2）"]
    for title, login, words in (("会签（B / 2）", "zoe", "b2"), ("会签（A / 1）", "bob", "a1"), ("会签（B / 1）", "zoe", "b1")):
        world.complete(title, by=login, words=words)
    assert world.view().variables["seen"] == "B1"
    assert world.open_titles() == ["会签（A / 2）", "小结（B）"]
    world.complete("会签（A / 2）", by="bob", words="a2").complete("小结（A）", by="gus").complete("小结（B）", by="gus")
    world.complete("汇总", by="gus")
    assert world.view().variables["said"] == [["a1", "a2"], ["b1", "b2"]]
    assert is_proven(world, tmp_path)


def test_an_empty_list_is_passed_and_no_list_stops_the_case(world: World) -> None:
    begun(world, "empty", ONE_BY_ONE.replace('=["A", "B"]', "=[]"))
    assert world.view().head.status == "ended"
    assert world.view().variables["row"] == {"results": [], "count": 0, "completed": 0}
    begun(world, "broken", ONE_BY_ONE.replace('=["A", "B"]', '=if entry("systems", "none") = null then ask.secret else []'))
    assert [incident.element_id for incident in world.view().incidents] == ["row"]
    with world.engine.begin(world.actor("caseop")) as unit:
        incidents.retry(unit, incident_id=world.view().incidents[0].id)
    assert world.view().head.status == "running"
    assert types_of(world).count("IncidentRaised") == 1
