"""Reading how a case begins without a person: by a schedule, a register, a message, a signal, a call.

It knows how such a start is written, and refuses to know when it happens.
"""

from __future__ import annotations

from engine.definition.draft import Draft
from engine.definition.effects import read_effects
from engine.definition.events import enter, keys_in, read_about_entry, read_entry
from engine.definition.keys import EVENT_START
from engine.definition.model import (
    CalledTrigger,
    EventStart,
    MessageTrigger,
    ScheduleTrigger,
    SignalTrigger,
    Trigger,
)
from engine.definition.nodes import MapNode, Node
from engine.definition.sheet import Sheet
from engine.worktime.every import Every

_SORTS = ("every", "for_each", "entry", "message", "signal", "called")


def is_event_start(node: Node) -> bool:
    """Whether an item of `starts` begins without a person."""
    return bool(keys_in(node) & set(_SORTS)) and "form" not in keys_in(node)


def read_event_start(draft: Draft, node: Node, inherited: tuple[str, ...]) -> EventStart:
    sheet = Sheet(draft, node, EVENT_START)
    element = enter(draft, sheet, "id")
    basis = sheet.basis() or sheet.cited(inherited, f"“{element}”")
    trigger = _read_trigger(draft, sheet)
    return EventStart(element, trigger, basis, sheet.text("title"), read_effects(draft, sheet, basis),
                      sheet.mention("then", "target"), node.place)


def _read_trigger(draft: Draft, sheet: Sheet) -> Trigger:
    found = {sort for sort in _SORTS if sheet.has(sort)}
    if len(found - {"every"}) > 1 or (len(found) > 1 and "for_each" not in found):
        draft.wrong(sheet.node, "trigger", "发起方式只能写一种（`every` 可以和 `for_each` 一起写）",
                    "A start has one trigger (`every` may stand beside `for_each`)")
    _refuse_strays(draft, sheet, found)
    if "entry" in found:
        return read_entry(sheet)
    if "message" in found:
        return MessageTrigger(sheet.id("message"), None, sheet.ids("takes"))
    if "signal" in found:
        return SignalTrigger(sheet.id("signal"))
    if "called" in found:
        return CalledTrigger(sheet.ids("takes"))
    return _read_schedule(draft, sheet)


def _read_schedule(draft: Draft, sheet: Sheet) -> ScheduleTrigger:
    """A register is looked through every day unless it says otherwise."""
    written = sheet.find("every")
    register = sheet.mention("for_each", "register") or ""
    return ScheduleTrigger(draft.every(written) if written is not None else Every("day"), register,
                           read_about_entry(sheet, register))


def _refuse_strays(draft: Draft, sheet: Sheet, found: set[str]) -> None:
    if not isinstance(sheet.node, MapNode):
        return
    if sheet.has("takes") and not found & {"message", "called"}:
        draft.wrong(sheet.node, "trigger", "只有 `message` 和 `called` 才能写 `takes`", "Only `message` and `called` take `takes`")
    if sheet.has("when") and found & {"message", "signal", "called"}:
        draft.wrong(sheet.node, "trigger", "这种发起不能写 `when`", "This start takes no `when`")
    said = sheet.find("called")
    if said is not None and not sheet.flag("called"):
        draft.wrong(said, "trigger", "`called` 只能写 `true`", "`called` can only be `true`")
