"""Checks over the whole: every name a definition mentions exists, and the flow holds together.

Works on what the reader noted; refuses to read text itself and to know what happens at run time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from engine.definition.check_neighbours import check_neighbours, types_returned
from engine.definition.check_tables import (
    check_data,
    check_inline_tables,
    check_inputs,
    decisions_of,
    given_to_decisions,
)
from engine.definition.check_types import check_register_writes, check_types
from engine.definition.draft import PROPOSED, Mention, UsedNames
from engine.definition.flow import check_flow
from engine.definition.library import Library
from engine.definition.model import Decide, Definition, Task
from engine.definition.names import (
    Room,
    check_names,
    events_of,
    registers_called,
    room_of_entry,
    room_of_form,
    variables_of,
)
from engine.definition.neighbours import NOBODY, Neighbours
from engine.definition.problems import Problems, did_you_mean
from engine.definition.reader import DefinitionReading
from engine.definition.value_types import Types, types_in_form, types_of, types_of_entry
from engine.errors import Problem
from engine.feel import BUILT_IN_FUNCTIONS


def check_definition(reading: DefinitionReading, library: Library, neighbours: Neighbours = NOBODY) -> tuple[Problem, ...]:
    """Problems of a definition, and of the forms it uses, that only show beside the library and the neighbours."""
    definition = reading.definition
    if definition is None:
        return ()
    problems = Problems()
    _check_variables(definition, reading.mentions, problems)
    _check_mentions(definition, reading.mentions, library, problems)
    _check_actions(definition, problems)
    if definition.drawing is None:
        _check_derived_ids(definition, problems)
        check_flow(definition, reading.mentions, problems)
    returned = types_returned(definition, neighbours)
    room, types = variables_of(definition, library, returned=returned), types_of(definition, library, told=returned)
    given = given_to_decisions(definition, room, types, library)
    for used in reading.used:
        around, known = given.get(used.owner, (room, types))
        within = room_of_entry(used.register, library, around) if used.register else around
        check_names(used, within, BUILT_IN_FUNCTIONS, problems)
        check_types(used, types_of_entry(used.register, known, library) if used.register else known, library, problems)
    check_register_writes(definition, types, library, problems)
    check_neighbours(reading, definition, library, types, neighbours, problems)
    _check_registers(reading.used, library, problems)
    for name in forms_used(reading.mentions):
        if name in library.forms:
            _check_form(name, library, room, types, problems)
    for step in decisions_of(definition):
        _check_table(step, library, *given[step.id], problems)
    check_inline_tables(definition, reading.mentions, problems)
    return problems.everything()


def tables_used(mentions: Iterable[Mention]) -> tuple[str, ...]:
    """Names of the table files that are mentioned, once each."""
    return tuple(dict.fromkeys(mention.name.partition(".")[0] for mention in mentions if mention.kind == "table"))


def forms_used(mentions: Iterable[Mention]) -> tuple[str, ...]:
    """Ids of the forms that are mentioned, once each."""
    return tuple(dict.fromkeys(mention.name for mention in mentions if mention.kind == "form"))


def _check_variables(definition: Definition, mentions: Iterable[Mention], problems: Problems) -> None:
    taken = {element.id for element in definition.every_form_step()}
    taken |= {step.id for step in (*definition.every_step(), *definition.events, *definition.event_starts)}
    taken |= {deadline.id for deadline in definition.deadlines}
    taken |= {parameter.name for parameter in definition.parameters}
    for mention in mentions:
        if mention.kind == "variable" and mention.name in taken:
            problems.add(mention.place, "duplicate-id", zh=f"变量“{mention.name}”与步骤、时限或参数重名",
                         en=f"The variable {mention.name!r} has the name of a step, deadline or parameter")


_BEFORE, _AFTER = ("start_", "end_", "request_", "deadline_"), ("_action", "_merge", "_join", "_split")


def _check_derived_ids(definition: Definition, problems: Problems) -> None:
    """The diagram draws elements of its own around a step and names them after it: `review_action` …"""
    places = {element.id: element.place for element in (*definition.every_form_step(), *definition.every_step())}
    places |= {deadline.id: deadline.place for deadline in definition.deadlines}
    places |= {item.id: item.place for item in events_of(definition)}
    for name, place in places.items():
        stems = {name.removeprefix(mark) for mark in _BEFORE} | {name.removesuffix(mark) for mark in _AFTER}
        for stem in sorted((stems - {name}) & places.keys()):
            problems.add(place, "derived-id", zh=f"标识“{name}”会与“{stem}”在流程图里的附属元素重名",
                         en=f"The id {name!r} is what the diagram calls an element beside {stem!r}",
                         hint=("请换一个标识", "Choose another id"))


def _check_actions(definition: Definition, problems: Problems) -> None:
    """Whoever acts says what he does, not where it leads: two ways under one word cannot be told apart."""
    for task in (step for step in definition.every_step() if isinstance(step, Task)):
        for kind, ways in Counter(kind for kind, _ in {(action.kind, action.to) for action in task.actions}).items():
            if ways > 1:
                problems.add(task.place, "duplicate-action", zh=f"任务“{task.id}”的动作“{kind}”通向几处，办理时分不出去哪里",
                             en=f"The action {kind!r} of the task {task.id!r} leads to several places, which nobody can tell apart",
                             hint=("只留一个：换一个动作，或先通到一个 `switch`，由它判断去哪里",
                                   "Keep one: take another action, or lead it to a `switch` that decides where to go"))


# ---------------------------------------------------------------- names of things

_NOUNS = {"clause": ("条款", "clause"), "form": ("表单", "form"), "register": ("台账", "register"),
          "register_field": ("台账字段", "register field"), "task": ("任务", "task"),
          "step": ("带表单的步骤", "step with a form"),
          "form_step": ("带表单的步骤", "step with a form"), "table": ("判定表", "decision table")}


def _check_mentions(definition: Definition, mentions: Iterable[Mention], library: Library,
                    problems: Problems) -> None:
    tasks = {step.id for step in definition.every_step() if isinstance(step, Task)}
    starts = {element.id for element in definition.every_form_step()} - tasks
    known: Mapping[str, Iterable[str]] = {
        "clause": {*library.clauses, PROPOSED}, "form": library.forms.keys() | library.form_readings.keys(),
        "register": library.registers.keys(), "table": set(library.table_names()), "task": tasks, "step": tasks | starts,
        "form_step": tasks | starts,
        "register_field": {f"{name}.{item.id}" for name, register in library.registers.items()
                           for item in register.fields},
    }
    for mention in mentions:
        if mention.kind in known and mention.name not in known[mention.kind]:
            _note_unknown(mention, known[mention.kind], library, problems)
        elif mention.kind in _SPECIAL:
            _SPECIAL[mention.kind](mention, library, starts, problems)


def _note_unknown(mention: Mention, known: Iterable[str], library: Library, problems: Problems) -> None:
    zh, en = _NOUNS[mention.kind]
    name = mention.name
    if mention.kind == "register_field":
        register, _, name = name.partition(".")
        if register not in library.registers:
            return
        known = [item.id for item in library.registers[register].fields]
    problems.add(mention.place, f"unknown-{mention.kind.replace('_', '-')}", zh=f"没有“{name}”这个{zh}",
                 en=f"There is no {en} {name!r}",
                 hint=did_you_mean(name, known))


def _check_role(mention: Mention, library: Library, _starts: set[str], problems: Problems) -> None:
    role = library.roles.get(mention.name)
    if role is None:
        problems.add(mention.place, "unknown-role", zh=f"没有“{mention.name}”这个角色",
                     en=f"There is no role {mention.name!r}",
                     hint=did_you_mean(mention.name, library.roles))
    elif role.scope == "unit" and mention.kind == "role":
        problems.add(mention.place, "role-unit", zh=f"角色“{role.title}”每个单位都有，要写明 `unit`",
                     en=f"Every unit has its own {role.id!r}: name the unit",
                     hint=("例如 `unit: =event.unit`", "e.g. `unit: =event.unit`"))
    elif role.scope != "unit" and mention.kind == "role_in_unit":
        problems.add(mention.place, "role-unit", zh=f"角色“{role.title}”不分单位，不写 `unit`",
                     en=f"The role {role.id!r} takes no unit")


def _check_own(mention: Mention, _library: Library, starts: set[str], problems: Problems) -> None:
    if mention.owner not in starts:
        problems.add(mention.place, "role-unit", zh="`own`（本人所在单位）只能用在发起和请求中",
                     en="`own` is for starts and requests only",
                     hint=("写 `unit: =步骤.actor.unit`", "Write `unit: =step.actor.unit`"))


_SPECIAL: Mapping[str, Callable[[Mention, Library, set[str], Problems], None]] = {
    "role": _check_role, "role_in_unit": _check_role, "own_unit": _check_own}


# ---------------------------------------------------------------- names in expressions

def _check_registers(used: Iterable[UsedNames], library: Library, problems: Problems) -> None:
    for item in used:
        for name, place in registers_called(item):
            if name not in library.registers:
                problems.add(place, "unknown-register", zh=f"没有“{name}”这个台账",
                             en=f"There is no register {name!r}",
                             hint=did_you_mean(name, library.registers))


def _check_form(name: str, library: Library, room: Room, types: Types, problems: Problems) -> None:
    reading, form = library.form_readings[name], library.forms[name]
    for used in reading.used:
        check_names(used, room_of_form(form, used, room), BUILT_IN_FUNCTIONS, problems)
        check_types(used, types_in_form(form, used, types), library, problems)
    _check_registers(reading.used, library, problems)
    clauses = [mention for mention in reading.mentions if mention.kind == "clause"]
    for mention in clauses:
        if mention.name != PROPOSED and mention.name not in library.clauses:
            _note_unknown(mention, library.clauses, library, problems)


def _check_table(step: Decide, library: Library, room: Room, types: Types, problems: Problems) -> None:
    """What a table reads must be there and of its type; of a file also what it cites and calls."""
    check_inputs(step, types, library, problems)
    reading = library.table_readings.get(step.table.partition(".")[0]) if isinstance(step.table, str) else None
    if reading is None or reading.graph is None:
        return
    for used in reading.used:
        check_names(used, room, BUILT_IN_FUNCTIONS, problems)
        check_types(used, types, library, problems)
    _check_registers(reading.used, library, problems)
    for mention in reading.mentions:
        if mention.kind == "clause" and mention.name != PROPOSED and mention.name not in library.clauses:
            _note_unknown(mention, library.clauses, library, problems)
    check_data(step, reading.graph, room, problems)
