"""S-18, as far as it is carried now: the after-report of an event that was handled in the last week of the year."""

from __future__ import annotations

from tests.stories.incident_acts import Times, both_heard, handled, level, register, secure, send, tell_both, write
from tests.world import World

TIMES = Times("2026-12-24 23:30", "2026-12-24 23:30")


def test_an_event_handled_on_monday_is_reported_on_by_tuesday_evening(world: World) -> None:
    register(world, "2026-12-24 23:30", TIMES)
    assert world.stage_dues("first_report")[0] == "2026-12-25 00:00:00"
    assert world.stage_dues("written_report") == ["2026-12-25 00:30:00"]
    both_heard(tell_both(world, "2026-12-24 23:45"), "2026-12-24 23:45")
    write(world, "2026-12-25 00:10", TIMES)
    send(world, "2026-12-25 00:30:00")
    assert world.deadline("written_report").proposed == "按时"
    level(world, "Ⅱ级", "2026-12-25 01:00", "2026-12-25 01:10")
    handled(secure(world, "2026-12-25 02:00"), "2026-12-28 16:00")
    assert world.stage_dues("after_report") == ["2026-12-29 18:00:00"]
