"""Records: chained, guarded by the database itself, erasable, and proved by receipts."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine.store.queries.chain import finder_of, snapshot
from engine.trace.verify import check_receipts
from tests.engine.verbs.small import begin_limits, broken_chains, filed
from tests.world import World

CHANGES = (
    "update records set actor_id = 'nobody'", "update records set hash = prev", "update records set seq = seq + 1000",
    "update records set body = salt", "update records set salt = body", "update records set recorded_at = 'x' || recorded_at",
    "update records set body = null, type = 'TaskClaimed'", "update records set clauses = '[]', salt = null, body = null",
    "delete from records", "delete from records where seq = 1",
)
ERASE = "update records set salt = null, body = null where type = 'TaskCompleted'"


def run(world: World, statement: str) -> None:
    with world.engine.database.writing.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_itself_refuses_to_change_or_delete_records(world: World, statement: str) -> None:
    filed(world)
    with pytest.raises(DBAPIError):
        run(world, statement)
    assert broken_chains(world) == []


def test_every_kind_of_record_verifies(world: World) -> None:
    filed(world)
    begin_limits(world, found_at="2026-11-02T08:30").at("2026-11-02 09:20")
    world.complete("报告", by="eve", name="x", found_at="2026-11-02T09:10")
    assert broken_chains(world) == []


def test_a_payload_may_be_erased_and_the_chain_still_verifies(world: World) -> None:
    filed(world)
    run(world, ERASE)
    assert broken_chains(world) == []
    assert [entry.payload_erased for entry in world.trace() if entry.type == "TaskCompleted"] == [True] * 4


def test_half_an_erasure_is_refused(world: World) -> None:
    filed(world)
    for statement in ("update records set salt = null", "update records set body = null"):
        with pytest.raises(DBAPIError):
            run(world, statement)


def test_what_was_erased_cannot_come_back(world: World) -> None:
    filed(world)
    run(world, ERASE)
    with pytest.raises(DBAPIError):
        run(world, "update records set body = commitment, salt = commitment where type = 'TaskCompleted'")


def test_receipts_agree_with_the_trace(world: World) -> None:
    filed(world)
    ring = world.engine.means.keys
    receipts = [done.receipt for done in world.receipts]
    with snapshot(world.engine.database) as connection:
        assert check_receipts(receipts, finder_of(connection), {ring.signing_key_id: ring.public_key}) == ()
