"""Incidents: what the engine cannot do stops one case, is seen, and goes on when it is mended."""

from __future__ import annotations

import pytest

from engine.actors import SYSTEM
from engine.errors import NotAllowed, NotFound
from engine.verbs import incidents, people
from tests.engine.verbs.constructs import begun
from tests.engine.verbs.small import begin_filing, broken_chains, types_of
from tests.world import World


def retry(world: World, *, by: str = "caseop", incident_id: str = "") -> None:
    with world.engine.begin(world.actor(by)) as unit:
        incidents.retry(unit, incident_id=incident_id or world.view().incidents[0].id)


def undecided(world: World) -> World:
    """The answer and the variable of the condition are both null."""
    return world.start("forked", "ask", by="ann", name="不明")


def test_a_condition_that_is_null_stops_the_case_with_an_incident(world: World) -> None:
    undecided(world)
    view = world.view()
    assert (view.head.status, view.open_tasks) == ("running", ())
    assert [(incident.element_id, "null" in incident.zh) for incident in view.incidents] == [("verdict", True)]
    assert view.lit == ("verdict",)
    assert broken_chains(world) == []


def test_retrying_in_vain_changes_nothing(world: World) -> None:
    undecided(world)
    retry(world)
    assert types_of(world).count("IncidentRaised") == 1
    assert "IncidentResolved" not in types_of(world)


def test_a_mended_case_goes_on_by_itself(world: World) -> None:
    undecided(world).request("mend", by="gus", name="正确", secret="否")
    assert world.open_titles() == ["静默"]
    assert world.view().incidents == ()
    assert types_of(world).count("IncidentResolved") == 1


def test_a_condition_that_is_neither_true_nor_false_is_an_incident_too(world: World) -> None:
    undecided(world).request("mend", by="gus", name="也许")
    assert world.open_titles() == []
    assert len(world.view().incidents) == 1
    world.request("mend", by="gus", name="正确", secret="否")
    assert world.open_titles() == ["静默"]


@pytest.mark.parametrize(("steps", "said"), [
    ('  - nobody: {task: 审批, who: {first: [{role: unit_deputy, unit: ="centre"}, {person: =instance.number}]}, form: opinion}\n',
     "没有可办理的人：centre单位单位分管领导空缺、titled-2026-0001空缺，或其人员按职责分离被排除"),
    ("  - nobody: {task: 审批, who: {person: '=get value(ask, \"actor\")'}, not: =ask.actor, form: opinion}\n",
     "没有可办理的人：安空缺，或其人员按职责分离被排除"),
    ("  - all: {title: 逐个登记, for: {each: x, in: '=get value(ask, \"name\")'}, do: [{a: {set: {y: 1}}}]}\n",
     "“逐个登记” 的集合不是列表"),
    ("  - way: {title: 分流, switch: [{when: 'get value(ask, \"name\")', then: on}, {then: on}]}\n  - on: {end: 好}\n", "“分流” 的条件“")],
    ids=["unit", "person", "loop", "switch"])
def test_an_incident_says_titles_and_no_ids(world: World, steps: str, said: str) -> None:
    begun(world, "titled", steps)
    assert [incident.zh[:len(said)] for incident in world.view().incidents] == [said]


def test_a_definite_answer_needs_no_incident(world: World) -> None:
    world.start("forked", "ask", by="ann", name="是", secret="是")
    assert world.open_titles() == ["告知"]
    assert world.view().incidents == ()


def vacate(world: World, *logins: str, role: str) -> None:
    with world.engine.begin(SYSTEM) as unit:
        for login in logins:
            people.leave_post(unit, person_id=world.ids[login], role=role, unit_id="centre")


def test_a_rule_that_finds_nobody_is_an_incident_until_somebody_holds_the_post(world: World) -> None:
    begin_filing(world)
    vacate(world, "eve", "fay", role="centre")
    world.complete("审核", by="bob", action="approve")
    assert world.open_titles() == ["乙"]
    assert "中心空缺" in world.view().incidents[0].zh
    with world.engine.begin(world.actor("padm")) as unit:
        people.hold_post(unit, person_id=world.ids["fay"], role="centre", unit_id="centre")
    retry(world)
    assert world.open_titles() == ["乙", "甲"]
    assert world.view().incidents == ()
    assert types_of(world).count("IncidentResolved") == 1
    world.complete("甲", by="fay").complete("乙", by="gus")
    assert world.view().head.status == "ended"
    assert broken_chains(world) == []


def test_the_other_branch_goes_on_and_takes_the_stopped_one_along(world: World) -> None:
    begin_filing(world)
    vacate(world, "eve", "fay", role="centre")
    world.complete("审核", by="bob", action="approve")
    with world.engine.begin(SYSTEM) as unit:
        people.hold_post(unit, person_id=world.ids["eve"], role="centre", unit_id="centre")
    world.complete("乙", by="gus")
    assert world.open_titles() == ["甲"]
    assert world.view().incidents == ()


def test_only_case_operators_retry(world: World) -> None:
    undecided(world)
    with pytest.raises(NotAllowed):
        retry(world, by="ann", incident_id=world.view().incidents[0].id)
    with pytest.raises(NotFound):
        retry(world, incident_id="no-such-incident")


def test_interrupting_a_stopped_case_resolves_its_incident(world: World) -> None:
    begin_filing(world)
    vacate(world, "eve", "fay", role="centre")
    world.complete("审核", by="bob", action="approve").request("withdraw", by="ann")
    assert world.view().head.status == "ended"
    assert world.view().incidents == ()
