"""Drafts: kept for their writer alone, replaced, forgotten."""

from __future__ import annotations

import pytest

from engine.errors import SubmissionInvalid
from engine.store.queries.cases import find_draft
from engine.verbs import drafts
from tests.engine.verbs.small import begin_filing, start_typed
from tests.world import World

PLACE = "start:filing/ask"


def save(world: World, place: str, typed: dict[str, object], *, by: str = "ann") -> None:
    with world.engine.begin(world.actor(by)) as unit:
        drafts.save(unit, place=place, typed=typed)


def draft(world: World, place: str, *, by: str = "ann") -> object:
    with world.engine.read(world.actor(by)) as read:
        return find_draft(read, place)


def test_a_draft_is_its_writers_alone_and_the_last_one_counts(world: World) -> None:
    save(world, PLACE, {"name": ["半"]})
    save(world, PLACE, {"name": ["半截"]})
    assert draft(world, PLACE) == {"name": ["半截"]}
    assert draft(world, PLACE, by="ada") is None


def test_what_was_sent_leaves_no_draft(world: World) -> None:
    save(world, PLACE, {"name": ["半截"]})
    start_typed(world, by="ann")
    assert draft(world, PLACE) is None
    begin_filing(world)
    place = f"task:{world.task_id('审核')}"
    save(world, place, {"words": ["半"]}, by="bob")
    world.complete("审核", by="bob", action="approve")
    assert draft(world, place, by="bob") is None
    place = f"request:{world.last}/withdraw"
    save(world, place, {"words": ["半"]})
    world.request("withdraw", by="ann")
    assert draft(world, place) is None


def test_a_gate_that_discards_forgets_the_draft_too(world: World) -> None:
    save(world, PLACE, {"name": ["秘密"], "secret": ["是"]})
    with pytest.raises(Exception, match="涉密"):
        begin_filing(world, "秘密", secret="是")
    assert draft(world, PLACE) is None


def test_a_draft_has_a_size(world: World) -> None:
    with pytest.raises(SubmissionInvalid):
        save(world, PLACE, {"name": ["x" * 300_000]})
