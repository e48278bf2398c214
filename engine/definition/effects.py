"""Reading what commits with a step: numbers, variables, register entries, notifications, the end; and gates.

It knows how effects are written, and refuses to know how they are carried out.
"""

from __future__ import annotations

import re

from engine.definition.draft import UNREADABLE, Draft
from engine.definition.keys import GATE, NOTIFY, RECORD
from engine.definition.model import Effects, Gate, Notify, NumberIssue, RegisterWrite, Value
from engine.definition.nodes import Node, ScalarNode
from engine.definition.sheet import Sheet
from engine.definition.who import read_rule

_COUNTER = re.compile(r"\[0{1,12}\]")
_PLACEHOLDER = re.compile(r"\[[^\]]*\]")
_DATE_PARTS = ("[year]", "[month]", "[day]")


def read_effects(draft: Draft, sheet: Sheet, basis: tuple[str, ...]) -> Effects:
    """The effects of a step, in the order in which they commit."""
    return Effects(
        numbers=tuple(_read_number(draft, key, value) for key, value in sheet.pairs("number")),
        set=tuple(read_variable(draft, key, value) for key, value in sheet.pairs("set")),
        record=tuple(_read_record(draft, node, basis) for node in sheet.items("record")),
        notify=tuple(_read_notify(draft, node) for node in sheet.items("notify")),
        end=sheet.find_text("end") if sheet.noun.find("end") else None)


def _read_number(draft: Draft, key: ScalarNode, value: Node) -> NumberIssue:
    draft.mention("variable", key, draft.id(key))
    pattern = draft.text(value, "number")
    strange = [part for part in _PLACEHOLDER.findall(pattern) if part not in _DATE_PARTS
               and not _COUNTER.fullmatch(part)]
    if pattern and (strange or len(_COUNTER.findall(pattern)) != 1):
        draft.wrong(value, "number", "编号格式要有且只有一个流水号，如 [0000]，另可用 [year]、[month]、[day]",
                    "A number pattern has one counter such as [0000], and may have [year], [month], [day]")
    return NumberIssue(key.text, pattern)


def read_variable(draft: Draft, key: ScalarNode, value: Node) -> tuple[str, Value]:
    """A variable of the process and what is written into it."""
    draft.mention("variable", key, draft.id(key))
    return key.text, draft.value(value)


def _read_record(draft: Draft, node: Node, basis: tuple[str, ...]) -> RegisterWrite:
    sheet = Sheet(draft, node, RECORD)
    register = sheet.mention("register", "register") or ""
    values: list[tuple[str, Value]] = []
    for key, value in sheet.pairs("set"):
        draft.mention("register_field", key, f"{register}.{draft.id(key)}")
        values.append((key.text, draft.value(value)))
    return RegisterWrite(register, sheet.expression("entry"), tuple(values), sheet.basis(basis))


def _read_notify(draft: Draft, node: Node) -> Notify:
    sheet = Sheet(draft, node, NOTIFY)
    to, text = sheet.find("to"), sheet.find("text")
    rule = read_rule(draft, to if to is not None else node)
    return Notify(rule, draft.either(text, "text") if text is not None else UNREADABLE)


def read_gates(draft: Draft, sheet: Sheet, inherited: tuple[str, ...]) -> tuple[Gate, ...]:
    """The `require` of a step: each gate says what must be true, and the sentence when it is not."""
    return tuple(_read_gate(draft, node, inherited) for node in sheet.items("require"))


def _read_gate(draft: Draft, node: Node, inherited: tuple[str, ...]) -> Gate:
    sheet = Sheet(draft, node, GATE)
    return Gate(sheet.expression("that"), sheet.text("else"), sheet.cited(inherited), sheet.flag("discard"),
                node.place)
