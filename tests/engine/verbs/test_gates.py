"""Gates: what the regulation refuses is refused, traced with its clause, and not kept where it says so."""

from __future__ import annotations

import pytest

from engine.errors import Rejected
from engine.verbs.answering import GateClosed
from tests.engine.verbs.small import begin_filing, broken_chains, rows_of
from tests.world import World


def test_a_closed_gate_at_the_start_leaves_a_refusal_and_nothing_else(world: World) -> None:
    before = rows_of(world.engine, without=frozenset({"records", "streams"}))
    with pytest.raises(GateClosed, match="涉密系统不得接入") as caught:
        begin_filing(world, "秘密系统", secret="是")
    assert caught.value.discard
    assert rows_of(world.engine, without=frozenset({"records", "streams"})) == before
    refusal = [row for row in rows_of(world.engine)["records"] if "ActionRefused" in row]
    assert len(refusal) == 1
    assert "A-3" in refusal[0]
    assert "秘密系统".encode().hex() not in refusal[0]
    assert broken_chains(world) == []


def test_a_closed_gate_at_a_task_is_traced_with_its_clause(world: World) -> None:
    begin_filing(world)
    with pytest.raises(Rejected, match="请写明意见"):
        world.complete("审核", by="bob", action="approve", words="空话")
    refusal = world.trace()[-1]
    assert (refusal.type, refusal.clauses, refusal.actor_name) == ("ActionRefused", ("A-2",), "包")
    assert world.titles_for("bob") == ["审核"]
    assert broken_chains(world) == []


def test_a_return_needs_no_gate(world: World) -> None:
    begin_filing(world).complete("审核", by="bob", action="return", comment="空话", words="空话")
    assert world.open_titles() == ["申请"]
