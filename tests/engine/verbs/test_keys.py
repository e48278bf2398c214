"""Keys of messages: whom a message is for, told by values as FEEL compares them; and messages that were sent too early."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.clock import CHINA
from engine.feel import equal
from engine.store import case_rows
from engine.verbs import messages
from engine.verbs.outgoing import KEY_LENGTH, key_text
from tests.engine.verbs.cases import carry, cases_of, look_at, sent
from tests.engine.verbs.constructs import begun, definition, is_proven
from tests.world import World

EIGHT = datetime(2026, 11, 2, 8, tzinfo=CHINA)
ALIKE = [(Decimal("5"), Decimal("5.0")), (Decimal("1000"), Decimal("1E+3")), (EIGHT, EIGHT.astimezone(UTC)),
         ([Decimal("1.50"), "a"], [Decimal("1.5"), "a"]),
         ({"a": Decimal("1"), "b": EIGHT}, {"b": EIGHT.astimezone(UTC), "a": Decimal("1.0")})]
APART = [(Decimal("5"), Decimal("5.1")), ("甲", "乙"), ("字" * 300, "字" * 299 + "词"), (["a"], [["a"]]),
         ("字" * 300, key_text("字" * 300))]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_equal_values_are_one_key(one: object, other: object) -> None:
    assert equal(one, other) is True
    assert key_text(one) == key_text(other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_other_values_are_other_keys_however_long_they_are(one: object, other: object) -> None:
    assert key_text(one) != key_text(other)
    assert len(key_text(one)) <= KEY_LENGTH


def test_a_program_writes_a_number_as_it_reads(world: World) -> None:
    begun(world, "waiter", "  - answer: {listen: {message: answer, key: =5.0}}\n")
    with world.engine.begin(world.actor("caseop")) as unit:
        messages.send(unit, name="answer", key="5", values={})
    assert world.view().head.status == "ended"


def test_a_key_of_any_length_reaches_its_own_case_only(world: World, tmp_path: Path) -> None:
    waits = "  - answer: {listen: {message: answer, key: '=string join(for i in 1..300 return \"x\") + ask.name'}}\n"
    begun(world, "waiter", waits, name="甲")
    world.start("waiter", "ask", by="ann", name="乙")
    with world.engine.begin(world.actor("caseop")) as unit:
        messages.send(unit, name="answer", key="x" * 300 + "乙", values={})
    assert [look_at(world, "waiter", number).view().head.status for number in (0, 1)] == ["running", "ended"]
    assert is_proven(world, tmp_path)


BEGUN = "starts:\n  - {id: alarm, message: answer, takes: [text]}\n"


def test_a_kept_message_begins_a_case_once_a_process_that_begins_with_it_is_deployed(world: World, tmp_path: Path) -> None:
    carry(sent(world)).at("2026-11-03 09:00")
    files = definition("begun", "  - last: {task: 收到, who: {role: centre}, form: opinion}\n", starts=BEGUN)
    files["processes/begun.yaml"] = files["processes/begun.yaml"].replace("subject: =ask.name", "subject: =alarm.text")
    carry(world.deploy("processes/begun.yaml", files=files))
    assert len(cases_of(world, "begun")) == 1
    assert look_at(world, "begun").view().head.subject == "好的，主页"
    assert len(cases_of(carry(world.at("2026-11-20 09:00")), "begun")) == 1
    assert is_proven(world, tmp_path)


def test_a_kept_message_is_found_by_an_index(world: World) -> None:
    carry(sent(world))
    with world.engine.database.reading.connect() as connection:
        asked = case_rows._kept.params(address="x").compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        if connection.dialect.name == "sqlite":
            plan = connection.execute(text(f"explain query plan {asked}")).all()
        else:
            connection.execute(text("set enable_seqscan = off"))
            plan = connection.execute(text(f"explain {asked}")).all()
    assert "ix_timers_kept_messages" in str(plan)
