"""Notices: read marks are for those to whom a notice speaks."""

from __future__ import annotations

import pytest

from engine.actors import SYSTEM
from engine.errors import NotFound
from engine.records import Record, RecordType
from engine.store.queries.notices import unread
from engine.verbs import notices
from tests.engine.verbs.small import begin_limits
from tests.world import World


def unread_by(world: World, login: str) -> list[str]:
    with world.engine.read(world.actor(login)) as read:
        return [row.id for row in unread(read)]


def test_a_notice_is_marked_by_its_addressee_only(world: World) -> None:
    begin_limits(world)
    (notice_id,) = unread_by(world, "gus")
    for login, wanted in (("zoe", notice_id), ("gus", "no such notice")):
        with pytest.raises(NotFound), world.engine.begin(world.actor(login)) as unit:
            notices.mark_read(unit, notice_id=wanted)
    for _ in range(2):
        with world.engine.begin(world.actor("gus")) as unit:
            notices.mark_read(unit, notice_id=notice_id)
    assert (unread_by(world, "gus"), unread_by(world, "hal")) == ([], [notice_id])


def test_a_notice_to_two_of_my_posts_is_read_once(world: World) -> None:
    begin_limits(world)
    with world.engine.begin(SYSTEM) as unit:
        unit.lock(world.last)
        unit.record(world.last, Record(RecordType.NOTIFIED, {
            "principals": ["office", "office@centre", "centre"], "zh": "两次", "en": "twice"}))
    for notice_id in unread_by(world, "gus"):
        with world.engine.begin(world.actor("gus")) as unit:
            notices.mark_read(unit, notice_id=notice_id)
    assert unread_by(world, "gus") == []
    assert len(unread_by(world, "eve")) == 1
