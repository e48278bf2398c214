"""Reading the steps of a flow, each by its kind; and those that shape the flow: switch, fork, do, for, end.

It knows how steps are written; whether their names and targets exist is checked over the whole (check.py).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Literal

from engine.definition.automatic import read_call, read_decide, read_listen, read_raise, read_service, read_wait
from engine.definition.draft import Draft
from engine.definition.effects import read_effects, read_variable
from engine.definition.events import StepSheet, read_boundaries, read_scope
from engine.definition.keys import BRANCH, CASE, EACH, EFFECT_KEYS, STEPS, find_step_noun
from engine.definition.model import Branch, Case, Do, Effects, EndStep, Expression, For, Fork, SetStep, Step, Switch
from engine.definition.nodes import ListNode, MapNode, Node, ScalarNode
from engine.definition.problems import did_you_mean
from engine.definition.sheet import Sheet
from engine.definition.tasks import read_task

_KINDS = (*STEPS, *EFFECT_KEYS)


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
    noun = find_step_noun(names)
    if noun is None:
        _refuse_kind(draft, key, names)
        return SetStep(key.text, Effects(), place=key.place)
    return _READERS[noun.name](StepSheet(draft, key, Sheet(draft, node, noun), inherited, read_steps))


def _refuse_kind(draft: Draft, key: ScalarNode, names: list[str]) -> None:
    hint = next((found for found in (did_you_mean(name, map(draft.said, _KINDS)) for name in names) if "？" in found[0]),
                ("", ""))
    draft.wrong(key, "step-kind", f"步骤“{key.text}”看不出是哪一种：要有 `task`、`switch`、`fork`、`set` 或 `end` 之一",
                f"The step {key.text!r} has none of `task`, `switch`, `fork`, `set`, `end`", hint)


# ---------------------------------------------------------------- switch and fork

def _read_switch(step: StepSheet) -> Switch:
    draft, key, sheet = step.draft, step.key, step.sheet
    cases = []
    for item in sheet.items("switch"):
        case = Sheet(draft, item, CASE)
        cases.append(Case(case.find_expression("when"), case.mention("then", "target") or "", case.basis()))
    defaults = [number for number, case in enumerate(cases) if case.when is None]
    if defaults not in ([], [len(cases) - 1]):
        draft.wrong(key, "no-default", f"“{key.text}”里没有 `when` 的分支只能有一个，并且写在最后",
                    f"The switch {key.text!r} may have one case without `when`, the last")
    return Switch(key.text, tuple(cases), sheet.text("title"), step.basis()[1], key.place)


def _read_fork(step: StepSheet) -> Fork:
    draft, key, sheet = step.draft, step.key, step.sheet
    then = sheet.mention("then", "target")
    _, basis = step.basis()
    branches = tuple(_read_branch(step, name, node) for name, node in sheet.pairs("fork"))
    if len(branches) < 2:
        draft.wrong(key, "fork", f"并行“{key.text}”至少要有两个分支",
                    f"The fork {key.text!r} needs two branches or more")
    join = _read_join(draft, sheet.find("join"), branches)
    return Fork(key.text, branches, sheet.text("title"), then, basis, key.place, join)


def _read_branch(step: StepSheet, name: ScalarNode, node: Node) -> Branch:
    branch, around, draft = step.draft.id(name), step.draft.owner, step.draft
    if isinstance(node, MapNode):
        sheet = Sheet(draft, node, BRANCH)
        return Branch(branch, step.steps(sheet, step.inherited), sheet.expression("when"))
    steps = step.read_steps(draft, node, step.inherited)
    draft.owner = around
    return Branch(branch, steps)


def _read_join(draft: Draft, node: Node | None, branches: tuple[Branch, ...]) -> Literal["all", "any"] | int:
    if node is None:
        return "all"
    value = node.value() if isinstance(node, ScalarNode) else None
    if value in ("all", "any"):
        if value == "any":
            _refuse_conditions(draft, node, branches)
        return "any" if value == "any" else "all"
    if isinstance(value, Decimal) and value == int(value) and 1 <= value <= len(branches):
        _refuse_conditions(draft, node, branches)
        return int(value)
    draft.wrong(node, "join", f"汇合方式要写 `all`、`any`，或 1 到 {len(branches)} 的数",
                f"`join` is `all`, `any`, or a number from 1 to {len(branches)}")
    return "all"


def _refuse_conditions(draft: Draft, node: Node, branches: tuple[Branch, ...]) -> None:
    if any(branch.when is not None for branch in branches):
        draft.wrong(node, "join", "有条件的分支只能用 `all` 汇合", "Branches with a condition join `all`",
                    ("走到的分支都会等齐", "Those that were gone are waited for"))


# ---------------------------------------------------------------- do and for

def _read_do(step: StepSheet) -> Do:
    own, basis = step.basis()
    sheet = step.sheet
    steps = step.steps(sheet, basis)
    on, events, requests = read_scope(step, own)
    return Do(step.id, steps, sheet.text("title"), on, events, requests, sheet.mention("then", "target"), basis,
              step.key.place)


def _read_for(step: StepSheet) -> For:
    own, basis = step.basis()
    draft, sheet = step.draft, step.sheet
    node = sheet.find("for")
    each = Sheet(draft, node, EACH) if node is not None else None
    names = [_read_local(draft, each, key) if each is not None else "" for key in ("each", "at")]
    items = each.expression("in") if each is not None else Expression("[]")
    return For(step.id, names[0], items, step.steps(sheet, basis), names[1], sheet.find_expression("until"),
               sheet.flag("one_by_one"), sheet.text("title"), read_boundaries(step, own), sheet.mention("then", "target"),
               basis, step.key.place, tuple(read_variable(draft, key, value) for key, value in sheet.pairs("collect")))


def _read_local(draft: Draft, each: Sheet, key: str) -> str:
    """A name that counts inside the loop only; it may not be that of a step."""
    node = each.find(key)
    if not isinstance(node, ScalarNode):
        return ""
    draft.mention("variable", node, draft.id(node))
    return node.text


# ---------------------------------------------------------------- automatic steps and ends

def _read_set(step: StepSheet) -> SetStep:
    _, basis = step.basis()
    sheet = step.sheet
    return SetStep(step.id, read_effects(step.draft, sheet, basis), sheet.text("title"), basis,
                   sheet.mention("then", "target"), step.key.place)


def _read_end(step: StepSheet) -> EndStep:
    _, basis = step.basis()
    return EndStep(step.id, step.sheet.find_text("end"), step.sheet.flag("terminate"), basis, step.key.place)


_READERS: dict[str, Callable[[StepSheet], Step]] = {
    "task": read_task, "switch": _read_switch, "fork": _read_fork, "do_step": _read_do, "for_step": _read_for,
    "call_step": read_call, "wait_step": read_wait, "listen_step": read_listen, "decide_step": read_decide,
    "service_step": read_service, "raise_step": read_raise, "set_step": _read_set, "end_step": _read_end}
