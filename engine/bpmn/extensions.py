"""What BPMN has no words for, written as one readable element per construct in our namespace.

Together with the plain BPMN it carries the whole model, so that a reader can get it back. Expressions begin with
`=`; literals say their type in the name of their attribute. Refuses to know where an element stands in the diagram.
"""

from __future__ import annotations

from decimal import Decimal

from engine.bpmn.xml import ANLIU, Element, add
from engine.definition.model import (
    AnyRule,
    Due,
    DutyRule,
    Effects,
    EveryoneRule,
    Expression,
    FirstRule,
    Gate,
    Parameter,
    PersonRule,
    Remind,
    Rule,
    Value,
    Who,
)
from engine.worktime.limit import Limit

Attributes = dict[str, str]


def note(parent: Element, local: str, attributes: Attributes | None = None) -> Element:
    """Append an element of our namespace; empty attributes are left out."""
    return add(parent, local, {key: value for key, value in (attributes or {}).items() if value}, namespace=ANLIU)


def formula(expression: Expression | None) -> str:
    """An expression as an attribute; empty for none."""
    return f"={expression.text}" if expression is not None else ""


def flag(value: bool) -> str:  # noqa: FBT001 - an attribute of the file, not a choice of behaviour
    return "true" if value else ""


def joined(basis: tuple[str, ...]) -> str:
    """Clause ids as one attribute."""
    return " ".join(basis)


# ---------------------------------------------------------------- values

def write_value(parent: Element, local: str, attributes: Attributes, value: Value) -> None:
    """A literal, an expression or a list; an element without any of the attributes below is null."""
    element = note(parent, local, attributes)
    if isinstance(value, tuple):
        element.set("list", "true")
        for item in value:
            write_value(element, "item", {}, item)
    elif value is not None:
        element.set(*_typed(value))


def _typed(value: Expression | str | Decimal | bool) -> tuple[str, str]:  # noqa: FBT001 - a value of the model
    if isinstance(value, Expression):
        return "expression", formula(value)
    if isinstance(value, bool):
        return "flag", "true" if value else "false"
    return ("number", str(value)) if isinstance(value, Decimal) else ("text", value)


# ---------------------------------------------------------------- people

def write_who(parent: Element, who: Who) -> None:
    element = note(parent, "who")
    write_rule(element, who.rule)
    for person in who.exclude:
        note(element, "not", {"person": formula(person)})
    for widen in who.widen:
        write_rule(note(element, "widen", {"after": widen.after.en, "basis": joined(widen.basis)}), widen.to)


def write_rule(parent: Element, rule: Rule) -> None:
    if isinstance(rule, PersonRule):
        note(parent, "person", {"is": formula(rule.person)})
    elif isinstance(rule, EveryoneRule):
        note(parent, "everyone")
    elif isinstance(rule, FirstRule | AnyRule):
        group = note(parent, "first" if isinstance(rule, FirstRule) else "any")
        for each in rule.rules:
            write_rule(group, each)
    elif isinstance(rule, DutyRule):
        note(parent, "duty", {"role": rule.role, "unit": _unit(rule.unit)})
    else:
        note(parent, "role", {"name": rule.role, "unit": _unit(rule.unit), "tree": flag(rule.tree)})


def rule_text(rule: Rule) -> str:
    """The rule as one attribute for other tools: candidate groups, comma-separated."""
    if isinstance(rule, PersonRule):
        return f"person({rule.person.text})"
    if isinstance(rule, EveryoneRule):
        return "everyone"
    if isinstance(rule, FirstRule | AnyRule):
        return ",".join(rule_text(each) for each in rule.rules)
    unit = _unit(rule.unit)
    return f"{rule.role}@{unit.removeprefix('=')}" if unit else rule.role


def _unit(unit: Expression | str | None) -> str:
    return formula(unit) if isinstance(unit, Expression) else unit or ""


# ---------------------------------------------------------------- limits, gates, effects

def write_due(parent: Element, due: Due) -> None:
    element = note(parent, "due", {"within": due.within.en if due.within else "", "by": formula(due.by),
                                   "base": formula(due.base), "soft": flag(due.soft),
                                   "basis": joined(due.basis)})
    write_reminders(element, due.remind)
    for rule in due.overdue:
        write_rule(note(element, "overdue"), rule)


def write_reminders(parent: Element, reminders: tuple[Remind, ...]) -> None:
    for remind in reminders:
        fraction = format(remind.fraction, "f") if remind.fraction is not None else ""
        note(parent, "remind", {"fraction": fraction, "before": remind.before.en if remind.before else ""})


def write_gates(parent: Element, gates: tuple[Gate, ...]) -> None:
    for gate in gates:
        note(parent, "require", {"that": formula(gate.that), "else": gate.otherwise, "discard": flag(gate.discard),
                                 "basis": joined(gate.basis)})


def write_effects(parent: Element, effects: Effects) -> None:
    for issue in effects.numbers:
        note(parent, "number", {"variable": issue.variable, "pattern": issue.pattern})
    for name, value in effects.set:
        write_value(parent, "set", {"name": name}, value)
    for write in effects.record:
        record = note(parent, "record", {"register": write.register, "entry": formula(write.entry),
                                         "basis": joined(write.basis)})
        for name, value in write.values:
            write_value(record, "value", {"name": name}, value)
    for notice in effects.notify:
        text = {"expression": formula(notice.text)} if isinstance(notice.text, Expression) else {"text": notice.text}
        write_rule(note(parent, "notify", text), notice.rule)
    if effects.end is not None:
        add(parent, "end", {"outcome": effects.end}, namespace=ANLIU)


def write_parameter(parent: Element, parameter: Parameter) -> None:
    kind = "limit" if isinstance(parameter.value, Limit) else _typed(parameter.value)[0]
    value = parameter.value.en if isinstance(parameter.value, Limit) else str(parameter.value)
    note(parent, "parameter", {"name": parameter.name, kind: value, "title": parameter.title,
                               "basis": joined(parameter.basis)})
