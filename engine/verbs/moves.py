"""Moves: an operator returns a case to a step that was done before, or jumps to any step.

What a move does to everything else that runs is the table of `engine.runtime.borders`; gates on the way are not asked, the
reason stands in their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.bpmn.names import names_of
from engine.errors import NotFound, WrongState
from engine.records import Record, RecordType, StoredRecord
from engine.runtime import Move
from engine.store import instance_rows
from engine.store.unit import UnitOfWork
from engine.verbs import loops
from engine.verbs.flow import Flow
from engine.verbs.intervening import intervene
from engine.verbs.once import Done
from engine.verbs.settling import settle

Kind = Literal["return", "jump"]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a case rests: a token, the step it stands at, and for which item of a loop (empty: none).

    One that `has_arrived` is through with its branch, and waits at the join for the others.
    """

    token_id: str
    element_id: str
    title: str
    item: str
    has_arrived: bool


def return_to(unit: UnitOfWork, *, instance_id: str, step_id: str, reason: str, key: str, token_id: str = "") -> Done:
    """Send a case back to a task that was done before; whoever does it again reads the reason.

    `token_id` says from where, when the case rests at several places. Raises CannotMove by the border it would cross.
    """
    def act(flow: Flow, said: str) -> StoredRecord:
        if not instance_rows.was_done(unit.connection, instance_id, step_id):
            raise WrongState("这一步还没有办过，不能退回到这里；可以跳转",
                             "This step has not been done yet: a case can jump there, not return", instance_id=instance_id)
        flow.sent_back[step_id] = said
        return _move(flow, "return", step_id, token_id, said)
    return intervene(unit, act, operation="return_to", instance_id=instance_id, reason=reason, key=key,
                     content=f"{step_id} {token_id}")


def jump(unit: UnitOfWork, *, instance_id: str, step_id: str, reason: str, key: str, token_id: str = "") -> Done:
    """Let a case go on at any step, whatever lies between. Otherwise as `return_to`."""
    def act(flow: Flow, said: str) -> StoredRecord:
        return _move(flow, "jump", step_id, token_id, said)
    return intervene(unit, act, operation="jump", instance_id=instance_id, reason=reason, key=key,
                     content=f"{step_id} {token_id}")


def positions(flow: Flow) -> tuple[Position, ...]:
    """Everywhere the case rests, oldest first."""
    if flow.status != "running":
        return ()
    return tuple(Position(token.id, token.element_id, title_of(flow, token.element_id),
                          loops.called(flow.locals, token.loop_id) if token.loop_id else "", token.kind == "join")
                 for token in flow.case.positions())


def preview(flow: Flow, *, step_id: str, token_id: str = "") -> Move:
    """What a move would do; nothing moves. Raises as the move itself."""
    return flow.case.plan_move(_from(flow, token_id), _element_of(flow, step_id))


def title_of(flow: Flow, element_id: str) -> str:
    """What a place is called: the title of its step, its id where it has none."""
    reached = names_of(flow.definition).find(element_id)
    if reached is not None and reached.part == "join":
        return "汇合"
    return str(getattr(reached.step, "title", "") or reached.step.id) if reached is not None and reached.step is not None else element_id


def _move(flow: Flow, kind: Kind, step_id: str, token_id: str, said: str) -> StoredRecord:
    move = flow.case.plan_move(_from(flow, token_id), _element_of(flow, step_id))
    titles = {element_id: title_of(flow, element_id) for element_id in (move.source, *move.withdrawn, *move.passed)}
    stored = flow.record(Record(RecordType.CASE_MOVED, {
        "kind": kind, "from": move.source, "from_title": titles[move.source], "to_title": title_of(flow, step_id), "reason": said,
        "borders": list(move.borders), "withdrawn": [titles[each] for each in move.withdrawn if each != move.source],
        "passed": [titles[each] for each in move.passed]}, element_id=step_id))
    flow.case.move(move.token_id, move.target)
    settle(flow)
    return stored


def _from(flow: Flow, token_id: str) -> str:
    if token_id:
        return token_id
    found = [each for each in positions(flow) if not each.has_arrived]
    if len(found) != 1:
        names = "、".join(f"“{each.title}”" for each in found)
        raise WrongState(f"事项停在 {len(found)} 处（{names}），请指明从哪里移动",
                         f"The case rests at {len(found)} places ({names}): say which one moves", instance_id=flow.instance_id)
    return found[0].token_id


def _element_of(flow: Flow, step_id: str) -> str:
    """The element at which a step begins: it has the step's own id, but for an end. Raises NotFound."""
    elements = names_of(flow.definition).of_step(step_id)
    if step_id in elements or flow.definition.drawing is not None:
        return step_id
    if not elements:
        raise NotFound(f"流程没有步骤 {step_id}", f"The process has no step {step_id}")
    return elements[0]
