"""Checks of what expressions give: nothing that can never come out right, and a condition where one is wanted.

It knows where which type is wanted, and refuses to know how types are found out (engine.feel).
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.definition.draft import UsedNames
from engine.definition.library import Library
from engine.definition.model import Definition, Expression, RegisterWrite
from engine.definition.names import effects_of
from engine.definition.problems import Problems
from engine.definition.value_types import OF_FIELDS, Types, functions_of, type_of_value
from engine.feel import Inferred, infer
from engine.feel.types import in_chinese, in_english

_CONDITION, _TIME, _PEOPLE, _UNIT = ("boolean",), ("date and time",), ("context", "string", "list"), ("context", "string")
_LIST = ("list",)
WANTED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("when", "that", "condition", "until", "shown", "required"), _CONDITION),
    **dict.fromkeys(("met_at", "base", "bases", "rebase"), _TIME),
    "by": (*_TIME, "date"), **dict.fromkeys(("person", "not"), _PEOPLE), "unit": _UNIT, "in": _LIST,
}
"""What may stand at a key, where that is not anything."""
_SAID: Mapping[tuple[str, ...], tuple[str, str, str, str]] = {
    _CONDITION: ("一个条件（真或假）", "a condition (true or false)", '写成比较，例如 x = "是"', 'Write a comparison, such as x = "是"'),
    _TIME: ("一个时刻", "a moment", '日期的某一刻写作 date and time(日期, time("18:00:00+08:00"))',
            'A moment of a day: date and time(day, time("18:00:00+08:00"))'),
    (*_TIME, "date"): ("一个时刻或日期", "a moment or a date", "例如 =步骤.日期字段", "For example =step.date"),
    _PEOPLE: ("人员，或人员的列表", "a person, or a list of persons", "例如 =步骤.actor", "For example =step.actor"),
    _LIST: ("一个列表", "a list", "例如 =步骤.表格，或 =[甲, 乙]", "For example =step.table, or =[a, b]"),
    _UNIT: ("一个单位", "a unit", "例如 =步骤.unit", "For example =step.unit"),
}


def check_types(used: UsedNames, types: Types, library: Library, problems: Problems) -> None:
    """Notes what can never come out right in an expression, else what it should give and does not."""
    found = infer(used.expression.compiled(), types, functions=functions_of(library))
    for clash in found.problems:
        problems.add(used.node.place_at(used.start + clash.offset), "type", zh=clash.zh, en=clash.en,
                     hint=(clash.hint_zh, clash.hint_en))
    if not found.problems:
        _check_wanted(used, found, problems)


def _check_wanted(used: UsedNames, found: Inferred, problems: Problems) -> None:
    wanted, name = WANTED.get(used.what), found.type.name
    if wanted is None or name in wanted or name in ("Any", "Null"):
        return
    zh, en, hint_zh, hint_en = _SAID[wanted]
    problems.add(used.node.place_at(used.start), "wanted-type", zh=f"`{used.what}` 要写{zh}，这个表达式给出的却是{in_chinese(name)}",
                 en=f"`{used.what}` takes {en}, but this expression gives {in_english(name)}", hint=(hint_zh, hint_en))


def check_register_writes(definition: Definition, types: Types, library: Library, problems: Problems) -> None:
    """Notes an expression that writes something else into a register than its field is declared to hold."""
    for effects in effects_of(definition):
        for write in effects.record:
            _check_write(write, types, library, problems)


def _check_write(write: RegisterWrite, types: Types, library: Library, problems: Problems) -> None:
    register = library.registers.get(write.register)
    for name, value in write.values:
        field = register.find_field(name) if register is not None else None
        wanted = OF_FIELDS.get(field.type) if field is not None else None
        if wanted is None or not isinstance(value, Expression):
            continue
        found = type_of_value(value, library, types)
        if found.name not in (wanted.name, "Any", "Null"):
            problems.add(value.place, "wanted-type",
                         zh=f"台账字段“{write.register}.{name}”要写{in_chinese(wanted)}，这个表达式给出的却是{in_chinese(found)}",
                         en=f"{write.register}.{name} holds {in_english(wanted)}, but this expression gives {in_english(found)}",
                         hint=("改表达式，或改台账字段的 `type`", "Change the expression, or the `type` of the register field"))
