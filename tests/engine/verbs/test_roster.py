"""The duty roster: whoever is on duty does it, the next shift takes over what nobody claimed, an empty night stops and goes on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from engine.actors import AUDITOR, SYSTEM
from engine.errors import NotAllowed, NotFound, Sentence, SubmissionInvalid, WrongState
from engine.store.queries.audit import search_trace
from engine.store.queries.notices import unread
from engine.verbs import incidents, people, roster, tasks
from engine.views import roster as roster_view
from engine.views import tasks as task_views
from tests.engine.verbs.constructs import begun, deployed, is_proven
from tests.engine.verbs.small import broken_chains, types_of
from tests.world import World, china

NIGHT = "  - watch: {task: 值守处理, who: {on_duty: centre}, form: opinion, notify: {to: {on_duty: centre}, text: 已处理}}\n"
NAMED = "  - watch: {task: 值守处理, who: {on_duty: unit_head, unit: =ask.actor.unit}, form: opinion}\n"


@pytest.fixture
def world(world: World) -> World:
    """A second after the college was made: system records of one moment stand in no order between their streams."""
    return world.at("2026-11-02 09:00:01")


def shift(world: World, login: str, since: str, until: str, *, role: str = "centre", unit_id: str = "", by: str = "padm") -> str:
    """A shift on the second of November, from one o'clock of the clock to another."""
    with world.engine.begin(world.actor(by)) as unit:
        return roster.set_shift(unit, role=role, unit_id=unit_id, person_id=world.ids[login],
                                since=china(f"2026-11-02 {since}"), until=china(f"2026-11-02 {until}"))


def withdraw(world: World, shift_id: str, *, by: str = "padm") -> None:
    with world.engine.begin(world.actor(by)) as unit:
        roster.withdraw_shift(unit, shift_id=shift_id)


def claim(world: World, *, by: str, task_id: str = "") -> None:
    with world.engine.begin(world.actor(by)) as unit:
        tasks.claim(unit, task_id=task_id or world.task_id("值守处理"))


def release(world: World, *, by: str) -> None:
    with world.engine.begin(world.actor(by)) as unit:
        tasks.release(unit, task_id=world.task_id("值守处理"))


def look(world: World, login: str) -> task_views.TaskView:
    with world.engine.read(world.actor(login)) as read:
        return task_views.get_task(read, world.task_id("值守处理"))


def told(world: World, login: str) -> list[str]:
    with world.engine.read(world.actor(login)) as read:
        return [row.text.zh for row in unread(read)]


def watched(world: World, steps: str = NIGHT) -> World:
    """Ada is on duty until ten, then Bob; a case waits for whoever is on duty."""
    shift(world, "ada", "08:00", "10:00")
    shift(world, "bob", "10:00", "18:00")
    return begun(world, "watched", steps)


def test_of_many_who_set_or_withdraw_the_same_shift_at_once_one_does(world: World) -> None:
    for login in ("ann", "zoe", "gus"):
        world.engine.carry_out(SYSTEM, lambda unit, login=login: people.hold_post(
            unit, person_id=world.ids[login], role="platform_admin"))

    def outcome(act: Callable[[str], object], by: str) -> str:
        try:
            act(by)
        except (SubmissionInvalid, WrongState, NotFound) as error:
            return type(error).__name__
        return "done"

    def all_at_once(act: Callable[[str], object]) -> list[str]:
        gate = Barrier(4)

        def press(by: str) -> str:
            gate.wait()
            return outcome(act, by)
        with ThreadPoolExecutor(4) as many:
            return sorted(many.map(press, ("padm", "ann", "zoe", "gus")))

    for night in range(5):
        set_by = all_at_once(lambda by, night=night: shift(world, "ada", f"1{night}:00", f"1{night}:59", by=by))
        assert set_by == ["SubmissionInvalid"] * 3 + ["done"]
    with world.engine.read(world.actor("padm")) as read:
        shifts = [row.id for row in roster_view.get_roster(read).shifts]
    for shift_id in shifts:
        assert all_at_once(lambda by, shift_id=shift_id: withdraw(world, shift_id, by=by)).count("done") == 1


def test_a_task_is_offered_to_whoever_is_on_duty_and_to_nobody_else_of_the_role(world: World) -> None:
    watched(world)
    assert [world.titles_for(login) for login in ("ada", "bob", "eve", "fay")] == [["值守处理"], [], [], []]
    assert [row.why.zh for row in world.inbox("ada")] == ["因为您现在是中心当班"]
    assert look(world, "ada").why.zh == "您现在是中心当班，这一步由您办理"
    with pytest.raises(NotFound):
        world.complete("值守处理", by="eve")
    world.complete("值守处理", by="ada", words="看过")
    assert world.view().head.status == "ended"
    assert broken_chains(world) == []


def test_the_change_of_shift_hands_an_unclaimed_task_on_at_its_very_moment(world: World) -> None:
    watched(world).at("2026-11-02 09:59:59")
    assert [world.titles_for(login) for login in ("ada", "bob")] == [["值守处理"], []]
    world.at("2026-11-02 10:00")
    assert [world.titles_for(login) for login in ("ada", "bob")] == [[], ["值守处理"]]
    with pytest.raises(NotFound):
        world.complete("值守处理", by="ada")
    world.complete("值守处理", by="bob", words="好")


def test_who_claimed_it_keeps_it_beyond_the_shift(world: World, tmp_path: Path) -> None:
    watched(world)
    claim(world, by="ada")
    world.at("2026-11-02 11:00")
    assert [world.titles_for(login) for login in ("ada", "bob")] == [["值守处理"], []]
    assert [row.why.zh for row in world.inbox("ada")] == ["您已认领"]
    assert (look(world, "ada").may_act, look(world, "ada").why.zh) == (True, "您在中心当班时认领了这一步，仍由您办理")
    with pytest.raises(WrongState, match="艾"):
        world.complete("值守处理", by="bob")
    world.complete("值守处理", by="ada", words="办完")
    assert is_proven(world, tmp_path)


def test_what_the_last_shift_gives_back_is_the_next_one_s(world: World, tmp_path: Path) -> None:
    watched(world)
    claim(world, by="ada")
    world.at("2026-11-02 11:00")
    release(world, by="ada")
    assert [world.titles_for(login) for login in ("ada", "bob")] == [[], ["值守处理"]]
    assert not look(world, "ada").may_act, "who took part still sees the case"
    with pytest.raises(NotAllowed):
        claim(world, by="ada")
    world.complete("值守处理", by="bob", words="好")
    assert is_proven(world, tmp_path)


def test_who_was_on_duty_without_taking_part_sees_the_case_no_more(world: World) -> None:
    watched(world)
    assert look(world, "ada").may_act
    world.at("2026-11-02 11:00")
    with pytest.raises(NotFound):
        look(world, "ada")


def test_two_people_on_duty_are_both_candidates(world: World) -> None:
    watched(world)
    shift(world, "dan", "09:00", "11:00")
    assert [world.titles_for(login) for login in ("ada", "dan")] == [["值守处理"], ["值守处理"]]
    assert look(world, "ada").is_shared
    claim(world, by="dan")
    with pytest.raises(WrongState):
        claim(world, by="ada")


def test_an_empty_moment_stops_the_case_and_says_whose_shift_is_missing_when(world: World, tmp_path: Path) -> None:
    shift(world, "bob", "10:00", "18:00")
    begun(world, "watched", NIGHT)
    incident = world.view().incidents[0]
    assert incident.zh == "没有可办理的人：中心在 2026-11-02 09:00 没有排班，或其人员按职责分离被排除"
    assert "no shift of centre at 2026-11-02 09:00" in incident.en
    with world.engine.begin(world.actor("caseop")) as unit:
        incidents.retry(unit, incident_id=incident.id)
    assert world.open_titles() == []
    shift(world, "ada", "09:00", "10:00")
    with world.engine.begin(world.actor("caseop")) as unit:
        incidents.retry(unit, incident_id=incident.id)
    assert (world.view().incidents, world.titles_for("ada")) == ((), ["值守处理"])
    assert is_proven(world, tmp_path)


def test_a_night_without_a_shift_leaves_the_task_for_the_next_one(world: World) -> None:
    shift(world, "ada", "09:00", "10:00")
    begun(world, "watched", NIGHT).at("2026-11-02 10:30")
    assert [row.id for row in world.view().open_tasks]
    assert [world.titles_for(login) for login in ("ada", "bob")] == [[], []]
    shift(world, "bob", "10:30", "18:00")
    assert world.titles_for("bob") == ["值守处理"]


def test_who_asked_may_not_answer_even_on_duty(world: World) -> None:
    steps = NIGHT.replace("form: opinion,", "not: =ask.actor, form: opinion,", 1)
    shift(world, "ann", "09:00", "18:00")
    begun(world, "watched", steps)
    assert "按职责分离被排除" in world.view().incidents[0].zh
    shift(world, "ada", "09:00", "18:00")
    with world.engine.begin(world.actor("caseop")) as unit:
        incidents.retry(unit, incident_id=world.view().incidents[0].id)
    assert [world.titles_for(login) for login in ("ann", "ada")] == [[], ["值守处理"]]
    with pytest.raises(NotAllowed):
        world.complete("值守处理", by="ann")


def test_an_auditor_on_duty_reads_only(world: World) -> None:
    shift(world, "aud", "08:00", "18:00")
    begun(world, "watched", NIGHT)
    assert not look(world, "aud").may_act
    with pytest.raises(NotAllowed):
        world.complete("值守处理", by="aud")
    with world.engine.begin(world.actor("padm")) as unit:
        people.hold_post(unit, person_id=world.ids["ada"], role=AUDITOR)


def test_a_duty_of_a_unit_is_for_the_shift_of_that_unit(world: World) -> None:
    shift(world, "dan", "08:00", "10:00", role="unit_head", unit_id="A")
    shift(world, "eve", "08:00", "18:00", role="unit_head", unit_id="B")
    begun(world, "watched", NAMED)
    assert [world.titles_for(login) for login in ("dan", "eve", "bob")] == [["值守处理"], [], []]
    assert [row.why.zh for row in world.inbox("dan")] == ["因为您现在是A单位单位负责人当班"]
    world.complete("值守处理", by="dan", words="好")


def test_a_start_for_whoever_is_on_duty_is_open_during_the_shift_and_for_its_unit(world: World) -> None:
    starts = "starts: [{id: ask, title: 登记, who: {on_duty: unit_head, unit: own}, form: request}]\n"
    shift(world, "dan", "08:00", "10:00", role="unit_head", unit_id="A")
    deployed(world, "watched", "  - look: {task: 看, who: {role: centre}, form: opinion}\n", starts=starts)
    with pytest.raises(NotAllowed):
        world.start("watched", "ask", by="bob", name="一")
    assert world.start("watched", "ask", by="dan", name="一").view().head.own_unit == "A"
    world.at("2026-11-02 10:00")
    with pytest.raises(NotAllowed):
        world.start("watched", "ask", by="dan", name="二")


def test_a_request_for_whoever_is_on_duty_is_offered_during_the_shift(world: World) -> None:
    request = "on: [{request: alarm, title: 报警, who: {on_duty: centre}, form: opinion, repeat: true, do: [{heard: {set: {a: =1}}}]}]\n"
    watched(world, "  - wait: {task: 等, who: {role: office}, form: opinion}\n" + request)
    world.request("alarm", by="ada", words="响了").at("2026-11-02 10:00").request("alarm", by="bob", words="又响了")
    with pytest.raises(NotAllowed):
        world.request("alarm", by="ada", words="还响")


def test_a_notice_is_for_those_on_duty_when_it_is_made(world: World) -> None:
    watched(world)
    world.complete("值守处理", by="ada", words="好")
    assert [told(world, login) for login in ("ada", "bob", "eve")] == [["已处理"], [], []]
    world.at("2026-11-02 10:00")
    assert [told(world, login) for login in ("ada", "bob")] == [["已处理"], []]


def test_a_notice_in_an_empty_moment_waits_for_the_next_shift(world: World) -> None:
    shift(world, "bob", "10:00", "18:00")
    begun(world, "noticed", "  - tell: {task: 告知, who: {role: office}, form: opinion, notify: {to: {on_duty: centre}, text: 请看}}\n")
    world.complete("告知", by="gus", words="好").at("2026-11-02 10:00")
    assert told(world, "bob") == ["请看"]


def test_widening_to_whoever_is_on_duty_follows_the_roster_and_says_for_whom(world: World, tmp_path: Path) -> None:
    steps = """\
  - watch:
      task: 值守处理
      who: {role: unit_head, unit: =ask.actor.unit}
      widen: {after: 10 minutes, to: {on_duty: centre}, basis: A-2}
      form: opinion
"""
    shift(world, "ada", "09:30", "18:00")
    begun(world, "widened", steps).at("2026-11-02 09:20")
    assert world.titles_for("ada") == []
    world.at("2026-11-02 09:40")
    assert world.titles_for("ada") == ["值守处理"]
    claim(world, by="ada")
    world.at("2026-11-02 18:30").complete("值守处理", by="ada", words="代办")
    assert [entry.acting_for.zh for entry in world.trace() if entry.acting_for] == ["A单位单位负责人包"]
    assert is_proven(world, tmp_path)


def test_standing_in_for_whoever_was_on_duty_names_the_duty_not_who_is_on_duty_later(world: World) -> None:
    steps = """\
  - watch:
      task: 值守处理
      who: {on_duty: centre}
      widen: {after: 10 minutes, to: {role: office}, basis: A-2}
      form: opinion
"""
    watched(world, steps).at("2026-11-02 09:30").complete("值守处理", by="gus", words="代办").at("2026-11-02 12:00")
    assert [entry.acting_for for entry in world.trace() if entry.acting_for] == [
        Sentence("中心当班人员", "whoever was on duty as centre")]


def test_leaving_a_post_does_not_take_what_was_claimed_on_duty_and_leaving_altogether_does(world: World) -> None:
    watched(world)
    claim(world, by="ada")
    with world.engine.begin(world.actor("padm")) as unit:
        people.leave_post(unit, person_id=world.ids["ada"], role="applicant", unit_id="A")
    assert "TaskReleased" not in types_of(world)
    with world.engine.begin(world.actor("padm")) as unit:
        people.disable_person(unit, person_id=world.ids["ada"])
    assert types_of(world)[-1] == "TaskReleased"
    world.at("2026-11-02 10:00")
    assert world.titles_for("bob") == ["值守处理"]


def test_somebody_who_has_left_is_on_no_duty(world: World) -> None:
    watched(world)
    with world.engine.begin(world.actor("padm")) as unit:
        people.disable_person(unit, person_id=world.ids["ada"])
    world.start("watched", "ask", by="ann", name="二")
    assert "没有排班" in world.view().incidents[0].zh


def test_a_withdrawn_shift_ends_now_and_one_to_come_never_was(world: World, tmp_path: Path) -> None:
    running, coming = shift(world, "ada", "08:00", "18:00"), shift(world, "bob", "12:00", "18:00")
    begun(world, "watched", NIGHT)
    withdraw(world, running)
    withdraw(world, coming)
    assert [world.titles_for(login) for login in ("ada", "bob")] == [[], []]
    for gone in (running, coming):
        with pytest.raises((WrongState, NotFound)):
            withdraw(world, gone)
    world.at("2026-11-02 12:30")
    assert world.titles_for("bob") == []
    with world.engine.read(world.actor("aud")) as read:
        said = [row.sentence.zh for type in ("ShiftSet", "ShiftWithdrawn") for row in search_trace(read, type=type).rows]
    assert sorted(said) == [
        "排班 中心：包，2026-11-02 12:00:00 至 2026-11-02 18:00:00", "排班 中心：艾，2026-11-02 08:00:00 至 2026-11-02 18:00:00",
        "撤销排班 中心：包，2026-11-02 12:00:00 至 2026-11-02 18:00:00", "撤销排班 中心：艾，2026-11-02 08:00:00 至 2026-11-02 18:00:00"]
    assert is_proven(world, tmp_path)


@pytest.mark.parametrize(("field", "wrong"), [
    ("role", {"role": "nobody"}), ("role", {"role": "platform_admin"}), ("role", {"role": "duty:centre\0"}),
    ("unit", {"role": "unit_head"}), ("unit", {"unit_id": "A"}), ("unit", {"role": "unit_head", "unit_id": "nowhere\0"}),
    ("until", {"since": "12:00", "until": "12:00"}), ("until", {"since": "07:00", "until": "09:00"}),
    ("person", {"login": "nobody"}), ("person", {"login": "ada", "since": "17:59", "until": "19:00"})])
def test_a_wrong_shift_is_refused_at_its_field(world: World, field: str, wrong: dict[str, str]) -> None:
    shift(world, "ada", "08:00", "18:00")
    world.ids = {**world.ids, "nobody": "x\0y"}
    with pytest.raises(SubmissionInvalid) as refused:
        shift(world, **{"login": "bob", "since": "08:00", "until": "18:00", **wrong})
    assert [error.field for error in refused.value.errors] == [field]


def test_several_mistakes_are_told_at_once(world: World) -> None:
    world.ids = {**world.ids, "nobody": "nobody"}
    with pytest.raises(SubmissionInvalid) as refused:
        shift(world, "nobody", "12:00", "08:00", role="nobody")
    assert [error.field for error in refused.value.errors] == ["role", "person", "until"]


def test_only_platform_administrators_keep_the_roster(world: World) -> None:
    mine = shift(world, "ada", "08:00", "18:00")
    for login in ("ann", "pedit", "aud", "caseop"):
        with pytest.raises(NotAllowed):
            shift(world, "ada", "18:00", "20:00", by=login)
        with pytest.raises(NotAllowed):
            withdraw(world, mine, by=login)
        with pytest.raises(NotFound), world.engine.read(world.actor(login)) as read:
            roster_view.get_roster(read)


def test_the_roster_shows_what_runs_and_comes_and_when_nobody_would_be_found(world: World) -> None:
    watched(world)
    shift(world, "dan", "18:00", "20:00", role="unit_head", unit_id="A")
    with world.engine.begin(world.actor("padm")) as unit:
        people.disable_person(unit, person_id=world.ids["bob"])
    world.at("2026-11-02 09:30")
    with world.engine.read(world.actor("padm")) as read:
        view = roster_view.get_roster(read)
    assert [(row.person_name, row.is_active, row.unit_name) for row in view.shifts] == [
        ("艾", True, ""), ("包", False, ""), ("邓", True, "A单位")]
    assert [(gap.role, gap.since, gap.until) for gap in view.gaps] == [
        ("centre", china("2026-11-02 10:00"), china("2026-11-09 09:30"))]
    assert [role.id for role in view.roles if role.is_asked] == ["centre"] == [view.roles[0].id]
    deployed(world, "named", NAMED)
    with world.engine.read(world.actor("padm")) as read:
        gaps = roster_view.get_roster(read).gaps
    assert [(gap.role, gap.unit_name) for gap in gaps] == [("centre", ""), ("unit_head", "A单位"), ("unit_head", "A单位")]
