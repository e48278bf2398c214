"""Returns: only what was marked may change, and a start that came back can only be sent again."""

from __future__ import annotations

import pytest

from engine.errors import SubmissionInvalid, WrongState
from engine.views.tasks import get_task
from tests.engine.verbs.small import begin_filing
from tests.world import World


def returned(world: World, *marked: str) -> World:
    begin_filing(world, "旧名", secret="否")
    return world.complete("审核", by="bob", action="return", marked=marked, comment="名称不对")


def answers_of(world: World) -> dict[str, object]:
    return {name: value for name, value in world.view().variables["ask"].items() if name in ("name", "secret")}


def test_only_marked_fields_change(world: World) -> None:
    returned(world, "name")
    assert world.titles_for("ann") == ["申请"]
    world.complete("申请", by="ann", name="新名", secret="是")
    assert answers_of(world) == {"name": "新名", "secret": "否"}
    assert world.view().variables["ask"]["previous"]["name"] == "旧名"
    assert world.view().variables["ask"]["visit_count"] == 2
    assert world.titles_for("bob") == ["审核"]


def test_nothing_marked_means_everything_may_change(world: World) -> None:
    returned(world).complete("申请", by="ann", name="新名", secret="")
    assert answers_of(world) == {"name": "新名", "secret": None}


def test_a_return_needs_a_reason(world: World) -> None:
    begin_filing(world)
    with pytest.raises(SubmissionInvalid):
        world.complete("审核", by="bob", action="return")


def test_fields_that_the_form_does_not_have_cannot_be_marked(world: World) -> None:
    begin_filing(world)
    with pytest.raises(SubmissionInvalid) as caught:
        world.complete("审核", by="bob", action="return", marked=["nothing"], comment="改")
    assert [error.field for error in caught.value.errors] == ["marked"]
    with pytest.raises(SubmissionInvalid):
        world.complete("审核", by="bob", action="approve", marked=["name"])


def test_a_start_that_came_back_cannot_be_returned_or_rejected_past_its_gates(world: World) -> None:
    returned(world, "name")
    for action in ("return", "reject", "approve"):
        with pytest.raises(WrongState):
            world.complete("申请", by="ann", action=action, comment="绕过")


def test_a_second_visit_shows_what_was_marked_and_why(world: World) -> None:
    returned(world, "name")
    with world.engine.read(world.actor("ann")) as read:
        from_row = world_task(read, world.task_id("申请"))
    assert from_row == (("name",), "名称不对", 2)


def world_task(read, task_id: str) -> tuple[tuple[str, ...], str | None, int]:
    from_view = get_task(read, task_id)
    return from_view.marked, from_view.returned_comment, from_view.visit


def test_a_loop_may_go_round_more_than_once(world: World) -> None:
    returned(world, "name")
    world.at("2026-11-02 09:01").complete("申请", by="ann", name="二")
    world.at("2026-11-02 09:02").complete("审核", by="bob", action="return", marked=["secret"], comment="再改")
    world.at("2026-11-02 09:03").complete("申请", by="ann", name="三", secret="否")
    assert answers_of(world) == {"name": "二", "secret": "否"}
    world.complete("审核", by="bob", action="reject", comment="不同意")
    assert (world.view().head.status, world.view().head.outcome) == ("ended", "未通过")
