"""The tokens of an instance carried over to another version of its process, element by element.

Every token needs a place of the same kind in the same level, else that is said and nothing is carried over. Events that wait
beside a step or a flow follow the new drawing: those it no longer has are gone, those it has anew begin to wait. Works on the
snapshot as text and knows neither variables nor rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.errors import Sentence
from engine.runtime.elements import FlowNode
from engine.runtime.flow import Level
from engine.runtime.naming import PREFIX, inner_name
from engine.runtime.program import Program
from engine.runtime.scopes import EventScope
from engine.runtime.snapshot import Row, read_snapshot, write_rows


@dataclass(slots=True)
class Transfer:
    """What became of the tokens: the new snapshot, tokens that are at a renamed element, those that are gone, what is missing."""

    tokens: str = ""
    moved: dict[str, str] = field(default_factory=dict)
    """Tokens by id, each with the new id of its element."""
    gone: dict[str, str] = field(default_factory=dict)
    """Events that the new version does not wait for here: token and element."""
    begun: list[tuple[str, str]] = field(default_factory=list)
    """Events to arm: the token they hang on (of a level: that of its sub-process, empty for the main flow), the node."""
    problems: list[Sentence] = field(default_factory=list)


def transfer(tokens: str, old: Program, new: Program, mapping: Mapping[str, str]) -> Transfer:
    """The snapshot of one version as one of another; `mapping` names elements that are called otherwise there."""
    last_id, rows, notes = read_snapshot(tokens)
    found = Transfer()
    carried = _Carrying(found, mapping).level(rows, old.main, new.main, "")
    if not found.problems:
        found.tokens = write_rows(last_id, carried, notes)
    return found


def arm(level: Level, host_id: str, node: str) -> bool:
    """Let an event of the new version wait where it hangs; False when this level is not the place."""
    around = level.host.id if level.host is not None else ""
    if host_id == around and any(scope.name == node for scope in level.spec.armed):
        level.sprout(level.spec.task_specs[node])
        return True
    host = level.tasks.get(host_id) if host_id else None
    if host is None or node not in host.task_spec.boundaries:
        return False
    level.sprout(level.spec.task_specs[node], host=host_id)
    return True


class _Carrying:
    """One instance on its way."""

    def __init__(self, found: Transfer, mapping: Mapping[str, str]) -> None:
        self._found = found
        self._mapping = mapping

    def level(self, rows: list[Row], old: BpmnProcessSpec, new: BpmnProcessSpec, host_id: str) -> list[Row]:
        """The rows of one level; events beside it are looked at when all else has its place."""
        kept = [carried for row in rows if (carried := self._row(row, old, new, rows)) is not None]
        interrupted = any(isinstance(spec := old.task_specs.get(inner_name(row[1])), EventScope) and spec.interrupting
                          and row[2] == "started" for row in rows)
        if not interrupted:
            self._begin_scopes(rows, old, new, host_id)
        return kept

    def _row(self, row: Row, old: BpmnProcessSpec, new: BpmnProcessSpec, around: list[Row]) -> Row | None:
        token_id, element_id, state, *more = row
        notes: dict[str, Any] = dict(more[0]) if more else {}
        before = old.task_specs[notes.get("as", PREFIX) + element_id]
        target = self._mapping.get(element_id, element_id)
        after = new.task_specs.get(notes.get("as", PREFIX) + target)
        if self._is_beside(before, state, notes):
            if not _waits_alike(before, after) or ("host" in notes and not self._hangs(notes["host"], after, new, around)):
                self._found.gone[token_id] = element_id
                return None
        elif not isinstance(after, FlowNode) or not _is_alike(before, after):
            self._refuse(element_id, target, after)
            return None
        if target != element_id:
            self._found.moved[token_id] = target
        self._rename(notes, element_id, after)
        if "inner" in notes:
            notes["inner"] = self.level(notes["inner"], before.level, after.level, token_id)
        if not self._is_beside(before, state, notes) and state != "kept":
            self._begin_beside(token_id, before, after)
        return [token_id, target, state, notes] if notes else [token_id, target, state]

    def _is_beside(self, spec: FlowNode, state: str, notes: Mapping[str, Any]) -> bool:
        return "host" in notes or (isinstance(spec, EventScope) and state == "waiting")

    def _hangs(self, host_id: str, event: FlowNode, new: BpmnProcessSpec, around: list[Row]) -> bool:
        """Whether the event still hangs on the step at which its host is now."""
        host = next((row for row in around if row[0] == host_id), None)
        after = new.task_specs.get(inner_name(self._mapping.get(host[1], host[1]))) if host is not None else None
        return isinstance(after, FlowNode) and event.name in after.boundaries

    def _refuse(self, element_id: str, target: str, after: object) -> None:
        if after is None:
            self._say(f"停在 {element_id} 的位置在新版本里没有去处", f"The position at {element_id} has no place in the new version")
        else:
            self._say(f"停在 {element_id} 的位置不能放到 {target}：两者不是同一种步骤",
                      f"The position at {element_id} cannot stand at {target}: they are no steps of one kind")

    def _rename(self, notes: dict[str, Any], element_id: str, after: FlowNode) -> None:
        """What a token remembers of the elements around it; a flow that no longer leads here is a problem."""
        if "undo" in notes or "undoing" in notes:
            self._say("正在补偿已办的步骤，完成前不能换版本",
                      "What was done is being undone; the version cannot be changed until that is finished")
        for name in ("via", "rest", "queue"):
            if name not in notes:
                continue
            named = [self._named(each) for each in ([notes[name]] if name == "via" else notes[name])]
            notes[name] = named[0] if name == "via" else named
            if name != "queue" and not set(named) <= set(after._inputs):
                self._say(f"在 {element_id} 等待汇合的分支，新版本里不通向那里",
                          f"A branch that waits at {element_id} does not lead there in the new version")

    def _named(self, node: str) -> str:
        return node[0] + self._mapping.get(node[1:], node[1:])

    def _begin_beside(self, token_id: str, before: FlowNode, after: FlowNode) -> None:
        known = {self._named(each) for each in before.boundaries}
        old, new = before._wf_spec.task_specs, after._wf_spec.task_specs
        renamed = {self._named(each): each for each in before.boundaries}
        self._found.begun += [(token_id, each) for each in after.boundaries
                              if each not in known or not _waits_alike(old[renamed[each]], new[each])]

    def _begin_scopes(self, rows: list[Row], old: BpmnProcessSpec, new: BpmnProcessSpec, host_id: str) -> None:
        renamed = {self._named(scope.name): scope for scope in old.armed}
        self._found.begun += [(host_id, scope.name) for scope in new.armed
                              if scope.name not in renamed or not _waits_alike(renamed[scope.name], scope)]

    def _say(self, zh: str, en: str) -> None:
        if (said := Sentence(zh, en)) not in self._found.problems:
            self._found.problems.append(said)


def _is_alike(before: FlowNode, after: FlowNode) -> bool:
    """Whether a token at the one can stand at the other. A wait keeps the moment it has, whatever the new one would be."""
    def seen(node: FlowNode) -> tuple[object, ...]:
        loop = getattr(node, "loop", None)
        kind = (loop.one_by_one, loop.item) if loop is not None else None
        return type(node), [(event.kind, event.name) for event in node.events], kind
    return seen(before) == seen(after)


def _waits_alike(before: FlowNode, after: object) -> bool:
    """Whether what waits here waits for the same as before; what does not wait at all does."""
    return isinstance(after, FlowNode) and after.events == before.events
