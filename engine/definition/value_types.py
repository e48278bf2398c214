"""What type each name of a process has, as far as the definition says: fields, parameters, registers, what steps write.

It knows what a kind of field holds, and refuses to know what an expression does with it. What is not said is
`Any`, of which nothing is ever complained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from engine.definition.draft import UsedNames
from engine.definition.form import Field, Form
from engine.definition.library import Library
from engine.definition.model import Decide, Definition, EntryTrigger, Expression, For, ScheduleTrigger, Trigger, Value
from engine.definition.names import LOOP, WINDOW, effects_of, triggers_of
from engine.dmn import result_type
from engine.feel import Type, context_type, infer, list_type, type_of
from engine.feel.types import ANY, NULL, items_of, join
from engine.worktime.limit import Limit

STRING, NUMBER, DATE, MOMENT = (type_of(name) for name in ("string", "number", "date", "date and time"))
BOOLEAN, DURATION = type_of("boolean"), type_of("days and time duration")
UNIT = context_type({"id": STRING, "name": STRING})
PERSON = context_type({"id": STRING, "name": STRING, "unit": UNIT})
FILES = list_type(context_type({"id": STRING, "name": STRING, "sha256": STRING, "size": NUMBER}))
OF_FIELDS: Mapping[str, Type] = {
    **dict.fromkeys(("text", "textarea", "tel", "email", "url", "domain", "radio", "select"), STRING),
    "date": DATE, "datetime": MOMENT, "number": NUMBER, "checkbox": list_type(STRING), "ip_list": list_type(STRING),
    "port_list": list_type(), "person": PERSON, "unit": UNIT, "file": FILES,
    "signature": context_type({"person": PERSON, "signed_on": MOMENT}),
    "seal": context_type({"sealed": STRING, "sealed_on": DATE, "scan": FILES, "received_by": PERSON}),
}
STEP = {"actor": PERSON, "actors": list_type(PERSON), "completed_at": MOMENT, "visit_count": NUMBER, "action": STRING,
        "comment": STRING, "marked": list_type(STRING)}
LOOP_LEAVES = context_type({"results": list_type(), "count": NUMBER, "completed": NUMBER})
ROUNDS = 8
Types = Mapping[str, Type]


def types_of(definition: Definition, library: Library, *, told: Types | None = None) -> dict[str, Type]:
    """The type of every variable of a process; `told` says what others bring, as far as that is known."""
    types: dict[str, Type] = {"instance": context_type({"number": STRING, "started_at": MOMENT, "outcome": STRING})}
    types.update({parameter.name: _type_of_parameter(parameter.value) for parameter in definition.parameters})
    for element in definition.every_form_step():
        form = library.forms.get(element.form)
        types[element.id] = _type_of_step(form) if form is not None else ANY
    types.update((trigger_id, _type_brought(trigger, library)) for trigger_id, trigger in triggers_of(definition))
    for step in definition.every_step():
        if isinstance(step, For):
            types.update({step.id: LOOP_LEAVES, **dict.fromkeys((step.at, *LOOP), NUMBER)})
        elif isinstance(step, Decide):
            table = library.find_table(step.table)
            types[step.id] = result_type(table) if table is not None else ANY
    types.update(told or {})
    return {**types, **_types_of_writes(definition, library, types)}


def types_of_entry(register: str, variables: Types, library: Library) -> dict[str, Type]:
    """What a question about an entry may name: its fields, then the variables."""
    entry = _type_of_entry(register, library)
    return {**variables, **dict(entry.parts), "previous": entry}


def types_in_form(form: Form, used: UsedNames, variables: Types) -> dict[str, Type]:
    """What the names of a form's expression are: its fields, the columns of its table, then the variables."""
    table = form.find_field(used.owner) if used.owner else None
    fields = [*form.fields(), *(table.columns if table is not None else ())]
    return {**variables, "step": context_type({"actor": PERSON, "now": MOMENT}), **_types_of_fields(fields)}


def functions_of(library: Library) -> Mapping[str, Callable[[Sequence[object]], Type]]:
    """What the functions of the engine give."""
    def entry(arguments: Sequence[object]) -> Type:
        return _type_of_entry(str(arguments[0]) if arguments else "", library)

    return {"entry": entry, "entries": lambda arguments: list_type(entry(arguments)),
            "working days after": lambda arguments: MOMENT}


def _type_of_entry(register: str, library: Library) -> Type:
    found = library.registers.get(register)
    if found is None:
        return context_type({})
    return context_type({**{item.id: OF_FIELDS.get(item.type, ANY) for item in found.fields}, "key": STRING})


def _type_brought(trigger: Trigger, library: Library) -> Type:
    """What a trigger leaves under its id: an entry as it is and as it was, a window; of a payload nothing is known."""
    if isinstance(trigger, EntryTrigger):
        entry = _type_of_entry(trigger.register, library)
        return context_type({**dict(entry.parts), "previous": entry})
    if isinstance(trigger, ScheduleTrigger):
        entry = _type_of_entry(trigger.for_each, library)
        return context_type({**dict(entry.parts), **dict.fromkeys(WINDOW, MOMENT)})
    return ANY


def _type_of_parameter(value: Limit | Decimal | str) -> Type:
    if isinstance(value, Limit):
        return DURATION if value.is_elapsed else STRING
    return NUMBER if isinstance(value, Decimal) else STRING


def _type_of_step(form: Form) -> Type:
    answers = _types_of_fields(form.fields())
    return context_type({**answers, **STEP, "previous": context_type(answers)})


def _types_of_fields(fields: Iterable[Field]) -> dict[str, Type]:
    types: dict[str, Type] = {}
    for item in fields:
        types[item.id] = _type_of_field(item)
        types.update({f"{item.id}_{option.value}": STRING for option in item.options if option.text})
    return types


def _type_of_field(item: Field) -> Type:
    """A read-only field holds whatever its default comes to; the others what their kind says."""
    if item.readonly and isinstance(item.default, Expression):
        return infer(item.default.compiled()).type
    if item.type == "table":
        return list_type(context_type(_types_of_fields(item.columns)))
    return OF_FIELDS.get(item.type, ANY)


def _types_of_writes(definition: Definition, library: Library, types: Types) -> dict[str, Type]:
    """Variables that `set`, `number`, `for` and `collect` write, from all places that write them.

    Every variable is null to begin with. When nothing changes any more, each write gives what is assumed of its
    variable, whatever was written before.
    """
    writes = list(_writes(definition))
    found = dict.fromkeys((name for name, _, _ in writes), NULL)
    for _ in range(ROUNDS):
        assumed = {**types, **found}
        given: dict[str, list[Type]] = {name: [] for name in found}
        for name, value, seen in writes:
            given[name].append(seen(type_of_value(value, library, assumed)))
        now = {name: join(sorts) for name, sorts in given.items()}
        if now == found:
            return found
        found = now
    return dict.fromkeys(found, ANY)


def _writes(definition: Definition) -> Iterator[tuple[str, Value, Callable[[Type], Type]]]:
    """Each variable that is written, the value, and what of its type the variable gets."""
    for effects in effects_of(definition):
        yield from ((number.variable, number.pattern, _itself) for number in effects.numbers)
        yield from ((name, value, _itself) for name, value in effects.set)
    for step in (each for each in definition.every_step() if isinstance(each, For)):
        yield step.each, step.items, items_of
        yield from ((name, value, _listed) for name, value in step.collect)


def _itself(sort: Type) -> Type:
    return sort


def _listed(sort: Type) -> Type:
    return list_type(sort)


def type_of_value(value: Value, library: Library, types: Types) -> Type:
    """The type of a literal, of what an expression gives, or of a list of them."""
    if isinstance(value, Expression):
        return infer(value.compiled(), types, functions=functions_of(library)).type
    if isinstance(value, tuple):
        return list_type(join(type_of_value(item, library, types) for item in value))
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, Decimal):
        return NUMBER
    return STRING if isinstance(value, str) else NULL
