"""People and posts: whoever takes over a post has its inbox at once, whoever leaves has nothing."""

from __future__ import annotations

import pytest

from engine.actors import SYSTEM
from engine.errors import NotAllowed, NotFound, WrongState
from engine.verbs import people, tasks
from tests.engine.verbs.constructs import begun
from tests.engine.verbs.small import begin_filing, broken_chains, types_of
from tests.world import World


def leave(world: World, login: str, role: str, unit_id: str) -> None:
    with world.engine.begin(world.actor("padm")) as unit:
        people.leave_post(unit, person_id=world.ids[login], role=role, unit_id=unit_id)


def hold(world: World, login: str, role: str, unit_id: str, **dates: object) -> None:
    with world.engine.begin(world.actor("padm")) as unit:
        people.hold_post(unit, person_id=world.ids[login], role=role, unit_id=unit_id, **dates)


def claim(world: World, title: str, *, by: str) -> None:
    with world.engine.begin(world.actor(by)) as unit:
        tasks.claim(unit, task_id=world.task_id(title))


def test_a_post_moves_with_its_inbox_at_once(world: World) -> None:
    begin_filing(world)
    leave(world, "bob", "unit_head", "A")
    hold(world, "zoe", "unit_head", "A")
    assert world.titles_for("bob") == []
    assert world.titles_for("zoe") == ["审核"]
    world.complete("审核", by="zoe", action="approve")


def test_a_claimed_task_goes_to_whoever_holds_the_post_next(world: World) -> None:
    begin_filing(world)
    claim(world, "审核", by="bob")
    before_leaving = world.actor("bob")
    leave(world, "bob", "unit_head", "A")
    hold(world, "zoe", "unit_head", "A")
    assert world.titles_for("zoe") == ["审核"]
    assert world.trace()[-1].type == "TaskReleased"
    assert before_leaving.principals != world.actor("bob").principals
    with pytest.raises(NotFound):
        world.complete("审核", by="bob", action="approve")
    world.complete("审核", by="zoe", action="approve")
    assert broken_chains(world) == []


def test_a_claimed_task_stays_with_whoever_may_still_do_it(world: World) -> None:
    begin_filing(world)
    hold(world, "bob", "applicant", "A")
    claim(world, "审核", by="bob")
    leave(world, "bob", "unit_head", "A")
    assert "TaskReleased" not in types_of(world)
    world.complete("审核", by="bob", action="approve")


def test_a_disabled_person_is_nobody(world: World) -> None:
    begin_filing(world)
    claim(world, "审核", by="bob")
    with world.engine.begin(world.actor("padm")) as unit:
        people.disable_person(unit, person_id=world.ids["bob"])
    with pytest.raises(NotFound):
        world.actor("bob")
    assert world.titles_for("ada") == ["审核"]


def test_a_post_begins_and_ends_on_its_dates(world: World) -> None:
    begin_filing(world)
    now = world.clock.now()
    hold(world, "zoe", "unit_head", "A", since=now.replace(hour=2), until=now.replace(hour=3))
    assert world.titles_for("zoe") == []
    world.at("2026-11-02 10:00")
    assert world.titles_for("zoe") == ["审核"]
    world.at("2026-11-02 11:00")
    assert world.titles_for("zoe") == []


def test_only_platform_administrators_change_the_directory(world: World) -> None:
    for login in ("ann", "pedit", "aud", "caseop"):
        with pytest.raises(NotAllowed), world.engine.begin(world.actor(login)) as unit:
            people.add_person(unit, login="x", name="x", unit_id=None)


def test_one_spelling_one_account(world: World) -> None:
    for login in ("ANN", " ann ", "ａｎｎ"):
        with pytest.raises(WrongState), world.engine.begin(world.actor("padm")) as unit:
            people.add_person(unit, login=login, name="另一个", unit_id=None)


def test_unknown_people_units_and_posts_are_refused(world: World) -> None:
    with pytest.raises(NotFound), world.engine.begin(world.actor("padm")) as unit:
        people.hold_post(unit, person_id="nobody", role="centre")
    with pytest.raises(NotFound):
        hold(world, "ann", "centre", "nowhere")
    with pytest.raises(WrongState):
        leave(world, "ann", "centre", "centre")
    with pytest.raises(NotFound), world.engine.begin(world.actor("padm")) as unit:
        people.add_person(unit, login="y", name="y", unit_id="nowhere")
    with pytest.raises(WrongState), world.engine.begin(world.actor("padm")) as unit:
        people.add_person(unit, login="y" * 81, name="y", unit_id=None)


def test_a_task_for_a_unit_and_those_below_is_in_the_inboxes_of_all_of_them(world: World) -> None:
    with world.engine.begin(SYSTEM) as unit:
        people.add_unit(unit, unit_id="A1", name="A下属", parent_id="A")
        people.add_unit(unit, unit_id="A11", name="A再下属", parent_id="A1")
        people.hold_post(unit, person_id=world.ids["eve"], role="unit_head", unit_id="A11")
    steps = "  - look: {task: 查看, who: {role: unit_head, unit: =ask.actor.unit, tree: true}, form: opinion}\n"
    begun(world, "below", steps)
    assert [world.titles_for(login) for login in ("bob", "eve", "zoe")] == [["查看"], ["查看"], []]
    world.complete("查看", by="eve")
    assert world.view().head.status == "ended"
