"""Cases that an event begins are the system's, whoever sent it; the trace says who that was."""

from __future__ import annotations

from pathlib import Path

from engine.store.queries.cases import get_any_head
from engine.verbs import messages, registers
from tests.engine.verbs.cases import begun_alone, carry, look_at, sent
from tests.engine.verbs.constructs import definition, is_proven
from tests.world import World

BY_MESSAGE = "starts: [{id: alarm, message: answer, takes: [text]}]\n"
BY_ENTRY = "starts: [{id: found, entry: systems, when: 'state = \"异常\"'}]\n"
BY_SIGNAL = "starts: [{id: bell, signal: all_clear}]\n"
RETURNS = """\
starts:
  - {id: ask, title: 申请, who: {anyone: true}, form: request}
  - {id: alarm, message: answer, takes: [text]}
"""


def is_the_systems(world: World, process: str) -> bool:
    """Begun by the system, and so is everything that stands in its trace so far; nobody else is involved by it."""
    look_at(world, process)
    with world.engine.read(world.actor("aud")) as read:
        head = get_any_head(read, world.last)
    return (head.started_by, {entry.actor_id for entry in world.trace()}) == ("system", {"system"})


def told(world: World) -> list[str]:
    return [entry.sentence.zh for entry in world.trace() if entry.type == "EventReceived"]


def test_a_message_that_an_operator_sends_begins_a_case_of_the_system(world: World, tmp_path: Path) -> None:
    begun_alone(world, "begun", BY_MESSAGE, "=alarm.text")
    with world.engine.begin(world.actor("caseop")) as unit:
        messages.send(unit, name="answer", values={"text": "来讯"})
        assert unit.actor.id == world.ids["caseop"]
    assert is_the_systems(world, "begun")
    assert (told(world), world.view().head.subject) == (["收到消息“answer”，来自 运"], "来讯")
    assert world.titles_for("caseop") == []
    assert is_proven(world, tmp_path)


def test_an_entry_that_an_operator_imports_begins_a_case_of_the_system(world: World, tmp_path: Path) -> None:
    begun_alone(world, "begun", BY_ENTRY, "=found.name")
    with world.engine.begin(world.actor("caseop")) as unit:
        registers.import_entry(unit, register="systems", key="主页", values={"name": "主页", "state": "异常"})
    assert is_the_systems(world, "begun")
    assert told(world) == ["台账变动：systems 主页，来自 运"]
    assert is_proven(world, tmp_path)


def test_what_a_case_sends_is_told_by_the_number_of_that_case(world: World, tmp_path: Path) -> None:
    begun_alone(world, "begun", BY_MESSAGE, "=alarm.text")
    begun_alone(world, "rung", BY_SIGNAL, "铃")
    carry(sent(world))
    for process, what in (("begun", "消息“answer”"), ("rung", "信号“all_clear”")):
        assert is_the_systems(world, process)
        assert told(world) == [f"收到{what}，来自 sender-2026-0001"]
    assert is_proven(world, tmp_path)


def test_a_case_that_nobody_asked_for_cannot_be_returned_to_an_applicant(world: World) -> None:
    steps = "  - review: {task: 审核, who: {role: office}, form: opinion, actions: [approve, {return: ask}]}\n"
    files = definition("begun", steps, starts=RETURNS)
    files["processes/begun.yaml"] = files["processes/begun.yaml"].replace("subject: =ask.name", "subject: 审")
    world.deploy("processes/begun.yaml", files=files)
    with world.engine.begin(world.actor("caseop")) as unit:
        messages.send(unit, name="answer", values={"text": "来讯"})
    look_at(world, "begun").complete("审核", by="gus", action="return", comment="改")
    assert [incident.zh for incident in world.view().incidents] == ["此事项由系统发起，没有申请人可以退回"]
