"""更正: a wrong answer proposed by one, confirmed by another; what was set from it and every limit follow, and both stand in the trace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from engine.errors import NotAllowed, NotFound, Rejected, SubmissionInvalid, WrongState
from engine.store.case_tables import corrections as correction_rows
from engine.verbs import corrections, people
from tests.engine.verbs.cases import carry
from tests.engine.verbs.constructs import QUORUM, begun, is_proven, timers_of
from tests.engine.verbs.small import begin_filing, begin_limits, types_of
from tests.engine.verbs.test_migrations import changed, migrate
from tests.engine.verbs.test_operations import sentences
from tests.world import World


def propose(world: World, step_id: str, field: str, typed: str, *, by: str, key: str = "") -> str:
    """The id of the correction."""
    with world.engine.begin(world.actor(by)) as unit:
        corrections.propose(unit, instance_id=world.last, step_id=step_id, field=field, typed=typed, reason="登记时看错",
                            key=key or uuid4().hex)
    with world.engine.database.reading.connect() as connection:
        return str(connection.execute(select(correction_rows.c.id).where(
            correction_rows.c.instance_id == world.last, correction_rows.c.status == "proposed")).scalar_one())


def confirm(world: World, correction_id: str, *, by: str = "caseop") -> World:
    with world.engine.begin(world.actor(by)) as unit:
        corrections.confirm(unit, correction_id=correction_id, remark="已核对值班记录", key=uuid4().hex)
    return carry(world)


def decline(world: World, correction_id: str, *, by: str = "caseop") -> World:
    with world.engine.begin(world.actor(by)) as unit:
        corrections.decline(unit, correction_id=correction_id, remark="原件如此", key=uuid4().hex)
    return world


TWO = """\
  - first: {task: 甲, who: {role: centre}, form: opinion}
  - second: {task: 乙, who: {role: office}, form: opinion}
"""


def second_operator(world: World) -> str:
    with world.engine.begin(world.actor("padm")) as unit:
        world.ids = {**world.ids, "op2": people.add_person(unit, login="op2", name="副", unit_id="centre")}
        people.hold_post(unit, person_id=world.ids["op2"], role="case_operator", unit_id="")
    return "op2"


def late(world: World) -> World:
    """An event found at nine, as it was typed."""
    return begin_limits(world, found_at="2026-11-02T09:00")


def test_a_corrected_moment_moves_the_limits_and_the_trace_shows_both(world: World, tmp_path: Path) -> None:
    late(world)
    correction = propose(world, "event", "found_at", "2026-11-02T08:40", by="ann")
    assert world.stage_dues("first_report") == ["2026-11-02 09:30:00", "2026-11-02 10:00:00"]
    confirm(world, correction)
    assert world.stage_dues("first_report") == ["2026-11-02 09:10:00", "2026-11-02 09:40:00"]
    entry = next(entry for entry in world.trace() if entry.type == "CorrectionConfirmed")
    assert entry.changes[0][1:] == ("2026-11-02 09:00:00", "2026-11-02 08:40:00")
    assert "2026-11-02 09:30:00、2026-11-02 10:00:00 → 2026-11-02 09:10:00、2026-11-02 09:40:00" in entry.sentence.zh
    assert "提出更正“登记”，待另一人确认：登记时看错" in sentences(world)
    world.at("2026-11-02 09:11")
    assert world.deadline("first_report").proposed == "迟报"
    assert is_proven(world, tmp_path)


def test_what_a_step_set_from_the_wrong_answer_follows_it(world: World, tmp_path: Path) -> None:
    late(world).complete("报告", by="eve", name="x", found_at="2026-11-02T09:50")
    assert world.deadline("first_report").proposed == "迟报"
    confirm(world, propose(world, "report", "found_at", "2026-11-02T09:20", by="eve"))
    deadline = world.deadline("first_report")
    assert (deadline.status, deadline.proposed) == ("met", "按时")
    assert world.view().variables["told_at"] == world.view().variables["report"]["found_at"]
    assert is_proven(world, tmp_path)


def test_the_sheet_stays_as_it_was_sent(world: World) -> None:
    late(world)
    confirm(world, propose(world, "event", "found_at", "2026-11-02T08:40", by="ann"))
    sent, = (row for row in world.view().submissions if row.step_id == "event")
    assert sent.answers["found_at"] != world.view().variables["event"]["found_at"]


def test_conditions_that_read_the_answer_are_asked_again(world: World, tmp_path: Path) -> None:
    steps = """\
  - first: {task: 甲, who: {role: centre}, form: request}
  - second:
      task: 乙
      who: {role: office}
      form: opinion
      on: [{condition: '=first.name = "急"', id: urgent, then: third}]
  - third: {task: 丙, who: {role: centre}, form: opinion}
"""
    begun(world, "asked", steps).complete("甲", by="eve", name="缓")
    assert confirm(world, propose(world, "first", "name", "急", by="eve")).open_titles() == ["丙"]
    assert is_proven(world, tmp_path)


def test_nobody_confirms_what_he_proposed_nor_a_case_he_takes_part_in(world: World) -> None:
    late(world)
    correction = propose(world, "event", "found_at", "2026-11-02T08:40", by="caseop")
    for login in ("caseop", "ann", "gus"):
        with pytest.raises(NotAllowed):
            confirm(world, correction, by=login)
    confirm(world, correction, by=second_operator(world))
    assert types_of(world).count("CorrectionConfirmed") == 1
    with pytest.raises(WrongState, match="已经处理"):
        decline(world, correction)


@pytest.mark.parametrize(("login", "error"), [("eve", NotAllowed), ("zoe", NotFound), ("padm", NotFound)])
def test_only_who_gave_the_answer_or_an_operator_proposes(world: World, login: str, error: type[Rejected]) -> None:
    with pytest.raises(error):
        propose(late(world), "event", "found_at", "2026-11-02T08:40", by=login)


@pytest.mark.parametrize(("field", "typed", "error", "said"), [
    ("found_at", "昨天", SubmissionInvalid, "发现时间"), ("name", "", SubmissionInvalid, "请填写名称"),
    ("found_at", "2026-11-02T09:00", WrongState, "和原来一样"), ("proof", "x", WrongState, "不能更正"),
    ("actor", "x", NotFound, ""), ("nothing", "x", NotFound, ""),
])
def test_what_makes_no_correction_is_refused(world: World, field: str, typed: str, error: type[Rejected], said: str) -> None:
    late(world)
    with pytest.raises(error, match=said):
        propose(world, "event", field, typed, by="ann")
    assert "CorrectionProposed" not in types_of(world)


def test_a_declined_correction_changes_nothing_and_another_may_be_proposed(world: World, tmp_path: Path) -> None:
    late(world)
    before = world.view().variables
    decline(world, propose(world, "event", "found_at", "2026-11-02T08:40", by="ann"))
    assert (world.view().variables, "不更正“登记”：原件如此" in sentences(world)) == (before, True)
    first = propose(world, "event", "found_at", "2026-11-02T08:50", by="ann")
    with pytest.raises(WrongState, match="待确认"):
        propose(world, "event", "found_at", "2026-11-02T08:55", by="ann")
    assert confirm(world, first).stage_dues("first_report")[0] == "2026-11-02 09:20:00"
    assert is_proven(world, tmp_path)


def test_an_answer_that_was_given_anew_meanwhile_is_not_overwritten(world: World) -> None:
    begin_filing(world)
    correction = propose(world, "ask", "name", "新名", by="ann")
    world.complete("审核", by="bob", action="return", comment="改名").complete("申请", by="ann", name="第三名")
    with pytest.raises(WrongState, match="已经改过"):
        confirm(world, correction)
    assert world.view().variables["ask"]["name"] == "第三名"


def test_an_answer_within_one_item_of_a_loop_is_not_corrected(world: World) -> None:
    begun(world, "voting", QUORUM).complete("表决（A）", by="bob", name="一", secret="是")
    with pytest.raises(NotFound):
        propose(world, "ballot", "name", "二", by="bob")


def test_stage_timers_of_a_corrected_base_are_set_anew_and_none_is_left_over(world: World) -> None:
    late(world)
    before = timers_of(world).count("stage")
    confirm(world, propose(world, "event", "found_at", "2026-11-02T08:50", by="ann"))
    assert timers_of(world).count("stage") == before


def test_the_same_form_sent_twice_proposes_once(world: World) -> None:
    late(world)
    first, second = (propose(world, "event", "name", "新名", by="ann", key="k" * 16) for _ in range(2))
    assert first == second
    assert types_of(world).count("CorrectionProposed") == 1


@pytest.mark.parametrize("decide", [confirm, decline])
def test_a_correction_goes_along_when_its_step_is_called_otherwise(world: World, decide: Callable[..., World], tmp_path: Path) -> None:
    begun(world, "two", TWO).complete("甲", by="eve", words="写错了")
    correction = propose(world, "first", "words", "写对了", by="eve")
    changed(world, ("first:", "begin:"), steps=TWO, process="two")
    decide(migrate(world, {"first": "begin"}, process="two"), correction)
    assert world.view().variables["begin"]["words"] == ("写对了" if decide is confirm else "写错了")
    assert is_proven(world, tmp_path)


def test_a_correction_of_a_step_that_is_gone_is_declined(world: World) -> None:
    begun(world, "two", TWO).complete("甲", by="eve", words="写错了")
    correction = propose(world, "first", "words", "写对了", by="eve")
    changed(world, ("first:", "begin:"), steps=TWO, process="two")
    decline(migrate(world, process="two"), correction)
    assert types_of(world)[-1] == "CorrectionDeclined"
