"""What an expression may name: variables of a process, what a step offers, what a value is made of.

It knows names and their parts, and refuses to know how an expression is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.definition.draft import UsedNames
from engine.definition.form import Field, Form
from engine.definition.library import Library
from engine.definition.model import (
    Boundary,
    CalledTrigger,
    Definition,
    Effects,
    EntryTrigger,
    Event,
    EventStart,
    For,
    Listen,
    MessageTrigger,
    ScheduleTrigger,
    Step,
    Trigger,
    Way,
)
from engine.definition.problems import Problems, did_you_mean
from engine.errors import Place
from engine.feel import Type

PERSON, UNIT = ("id", "name", "unit"), ("id", "name")
STEP_OFFERS = ("actor", "actors", "completed_at", "visit_count", "action", "comment", "marked", "previous")
PARTS: Mapping[str, tuple[str, ...]] = {
    "person": PERSON, "unit": UNIT, "signature": ("person", "signed_on"),
    "seal": ("sealed", "sealed_on", "scan", "received_by"), "file": ("id", "name", "sha256", "size"),
}
REGISTER_FUNCTIONS = ("entry", "entries")
OWN_FUNCTIONS = frozenset({*REGISTER_FUNCTIONS, "working days after"})


@dataclass(frozen=True, slots=True)
class Room:
    """The names in force: what each may be followed by; None = anything."""

    names: Mapping[str, Mapping[str, tuple[str, ...] | None] | None]


Parts = Mapping[str, tuple[str, ...] | None] | None
LOOP = ("numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances", "loopCounter",
        "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances")
"""What BPMN calls the counters of a loop, and what Camunda 7 and Flowable do; `until` may read them."""
WINDOW = ("window_start", "window_end")
"""What a schedule offers: the first and the last working moment of its period (T-7)."""
_LEFT: Mapping[str, Parts] = {"for": {"results": None, "count": None, "completed": None}, "call": None, "listen": None,
                              "decide": None, "service": None}
"""What steps without a form leave behind under their id."""


def variables_of(definition: Definition, library: Library, *, returned: Mapping[str, Type] | None = None) -> Room:
    """Everything the expressions of a process may name; `returned` says what calls leave, as far as that is known."""
    names: dict[str, Parts] = {
        "instance": {"number": None, "started_at": None},
        **{parameter.name: None for parameter in definition.parameters}}
    for effects in effects_of(definition):
        names.update(dict.fromkeys(number.variable for number in effects.numbers))
        names.update(dict.fromkeys(name for name, _ in effects.set))
    for element in definition.every_form_step():
        names[element.id] = _step_parts(library.forms.get(element.form))
    for step in definition.every_step():
        names.update(_left_by(step))
    for call_id, given in (returned or {}).items():
        names[call_id] = {name: None for name, _ in given.parts}
    for trigger_id, trigger in triggers_of(definition):
        names[trigger_id] = _brought_by(trigger, library)
    return Room(names)


def _left_by(step: Step) -> Iterator[tuple[str, Parts]]:
    if step.kind in _LEFT:
        yield step.id, _LEFT[step.kind]
    if isinstance(step, For):
        yield from ((name, None) for name in (step.each, step.at, *LOOP, *dict(step.collect)) if name)


def effects_of(definition: Definition) -> Iterator[Effects]:
    """The effects of everything that may have some."""
    for element in (*definition.starts, *definition.event_starts, *definition.every_request(), *definition.every_step()):
        effects = getattr(element, "effects", None)
        if effects is not None:
            yield effects


def triggers_of(definition: Definition) -> Iterator[tuple[str, Trigger]]:
    """Every trigger under the id of what it sets going."""
    yield from ((item.id, item.trigger) for item in events_of(definition))


def events_of(definition: Definition) -> Iterator[EventStart | Event | Boundary | Way]:
    """Everything that has a trigger: starts without a person, what `on` holds, what a flow listens for."""
    yield from definition.event_starts
    yield from definition.events
    for step in definition.every_step():
        yield from (*getattr(step, "on", ()), *getattr(step, "events", ()))
        yield from step.ways if isinstance(step, Listen) else ()


def _brought_by(trigger: Trigger, library: Library) -> Parts:
    """What a trigger leaves under its id: a payload, an entry as it is and as it was, a window."""
    if isinstance(trigger, MessageTrigger | CalledTrigger) and trigger.takes:
        return dict.fromkeys(trigger.takes)
    register = library.registers.get(trigger.register if isinstance(trigger, EntryTrigger) else
                                     trigger.for_each if isinstance(trigger, ScheduleTrigger) else "")
    if register is None:
        return dict.fromkeys(WINDOW) if isinstance(trigger, ScheduleTrigger) else None
    parts: dict[str, tuple[str, ...] | None] = {item.id: PARTS.get(item.type) for item in register.fields}
    fields = tuple(parts)
    more = dict.fromkeys(WINDOW) if isinstance(trigger, ScheduleTrigger) else {"previous": fields}
    return {**parts, "key": None, **more}


def room_of_entry(register: str, library: Library, variables: Room) -> Room:
    """What a question about an entry may name: its fields, then the variables."""
    found = library.registers.get(register)
    if found is None:
        return variables
    fields: dict[str, Parts] = {item.id: dict.fromkeys(PARTS[item.type]) if item.type in PARTS else None
                                for item in found.fields}
    previous = {item.id: PARTS.get(item.type) for item in found.fields}
    return Room({**variables.names, "key": None, "previous": previous, **fields})


def _step_parts(form: Form | None) -> Mapping[str, tuple[str, ...] | None] | None:
    if form is None:
        return None
    parts: dict[str, tuple[str, ...] | None] = dict.fromkeys(STEP_OFFERS)
    parts["actor"] = PERSON
    parts["actors"] = PERSON
    parts["previous"] = tuple(field_parts(form.fields()))
    parts.update(field_parts(form.fields()))
    return parts


def field_parts(fields: Iterable[Field]) -> dict[str, tuple[str, ...] | None]:
    """The names of fields (and of texts beside options), each with what its value is made of."""
    parts: dict[str, tuple[str, ...] | None] = {}
    for item in fields:
        parts[item.id] = tuple(field_parts(item.columns)) if item.columns else PARTS.get(item.type)
        parts.update({f"{item.id}_{option.value}": None for option in item.options if option.text})
    return parts


def room_of_form(form: Form, used: UsedNames, variables: Room) -> Room:
    """What an expression of a form may name: its fields, the columns of its table, then the variables."""
    names: dict[str, Mapping[str, tuple[str, ...] | None] | None] = dict(variables.names)
    names["step"] = {"actor": PERSON, "now": None}
    fields = list(form.fields())
    table = form.find_field(used.owner) if used.owner else None
    for name, parts in field_parts([*fields, *(table.columns if table else ())]).items():
        names[name] = None if parts is None else dict.fromkeys(parts)
    return Room(names)


def room_with(variables: Room, values: Iterable[tuple[str, object]]) -> Room:
    """The variables, under them what a step gives under names of its own."""
    return Room({**variables.names, **{name: None for name, _ in values}})


def check_names(used: UsedNames, room: Room, functions: frozenset[str], problems: Problems) -> None:
    """Every name the expression reads exists, and every function it calls."""
    for path in sorted(used.paths):
        _check_path(used, path, room, problems)
    for name in sorted(used.calls - functions - OWN_FUNCTIONS):
        if name not in room.names:
            problems.add(_place_of(used, (name,)), "unknown-function", zh=f"没有“{name}”这个函数",
                         en=f"There is no function {name!r}",
                         hint=did_you_mean(name, functions | OWN_FUNCTIONS))


def _said_by(name: str, room: Room) -> tuple[str, str] | None:
    """A field is named with its step; in other engines it stands alone."""
    owners = [step for step, parts in room.names.items() if parts is not None and name in parts and name not in STEP_OFFERS]
    if len(owners) != 1:
        return None
    return f"是不是想写 {owners[0]}.{name}？", f"Did you mean {owners[0]}.{name}?"


def _check_path(used: UsedNames, path: tuple[str, ...], room: Room, problems: Problems) -> None:
    name = path[0]
    if name not in room.names:
        problems.add(_place_of(used, path[:1]), "unknown-name", zh=f"没有任何步骤写过变量“{name}”",
                     en=f"Nobody writes the variable {name!r}",
                     hint=_said_by(name, room) or did_you_mean(name, room.names))
        return
    parts = room.names[name]
    if parts is None or len(path) < 2:
        return
    if path[1] not in parts:
        problems.add(_place_of(used, path[:2]), "unknown-field", zh=f"“{name}”里没有“{path[1]}”",
                     en=f"{name!r} has no {path[1]!r}",
                     hint=did_you_mean(path[1], parts))
        return
    inner = parts[path[1]]
    if inner is not None and len(path) > 2 and path[2] not in inner:
        problems.add(_place_of(used, path[:3]), "unknown-field", zh=f"“{name}.{path[1]}”里没有“{path[2]}”",
                     en=f"{name}.{path[1]} has no {path[2]!r}", hint=did_you_mean(path[2], inner))


def _place_of(used: UsedNames, path: tuple[str, ...]) -> Place:
    """Where the last name of the path stands inside the expression."""
    dotted = "".join(rf"{re.escape(part)}\s*\.\s*" for part in path[:-1])
    found = re.search(rf"(?<![\w.\"]){dotted}(?P<last>{re.escape(path[-1])})(?!\w)", used.expression.text)
    return used.node.place_at(used.start + (found.start("last") if found else 0))


def registers_called(used: UsedNames) -> list[tuple[str, Place]]:
    """The registers an expression reads by a literal name."""
    if not used.calls & set(REGISTER_FUNCTIONS):
        return []
    found = re.finditer(r"\b(?:entry|entries)\s*\(\s*\"(?P<name>[^\"]*)\"", used.expression.text)
    return [(match["name"], used.node.place_at(used.start + match.start("name"))) for match in found]
