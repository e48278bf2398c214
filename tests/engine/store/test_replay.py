"""Replay: the records alone give every row again, byte for byte."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from engine.actors import SYSTEM
from engine.records import Record, RecordType
from engine.store import instance_rows
from engine.store.replay import PayloadErased, replay
from engine.verbs import (
    accounts,
    attachments,
    corrections,
    deployments,
    incidents,
    operations,
    people,
    registers,
    roster,
    tasks,
    tokens,
    webhooks,
)
from tests.databases import fresh_database
from tests.engine.verbs.cases import begun_alone
from tests.engine.verbs.constructs import definition, deployed
from tests.engine.verbs.small import (
    FILES,
    FILING,
    FILING_TEXT,
    OUTSIDE,
    begin_filing,
    begin_limits,
    broken_chains,
    filed,
    open_small,
    rows_of,
    with_change,
)
from tests.world import World


def busy_days(world: World) -> World:
    """Everything that can happen, once."""
    filed(world)
    with world.engine.begin(world.actor("ann")) as unit:
        proof = attachments.add(unit, field="proof", name="证明.txt", stream=io.BytesIO("证明".encode()))
    begin_filing(world, "附件", proof=[proof.id]).at("2026-11-02 10:30")
    with world.engine.begin(world.actor("dan")) as unit:
        tasks.claim(unit, task_id=world.task_id("审核"))
        tasks.release(unit, task_id=world.task_id("审核"))
        tasks.claim(unit, task_id=world.task_id("审核"))
    world.complete("审核", by="dan", action="return", marked=["name"], comment="改名")
    world.complete("申请", by="ann", name="新名").complete("审核", by="bob", action="approve", words="同意")
    world.request("remark", by="gus", words="一").request("withdraw", by="ann", words="不办了")
    changed_definitions(world)
    limits_and_incidents(world)
    between_cases(world)
    operated_on(world)
    return people_come_and_go(world)


def changed_definitions(world: World) -> None:
    for files in (with_change(FILING_TEXT, "task: 审核", "task: 复核"), FILES):
        with world.engine.begin(world.actor("pedit")) as unit:
            deployments.deploy(unit, main_file=FILING, files=files)
    filed(world, "第二件")


def limits_and_incidents(world: World) -> None:
    begin_limits(world, found_at="2026-11-02T10:10").at("2026-11-02 10:41")
    world.request("grade", by="gus", name="高", found_at="2026-11-02T10:45").at("2026-11-02 11:00")
    world.complete("报告", by="eve", name="x", found_at="2026-11-02T10:59")
    world.complete("认定", by="gus", **{"finding.first_report": "迟报", "finding_reason.first_report": "复核"})
    begin_limits(world).request("grade", by="gus", name="低").at("2026-11-02 14:00")
    begin_limits(world).at("2026-11-02 17:00")
    world.start("forked", "ask", by="ann", name="不明")
    with world.engine.begin(world.actor("caseop")) as unit:
        incidents.retry(unit, incident_id=world.view().incidents[0].id)
    world.request("mend", by="gus", name="明", secret="否")


def between_cases(world: World) -> None:
    """A case that listens, one that waits for an outside program, a schedule, and a case that cannot begin yet."""
    deployed(world, "waiter", "  - answer: {listen: {message: answer, key: =ask.name}}\n").start("waiter", "ask", by="ann", name="一")
    deployed(world, "scanning", "  - scan: {service: scan, with: {what: =ask.name}}\n").start("scanning", "ask", by="ann", name="二")
    files = definition("weekly", "  - patrol: {task: 巡检, who: {role: centre}, form: opinion}\n",
                       starts="starts: [{id: weekly, every: week}]\n")
    files["processes/weekly.yaml"] = files["processes/weekly.yaml"].replace("subject: =ask.name", "subject: 周检")
    world.deploy("processes/weekly.yaml", files=files)
    begun_alone(world, "found", "starts: [{id: found, entry: systems, when: 'if state = \"在用\" then true else null'}]\n", "=found.key")
    with world.engine.begin(world.actor("caseop")) as unit:
        registers.import_entry(unit, register="systems", key="网盘", values={"name": "网盘", "state": "不明"})


def operated_on(world: World) -> None:
    begin_filing(world, "暂停的")
    for verb in (operations.suspend, operations.resume, operations.suspend):
        with world.engine.begin(world.actor("caseop")) as unit:
            verb(unit, instance_id=world.last, reason="查核", key=uuid4().hex)
    with world.engine.begin(world.actor("ann")) as unit:
        corrections.propose(unit, instance_id=world.last, step_id="ask", field="name", typed="更正的", reason="看错", key=uuid4().hex)


def people_come_and_go(world: World) -> World:
    begin_filing(world, "最后")
    with world.engine.begin(world.actor("bob")) as unit:
        tasks.claim(unit, task_id=world.task_id("审核"))
    with world.engine.begin(world.actor("padm")) as unit:
        people.leave_post(unit, person_id=world.ids["bob"], role="unit_head", unit_id="A")
        newcomer = people.add_person(unit, login="new", name="新人", unit_id="B")
        people.hold_post(unit, person_id=newcomer, role="unit_head", unit_id="A")
        people.disable_person(unit, person_id=world.ids["hal"])
        coming, running = (roster.set_shift(unit, role="centre", person_id=newcomer, since=unit.now + timedelta(hours=begins),
                                            until=unit.now + timedelta(hours=begins + 2)) for begins in (2, -1))
        roster.withdraw_shift(unit, shift_id=coming)
        roster.withdraw_shift(unit, shift_id=running)
    with world.engine.begin(SYSTEM) as unit:
        accounts.issue_password(unit, person_id=newcomer)
        scanner = people.add_person(unit, login="scanner", name="扫描器", unit_id=None, kind="service")
        for _ in range(2):
            token = tokens.issue(unit, person_id=scanner, title="扫描", scopes=["jobs"])
        tokens.withdraw(unit, token_id=token.id)
        for _ in range(2):
            hook = webhooks.add(unit, url="https://example.edu.cn/in", events=["task.created"])
        webhooks.remove(unit, webhook_id=hook.id)
    return world


def replayed(world: World, kind: str, folder: Path) -> tuple[World, int]:
    folder.mkdir()
    copy = open_small(fresh_database(kind, folder), folder)
    with (world.engine.database.reading.connect() as source,
          copy.engine.database.writing.begin() as target):
        return copy, replay(source, target)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_records_give_every_row_again(world: World, tmp_path: Path, kind: str) -> None:
    """Also across databases: what SQLite recorded gives PostgreSQL the same rows, and the other way round."""
    busy_days(world)
    assert broken_chains(world) == []
    copy, count = replayed(world, kind, tmp_path / "copy")
    original, again = rows_of(world.engine, without=OUTSIDE), rows_of(copy.engine, without=OUTSIDE)
    copy.engine.close()
    assert count > 150
    assert {name: rows for name, rows in original.items() if rows != again[name]} == {}
    empty = sorted(name for name, rows in original.items() if not rows)
    assert empty == [], f"the story never writes {empty}"


def test_an_erased_payload_is_said_not_guessed(world: World, tmp_path: Path) -> None:
    filed(world)
    with world.engine.database.writing.begin() as connection:
        connection.execute(text("update records set salt = null, body = null where type = 'TaskCreated'"))
    with pytest.raises(PayloadErased):
        replayed(world, "sqlite", tmp_path / "copy")


def test_records_of_before_say_where_the_tokens_are_at_the_top(world: World) -> None:
    begin_filing(world)
    with world.engine.begin(SYSTEM) as unit:
        unit.lock(world.last)
        unit.record(world.last, Record(RecordType.TOKENS_MOVED, {"tokens": "as before", "outcome": None, "timers": [], "gone": []}))
        row = instance_rows.find_instance(unit.connection, world.last)
    assert row is not None and row.tokens == "as before"
