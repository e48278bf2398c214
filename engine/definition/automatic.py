"""Reading what a flow does by itself: call, wait, listen, decide, service, raise.

It knows how these steps are written; whether processes and tables exist is checked over the whole (check.py).
"""

from __future__ import annotations

from typing import Literal

from engine.definition.draft import Draft
from engine.definition.effects import read_effects
from engine.definition.events import StepSheet, read_boundaries, read_trigger
from engine.definition.keys import RAISED, UNTIL, WAY
from engine.definition.model import (
    Call,
    ConditionTrigger,
    Decide,
    Expression,
    Listen,
    Raise,
    Service,
    TimerTrigger,
    Wait,
    Way,
)
from engine.definition.nodes import MapNode, Node
from engine.definition.problems import code
from engine.definition.sheet import Sheet
from engine.definition.table_reader import read_table
from engine.dmn import DecisionTable


def read_call(step: StepSheet) -> Call:
    own, basis = step.basis()
    sheet = step.sheet
    return Call(step.id, sheet.mention("call", "process") or "", sheet.given("with"), sheet.flag("detach"),
                sheet.text("title"), read_effects(step.draft, sheet, basis), read_boundaries(step, own),
                sheet.mention("then", "target"), basis, step.key.place)


def read_service(step: StepSheet) -> Service:
    own, basis = step.basis()
    sheet = step.sheet
    return Service(step.id, sheet.id("service"), sheet.names("with"), sheet.text("title"),
                   read_effects(step.draft, sheet, basis), read_boundaries(step, own),
                   sheet.mention("then", "target"), basis, step.key.place)


def read_wait(step: StepSheet) -> Wait:
    own, basis = step.basis()
    sheet = step.sheet
    node = sheet.find("wait")
    trigger: TimerTrigger | ConditionTrigger
    if isinstance(node, MapNode):
        trigger = ConditionTrigger(Sheet(step.draft, node, UNTIL).expression("until"))
    else:
        after, at, cited = step.draft.moment(node, own) if node is not None else (None, None, ())
        trigger, basis = TimerTrigger(after, at), own or cited or basis
    return Wait(step.id, trigger, sheet.text("title"), read_effects(step.draft, sheet, basis),
                sheet.mention("then", "target"), basis, step.key.place)


# ---------------------------------------------------------------- listen

def read_listen(step: StepSheet) -> Listen:
    own, basis = step.basis()
    sheet = step.sheet
    nodes = sheet.items("listen")
    ways = tuple(_read_way(step, node, number if len(nodes) > 1 else 0, own)
                 for number, node in enumerate(nodes, start=1))
    return Listen(step.id, ways, sheet.text("title"), read_effects(step.draft, sheet, basis),
                  sheet.mention("then", "target"), basis, step.key.place)


def _read_way(step: StepSheet, node: Node, number: int, around: tuple[str, ...]) -> Way:
    """One of several things to wait for; the only one (number 0) goes by the id of the step."""
    sheet = Sheet(step.draft, node, WAY)
    if number:
        way_id = sheet.id("id") or f"{step.id}_on_{number}"
        step.draft.declare(way_id, node.place)
    else:
        way_id = step.id
        if sheet.has("id"):
            step.draft.wrong(node, "way-id", "只等候一项时以步骤标识为准，不写 `id`", "The only way goes by the id of its step")
    trigger, basis = read_trigger(step.draft, sheet, around)
    if trigger.kind in ("error", "escalation"):
        step.draft.wrong(node, "trigger", "错误和升级只能写在 `on` 里", "Errors and escalations are caught by `on`")
    return Way(way_id, trigger, sheet.mention("then", "target"), sheet.text("title"), basis, node.place)


# ---------------------------------------------------------------- decide

def read_decide(step: StepSheet) -> Decide:
    _, basis = step.basis()
    sheet = step.sheet
    node = sheet.find("decide")
    table: str | DecisionTable = ""
    if isinstance(node, MapNode):
        table = read_table(step.draft, node, table_id=step.id, title=sheet.text("title"), inherited=basis)
    elif node is not None:
        table = sheet.mention("decide", "table") or ""
    return Decide(step.id, table, sheet.names("with"), sheet.text("title"), read_effects(step.draft, sheet, basis),
                  sheet.mention("then", "target"), basis, step.key.place)


# ---------------------------------------------------------------- raise

Raised = Literal["error", "escalation", "signal", "message"]
_RAISED: tuple[Raised, ...] = ("error", "escalation", "signal", "message")


def read_raise(step: StepSheet) -> Raise:
    _, basis = step.basis()
    sheet = step.sheet
    node = sheet.find("raise")
    raises, name, key = _read_raised(step.draft, node) if node is not None else ("signal", "", None)
    return Raise(step.id, raises, name, key, sheet.given("with"), sheet.text("title"), sheet.mention("then", "target"),
                 basis, step.key.place)


def _read_raised(draft: Draft, node: Node) -> tuple[Raised, str, Expression | None]:
    sheet = Sheet(draft, node, RAISED)
    found = [sort for sort in _RAISED if sheet.has(sort)]
    if len(found) != 1 and isinstance(node, MapNode) and not sheet.misspelt:
        draft.wrong(node, "raise", f"要从 {'、'.join(map(code, _RAISED))} 中写且只写一个",
                    f"Expected exactly one of {', '.join(map(code, _RAISED))}")
    sort = found[0] if found else "signal"
    if sheet.has("key") and sort != "message":
        draft.wrong(node, "raise", "只有 `message` 才能写 `key`", "Only `message` takes `key`")
    return sort, sheet.id(sort), sheet.find_expression("key")
