"""Reading the steps of a flow: tasks, switches, forks, automatic steps, ends; and what a task carries.

It knows how steps are written; whether their names and targets exist is checked over the whole (check.py).
"""

from __future__ import annotations

from typing import Literal

from engine.definition.deadlines import read_due
from engine.definition.draft import Draft
from engine.definition.effects import EFFECT_KEYS, read_effects, read_gates
from engine.definition.keys import ACTION, BOUNDARY, CASE, END_STEP, FORK, LATER_STEPS, SET, SWITCH, TASK
from engine.definition.model import (
    Action,
    Boundary,
    Branch,
    Case,
    Effects,
    EndStep,
    Fork,
    SetStep,
    Step,
    Switch,
    Task,
)
from engine.definition.nodes import ListNode, MapNode, Node, ScalarNode
from engine.definition.problems import did_you_mean
from engine.definition.sheet import Sheet
from engine.definition.who import read_who

ActionKind = Literal["complete", "approve", "reject", "return"]
ACTIONS: tuple[ActionKind, ...] = ("complete", "approve", "reject", "return")
_KINDS = ("task", "switch", "fork", *EFFECT_KEYS)


def read_steps(draft: Draft, node: Node, inherited: tuple[str, ...]) -> tuple[Step, ...]:
    """A list of steps, each a map of one id."""
    if not isinstance(node, ListNode) or not node.items:
        draft.wrong(node, "steps", "这里要写步骤列表，每一步以“- 标识:”开头",
                    "Expected a list of steps, each beginning with `- id:`")
        return ()
    steps = [_read_item(draft, item, inherited) for item in node.items]
    return tuple(step for step in steps if step is not None)


def _read_item(draft: Draft, item: Node, inherited: tuple[str, ...]) -> Step | None:
    if not isinstance(item, MapNode) or len(item.entries) != 1:
        draft.wrong(item, "steps", "一个步骤要写成“- 标识: {…}”，只有一个标识",
                    "A step is written `- id: {…}` with exactly one id",
                    ("其余的键要比标识多缩进一层", "Indent the other keys below the id"))
        return None
    key, node = item.entries[0]
    draft.owner = draft.id(key)
    draft.declare(key.text, key.place)
    return read_step(draft, key, node, inherited)


def read_step(draft: Draft, key: ScalarNode, node: Node, inherited: tuple[str, ...]) -> Step:
    """One step; its kind is told by the key it has."""
    names = [name.text for name, _ in node.entries] if isinstance(node, MapNode) else []
    if "task" in names:
        return _read_task(draft, key, Sheet(draft, node, TASK), inherited)
    if "switch" in names:
        return _read_switch(draft, key, Sheet(draft, node, SWITCH), inherited)
    if "fork" in names:
        return _read_fork(draft, key, Sheet(draft, node, FORK), inherited)
    if "end" in names and not set(names) & {"set", "number", "record", "notify"}:
        sheet = Sheet(draft, node, END_STEP)
        return EndStep(key.text, sheet.find_text("end"), sheet.flag("terminate"),
                       sheet.cited(inherited, f"“{key.text}”"),
                       key.place)
    if set(names) & set(EFFECT_KEYS):
        sheet = Sheet(draft, node, SET)
        basis = sheet.cited(inherited, f"“{key.text}”")
        return SetStep(key.text, read_effects(draft, sheet, basis), sheet.text("title"), basis,
                       sheet.mention("then", "target"), key.place)
    _refuse_kind(draft, key, names)
    return SetStep(key.text, Effects(), place=key.place)


def _refuse_kind(draft: Draft, key: ScalarNode, names: list[str]) -> None:
    later = [name for name in names if name in LATER_STEPS]
    if later:
        draft.wrong(key, "later", f"这个版本还不能执行“{later[0]}”步骤",
                    f"This version does not run {later[0]!r} steps yet")
        return
    hint = next((found for found in (did_you_mean(name, _KINDS) for name in names) if "？" in found[0]),
                ("", ""))
    draft.wrong(key, "step-kind", f"步骤“{key.text}”看不出是哪一种：要有 task、switch、fork、set 或 end 之一",
                f"The step {key.text!r} has none of task, switch, fork, set, end", hint)


def _read_task(draft: Draft, key: ScalarNode, sheet: Sheet, inherited: tuple[str, ...]) -> Task:
    own = sheet.basis()
    basis = own or sheet.cited(inherited, f"“{key.text}”")
    return Task(
        key.text, sheet.text("task"), read_who(draft, sheet, own), sheet.mention("form", "form") or "",
        _read_actions(draft, sheet), basis, read_due(draft, sheet.find("due"), own),
        read_gates(draft, sheet, basis),
        read_effects(draft, sheet, basis), _read_boundaries(draft, key.text, sheet, own),
        sheet.mention("then", "target"),
        tuple(draft.mention("step", item) for item in sheet.items("shows") if isinstance(item, ScalarNode)),
        sheet.mention("changes_of", "form_step"), sheet.text("note"), key.place)


# ---------------------------------------------------------------- actions

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
            draft.wrong(node, "action", "return 要写明退回到哪一步，如 {return: 步骤}",
                        "A return names the step: {return: step}")
        return Action(_action_kind(draft, node, node.text))
    sheet = Sheet(draft, node, ACTION)
    said = sheet.find("action")
    short = [kind for kind in ACTIONS if sheet.has(kind)]
    if (said is None) == (not short) or len(short) > 1:
        draft.wrong(node, "action", "动作要写 complete、approve、reject 或 return 之一",
                    "Expected one of complete, approve, reject, return")
        return Action("complete")
    label = sheet.find_text("label")
    if short:
        return Action(short[0], sheet.mention(short[0], "action_target"), label)
    kind = _action_kind(draft, said, said.text) if isinstance(said, ScalarNode) else "complete"
    if kind == "return" and not sheet.has("to"):
        draft.wrong(node, "action", "return 要写明退回到哪一步", "A return names the step it leads to")
    return Action(kind, sheet.mention("to", "action_target"), label)


def _action_kind(draft: Draft, node: ScalarNode, name: str) -> ActionKind:
    if name not in ACTIONS:
        draft.wrong(node, "unknown-action", f"没有“{name}”这个动作", f"There is no action {name!r}",
                    did_you_mean(name, ACTIONS))
        return "complete"
    return name


# ---------------------------------------------------------------- on

def _read_boundaries(draft: Draft, task: str, sheet: Sheet, around: tuple[str, ...]) -> tuple[Boundary, ...]:
    return tuple(_read_boundary(draft, f"{task}_on_{number}", node, around)
                 for number, node in enumerate(sheet.items("on"), start=1))


def _read_boundary(draft: Draft, default_id: str, node: Node, around: tuple[str, ...]) -> Boundary:
    sheet = Sheet(draft, node, BOUNDARY)
    timer = sheet.find("timer")
    if sheet.has("condition") == (timer is not None) and isinstance(node, MapNode):
        draft.wrong(node, "boundary", "要写 condition 或 timer 其中之一", "Expected either condition or timer")
    boundary_id = sheet.id("id") or default_id
    draft.declare(boundary_id, node.place)
    then = sheet.mention("then", "target")
    interrupting = sheet.flag_or("interrupting", default=True)
    if timer is not None:
        after, basis = draft.limit(timer, sheet.basis(), around=around)
        return Boundary(boundary_id, "timer", sheet.text("title"), then, None, after, interrupting, basis)
    return Boundary(boundary_id, "condition", sheet.text("title"), then, sheet.expression("condition"), None,
                    interrupting, sheet.basis(around))


# ---------------------------------------------------------------- switch and fork

def _read_switch(draft: Draft, key: ScalarNode, sheet: Sheet, inherited: tuple[str, ...]) -> Switch:
    cases = []
    for item in sheet.items("switch"):
        case = Sheet(draft, item, CASE)
        cases.append(Case(case.find_expression("when"), case.mention("then", "target") or "", case.basis()))
    defaults = [number for number, case in enumerate(cases) if case.when is None]
    if not defaults:
        draft.wrong(key, "no-default", f"“{key.text}”缺少其余情况", f"The switch {key.text!r} has no default",
                    ("最后加一个只有 then 的分支", "End it with a case that has only `then`"))
    elif defaults != [len(cases) - 1]:
        draft.wrong(key, "no-default", f"“{key.text}”里没有 when 的分支只能有一个，并且写在最后",
                    f"The switch {key.text!r} must have exactly one case without `when`, the last")
    return Switch(key.text, tuple(cases), sheet.text("title"), sheet.cited(inherited, f"“{key.text}”"),
                  key.place)


def _read_fork(draft: Draft, key: ScalarNode, sheet: Sheet, inherited: tuple[str, ...]) -> Fork:
    join = sheet.find("join")
    if join is not None and not (isinstance(join, ScalarNode) and join.text == "all"):
        draft.wrong(join, "later", "这个版本的汇合方式只有 all", "This version joins `all` branches only")
    then = sheet.mention("then", "target")
    branches: list[Branch] = []
    for name, node in sheet.pairs("fork"):
        branches.append(Branch(draft.id(name), read_steps(draft, node, inherited)))
    if len(branches) < 2:
        draft.wrong(key, "fork", f"并行“{key.text}”至少要有两个分支",
                    f"The fork {key.text!r} needs two branches or more")
    return Fork(key.text, tuple(branches), sheet.text("title"), then, sheet.cited(inherited, f"“{key.text}”"),
                key.place)
