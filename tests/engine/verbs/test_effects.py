"""Effects: number, set, register and notice commit with their step, all or none."""

from __future__ import annotations

import threading

from sqlalchemy import select

from engine.store.payload import decode_value
from engine.store.tables import counters, entries, notices
from engine.verbs import incidents, instances
from tests.engine.verbs.small import FILES, FILING_TEXT, begin_filing, broken_chains, filed, types_of, with_change
from tests.world import World


def entry(world: World, key: str) -> object:
    with world.engine.database.reading.connect() as connection:
        text = connection.execute(select(entries.c.value).where(entries.c.key == key)).scalar()
    return None if text is None else decode_value(text)


def count(world: World, name: str) -> int | None:
    with world.engine.database.reading.connect() as connection:
        return connection.execute(select(counters.c.value).where(counters.c.name == name)).scalar()


def test_number_set_register_and_notice_come_with_the_last_branch(world: World) -> None:
    begin_filing(world).complete("审核", by="bob", action="approve").complete("甲", by="eve")
    assert "NumberIssued" not in types_of(world)
    assert entry(world, "N-2026-001") is None
    world.complete("乙", by="gus")
    assert entry(world, "N-2026-001") == {"name": "主页", "state": "已备案"}
    with world.engine.database.reading.connect() as connection:
        told = connection.execute(select(notices.c.principal, notices.c.zh)).all()
    assert [tuple(row) for row in told] == [(f"person:{world.ids['ann']}", "已备案，编号 N-2026-001")]
    kinds = types_of(world)
    assert [kind for kind in kinds if kind in ("NumberIssued", "EntryWritten", "Notified")] == [
        "NumberIssued", "EntryWritten", "Notified"]
    assert kinds[-1] == "InstanceEnded"


def test_numbers_follow_one_another_and_begin_anew_each_year(world: World) -> None:
    filed(world)
    assert filed(world).view().variables["filing_no"] == "N-2026-002"
    assert filed(world.at("2027-01-01 00:00")).view().variables["filing_no"] == "N-2027-001"
    assert filed(world).view().head.number == "filing-2027-0002"


def test_an_effect_that_fails_half_way_leaves_nothing_and_does_not_issue_a_second_number(world: World) -> None:
    world.deploy("processes/filing.yaml", files=with_change(
        FILING_TEXT, "entry: =filing_no", "entry: =if remark != null then filing_no else null"))
    filed(world)
    assert [incident.zh for incident in world.view().incidents] == [
        "台账条目的键（if remark != null then filing_no else null）是空的或超过 200 个字"]
    assert "filing_no" not in world.view().variables
    assert "NumberIssued" not in types_of(world)
    assert count(world, "N-[year]-[000]/2026") is None
    with world.engine.begin(world.actor("caseop")) as unit:
        incidents.retry(unit, incident_id=world.view().incidents[0].id)
    assert "NumberIssued" not in types_of(world)
    assert len(world.view().incidents) == 1
    world.request("remark", by="gus").complete("阅知", by="ann")
    assert entry(world, "N-2026-001") == {"name": "主页", "state": "已备案"}
    assert world.view().head.outcome == "已办结"
    assert types_of(world).count("NumberIssued") == types_of(world).count("IncidentResolved") == 1
    assert broken_chains(world) == []


SHARED_ENTRY = """\
anliu: 1
process: one
title: 合写
profile: test
basis: A-1
starts:
  - {id: ask, title: 申请, who: {anyone: true}, form: request}
do:
  - write: {record: {register: systems, entry: '="E"', set: {name: =ask.name}}}
"""


def test_two_cases_that_write_one_entry_lose_nothing(world: World) -> None:
    """Each case merges its own field into the same entry; whoever comes second sees the first one's field."""
    other = SHARED_ENTRY.replace("process: one", "process: other").replace("{name: =ask.name}", "{state: =ask.name}")
    world.deploy("processes/one.yaml", "processes/other.yaml",
                 files={**FILES, "processes/one.yaml": SHARED_ENTRY, "processes/other.yaml": other})
    together = threading.Barrier(2)

    def write(process: str) -> None:
        actor = world.actor("ann")
        together.wait()
        from_start(world, process, actor)

    threads = [threading.Thread(target=write, args=(process,)) for process in ("one", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert entry(world, "E") == {"name": "one", "state": "other"}


def from_start(world: World, process: str, actor: object) -> None:
    with world.engine.begin(actor) as unit:
        instances.start(unit, process=process, start_id="ask", typed={"name": [process], "secret": ["否"]},
                        key=f"key-of-{process}")
