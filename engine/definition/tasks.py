"""Reading tasks: what people do, and the actions that finish it.

It knows how a task is written; whether the names it mentions exist is checked over the whole (check.py).
"""

from __future__ import annotations

from typing import Literal

from engine.definition.deadlines import read_due
from engine.definition.draft import Draft
from engine.definition.effects import read_effects, read_gates
from engine.definition.events import StepSheet, read_boundaries
from engine.definition.keys import ACTION
from engine.definition.keys.words import ACTIONS
from engine.definition.model import Action, Task
from engine.definition.nodes import Node, ScalarNode
from engine.definition.problems import did_you_mean
from engine.definition.sheet import Sheet
from engine.definition.who import read_who

ActionKind = Literal["complete", "approve", "reject", "return"]
KINDS: dict[str, ActionKind] = {"complete": "complete", "approve": "approve", "reject": "reject", "return": "return"}


def read_task(step: StepSheet) -> Task:
    draft, sheet = step.draft, step.sheet
    own, basis = step.basis()
    return Task(
        step.id, sheet.text("task"), read_who(draft, sheet, own), sheet.mention("form", "form") or "",
        _read_actions(draft, sheet), basis, read_due(draft, sheet.find("due"), own),
        read_gates(draft, sheet, basis), read_effects(draft, sheet, basis), read_boundaries(step, own),
        sheet.mention("then", "target"),
        tuple(draft.mention("step", item) for item in sheet.items("shows") if isinstance(item, ScalarNode)),
        sheet.mention("changes_of", "form_step"), sheet.text("note"), step.key.place)


def _read_actions(draft: Draft, sheet: Sheet) -> tuple[Action, ...]:
    nodes = sheet.items("actions")
    actions = [_read_action(draft, node) for node in nodes]
    seen: set[tuple[str, str | None]] = set()
    for node, action in zip(nodes, actions, strict=True):
        if (action.kind, action.to) in seen:
            draft.wrong(node, "duplicate-action", f"动作“{action.kind}”写了两次",
                        f"The action {action.kind!r} is written twice")
        seen.add((action.kind, action.to))
    return tuple(actions) or (Action("complete"),)


def _read_action(draft: Draft, node: Node) -> Action:
    if isinstance(node, ScalarNode):
        if node.text == "return":
            draft.wrong(node, "action", "`return` 要写明退回到哪一步，如 `{return: 步骤}`",
                        "`return` names the step: `{return: step}`")
        return Action(_action_kind(draft, node, node.text))
    sheet = Sheet(draft, node, ACTION)
    said = sheet.find("action")
    short = [kind for word, kind in KINDS.items() if sheet.has(word)]
    if (said is None) == (not short) or len(short) > 1:
        draft.wrong(node, "action", "动作要写 `complete`、`approve`、`reject` 或 `return` 之一",
                    "Expected one of `complete`, `approve`, `reject`, `return`")
        return Action("complete")
    label = sheet.find_text("label")
    if short:
        return Action(short[0], sheet.mention(short[0], "action_target"), label)
    kind = _action_kind(draft, said, said.text) if isinstance(said, ScalarNode) else "complete"
    if kind == "return" and not sheet.has("to"):
        draft.wrong(node, "action", "`return` 要写明退回到哪一步", "`return` names the step it leads to")
    return Action(kind, sheet.mention("to", "action_target"), label)


def _action_kind(draft: Draft, node: ScalarNode, name: str) -> ActionKind:
    if name not in KINDS:
        draft.wrong(node, "unknown-action", f"没有“{name}”这个动作", f"There is no action {name!r}",
                    did_you_mean(name, draft.words(ACTIONS)))
        return "complete"
    return KINDS[name]
