"""Requests: offered to whom and when, once or again, beside the main flow or instead of it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from engine.actors import SYSTEM
from engine.errors import NotAllowed, NotFound, WrongState
from engine.verbs import people, requests
from engine.views import instances as views
from tests.engine.verbs.small import begin_filing, broken_chains, types_of
from tests.world import World


def offered(world: World, login: str) -> list[str]:
    return sorted(offer.id for offer in world.view(by=login).requests_offered)


def test_requests_are_offered_to_those_who_may_make_them(world: World) -> None:
    begin_filing(world)
    assert offered(world, "ann") == ["hurry", "withdraw"]
    assert offered(world, "bob") == []


def test_a_condition_takes_a_request_away(world: World) -> None:
    begin_filing(world).complete("审核", by="bob", action="approve")
    assert offered(world, "ann") == ["withdraw"]
    with pytest.raises(WrongState):
        world.request("hurry", by="ann")


def test_a_request_that_does_not_repeat_is_made_once(world: World) -> None:
    begin_filing(world).request("hurry", by="ann")
    assert world.view().variables["urgent"] is True
    assert offered(world, "ann") == ["withdraw"]
    with pytest.raises(WrongState):
        world.request("hurry", by="ann")
    assert world.open_titles() == ["审核"]


def test_a_repeating_request_runs_beside_the_main_flow_each_time(world: World) -> None:
    begin_filing(world).complete("审核", by="bob", action="approve")
    world.request("remark", by="gus", words="一").request("remark", by="hal", words="二")
    assert world.open_titles() == ["乙", "甲", "阅知", "阅知"]
    assert world.view().variables["remark"]["visit_count"] == 2
    world.complete("甲", by="eve").complete("乙", by="gus")
    assert world.view().head.status == "running"
    assert world.open_titles() == ["阅知", "阅知"]


def test_an_interrupting_request_takes_everything_else_away(world: World) -> None:
    begin_filing(world).complete("审核", by="bob", action="approve").request("withdraw", by="ann", words="不办了")
    view = world.view()
    assert (view.head.status, view.head.outcome, view.open_tasks) == ("ended", "已撤回", ())
    assert types_of(world).count("TaskCancelled") == 2
    assert world.titles_for("eve") == []
    assert broken_chains(world) == []


def test_nobody_else_may_make_it_and_the_refusal_is_traced(world: World) -> None:
    begin_filing(world)
    with pytest.raises(NotAllowed):
        world.request("withdraw", by="bob")
    assert types_of(world)[-1] == "ActionRefused"
    with pytest.raises(NotFound):
        world.request("withdraw", by="zoe")
    with pytest.raises(NotFound):
        world.request("no_such_request", by="ann")


def test_whom_the_rule_names_may_make_it_without_having_been_involved(world: World) -> None:
    begin_filing(world)
    with pytest.raises(NotFound):
        world.view(by="gus")
    with world.engine.read(world.actor("gus")) as read:
        assert views.request_view(read, world.last, "remark").head.subject == "主页"
    for login, instance_id in (("zoe", world.last), ("gus", "no such case")):
        with world.engine.read(world.actor(login)) as read, pytest.raises(NotFound):
            views.request_view(read, instance_id, "remark")
    world.request("remark", by="gus", words="一")
    assert world.view(by="gus").head.subject == "主页"
    assert broken_chains(world) == []


def test_an_auditor_makes_no_request_even_with_the_post(world: World) -> None:
    begin_filing(world)
    with world.engine.begin(SYSTEM) as unit:
        people.hold_post(unit, person_id=world.ids["aud"], role="office", unit_id="centre")
    assert offered(world, "aud") == []
    with pytest.raises(NotAllowed):
        world.request("remark", by="aud", words="一")


def test_an_ended_case_takes_no_request(world: World) -> None:
    begin_filing(world).request("withdraw", by="ann")
    with pytest.raises(WrongState):
        world.request("withdraw", by="ann")


def test_the_same_key_makes_one_request(world: World) -> None:
    begin_filing(world).complete("审核", by="bob", action="approve")
    key = uuid4().hex
    receipts = []
    for _ in range(2):
        with world.engine.begin(world.actor("gus")) as unit:
            receipts.append(requests.raise_request(unit, instance_id=world.last, request_id="remark",
                                                   typed={"words": ["一"]}, key=key).receipt)
    assert receipts[0] == receipts[1]
    assert types_of(world).count("RequestRaised") == 1


def test_a_post_that_was_left_since_the_page_was_read_no_longer_counts(world: World) -> None:
    """The actor of a request was read before the instance was locked; what he held then may be gone."""
    begin_filing(world)
    gus = world.actor("gus")
    with world.engine.begin(SYSTEM) as unit:
        people.leave_post(unit, person_id=world.ids["gus"], role="office", unit_id="centre")
    with world.engine.begin(gus) as unit, pytest.raises(NotFound):
        requests.raise_request(unit, instance_id=world.last, request_id="remark", typed={}, key=uuid4().hex)
    assert world.open_titles() == ["审核"]
