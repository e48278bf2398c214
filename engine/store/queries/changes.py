"""What a record changed, as people read it: labels in place of ids, personal values masked.

A trace is read by many and for long: masking holds here for everybody, whoever asks. It knows versions and
payloads, and refuses to know who reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from engine.definition.bundle import Bundle
from engine.definition.display import display_masked, mask
from engine.definition.form import Field
from engine.definition.model import Effects, Expression, For, Value, walk
from engine.definition.names import effects_of
from engine.definition.surroundings import names_of
from engine.feel import Compiled
from engine.records import RecordType
from engine.store.queries.sentences import moment_text, value_text

Payload = Mapping[str, Any]
EMPTY = value_text(None)


class Change(NamedTuple):
    """One value that changed: its id, what the id is called, old and new as texts. An empty old: the first time."""

    name: str
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Naming:
    """What the ids of one version are called. Without a version nothing is."""

    bundle: Bundle | None = None

    def title_of(self, element_id: str | None) -> str:
        """The title of a step, start, request or deadline; empty when it has none."""
        if self.bundle is None or not element_id:
            return ""
        definition = self.bundle.definition
        for deadline in definition.deadlines:
            if element_id == f"deadline_{deadline.id}":
                return deadline.title
        found = definition.find_task(element_id) or definition.find_step(element_id)
        return str(getattr(found, "title", "") or "")

    def fields_of(self, element_id: str | None) -> Iterator[tuple[str, str, Field]]:
        """(name, label, field) of every answer a step can have; a text beside an option has its own name."""
        form = self.bundle.form_of(element_id) if self.bundle is not None and element_id else None
        for item in form.fields() if form is not None else ():
            own, *texts = names_of(item)
            yield own, item.label, item
            labels = [option.label for option in item.options if option.text]
            yield from ((name, f"{item.label}（{label}）", item) for name, label in zip(texts, labels, strict=True))

    def sources_of(self, value: Value) -> tuple[Field, ...]:
        """The fields that an expression reads."""
        if not isinstance(value, Expression):
            return ()
        paths = [path for path in value.compiled().paths if len(path) > 1]
        return tuple(item for path in paths for name, _, item in self.fields_of(path[0]) if name == path[1])

    def sources_of_variable(self, name: str) -> tuple[Field, ...]:
        """The fields that any step reads to set this variable."""
        effects = effects_of(self.bundle.definition) if self.bundle is not None else ()
        return tuple(item for effect in effects for written, value in effect.set if written == name
                     for item in self.sources_of(value))

    def personal_of(self, register: str) -> Iterator[tuple[str, Field]]:
        """The names in entries of a register that any step works out from personal answers, each with such a field."""
        effects = effects_of(self.bundle.definition) if self.bundle is not None else ()
        yield from ((name, item) for effect in effects for write in effect.record if write.register == register
                    for name, value in write.values for item in self.sources_of(value) if item.personal)

    def reads_personal(self, compiled: Compiled) -> bool:
        """Whether an expression reads what is masked here: personal answers, what a step sets from them, results of a loop with them.

        Registers may hold such values too: whatever reads one counts.
        """
        return (not compiled.calls.isdisjoint(("entry", "entries"))
                or any(self._is_personal(path) for path in compiled.paths | compiled.maybe_paths))

    def _is_personal(self, path: tuple[str, ...]) -> bool:
        name, part = path[0], path[1] if len(path) > 1 else None
        personal = self._personal_names(name)
        if part is None or part == "previous":
            return bool(personal) or self._is_derived(name)
        return part in personal or self._is_derived(name)

    def _is_derived(self, name: str) -> bool:
        loops = [step for step in self.bundle.definition.every_step() if isinstance(step, For)] if self.bundle is not None else []
        return (any(item.personal for item in self.sources_of_variable(name))
                or any(self._personal_names(step.id) for loop in loops if name in {loop.id, *(each for each, _ in loop.collect)}
                       for step in walk(loop.steps)))

    def _personal_names(self, step_id: str) -> frozenset[str]:
        return frozenset(name for name, _, item in self.fields_of(step_id)
                         if item.personal or any(column.personal for column in item.columns))

    def effects_of(self, element_id: str | None) -> Effects:
        if self.bundle is None or not element_id:
            return Effects()
        definition = self.bundle.definition
        found = definition.find_task(element_id) or definition.find_step(element_id)
        effects = getattr(found, "effects", None)
        return effects if isinstance(effects, Effects) else Effects()


def changes_of(kind: RecordType, payload: Payload, element_id: str | None, naming: Naming) -> tuple[Change, ...]:
    """Old and new values that a record carries; of a step done again only what differs."""
    reader = _READERS.get(kind)
    return tuple(reader(payload, element_id, naming)) if reader is not None else ()


def _answers(payload: Payload, element_id: str | None, naming: Naming) -> Iterator[Change]:
    answers = payload.get("answers") or {}
    before = (payload.get("step") or {}).get("previous") or {}
    for name, label, item in naming.fields_of(element_id):
        old, new = before.get(name), answers.get(name)
        if old != new and answers:
            is_text = name != item.id
            was = _shown(item, old, is_text=is_text) or EMPTY if before else ""
            yield Change(name, label, was, _shown(item, new, is_text=is_text) or EMPTY)


def _shown(item: Field, value: object, *, is_text: bool) -> str:
    """An answer under its field's rules; moments to the second, because this is a trace."""
    if value is None:
        return ""
    if is_text or isinstance(value, datetime):
        shown = moment_text(value)
        return mask(item, shown) if item.personal else shown
    return display_masked(item, value)


def _variables(payload: Payload, element_id: str | None, naming: Naming) -> Iterator[Change]:
    written = dict(naming.effects_of(element_id).set)
    for name, change in payload.get("set", {}).items():
        if _is_result_of_loop(change["new"]):
            yield Change(name, naming.title_of(name), "", f"{change['new']['completed']} / {change['new']['count']}")
            continue
        sources = naming.sources_of(written.get(name))
        label = sources[0].label if len(sources) == 1 else naming.title_of(element_id) or name
        show = _masking(sources)
        yield Change(name, label, show(change["old"]), show(change["new"]))


def _changed(payload: Payload, element_id: str | None, naming: Naming) -> Iterator[Change]:
    """A variable that an operator changed: masked as its writers' values are."""
    for name, change in payload.get("set", {}).items():
        show = _masking(naming.sources_of_variable(name))
        yield Change(name, naming.title_of(name) or name, show(change["old"]), show(change["new"]))


def _correction(payload: Payload, element_id: str | None, naming: Naming) -> Iterator[Change]:
    """The wrong answer and the right one, under the field's rules; then what the step had set from the wrong one."""
    for name, label, item in naming.fields_of(element_id):
        if name == payload["field"]:
            old, new = (_shown(item, payload[each], is_text=False) or EMPTY for each in ("old", "new"))
            yield Change(name, label, old, new)
    derived = {name: change for name, change in payload.get("set", {}).items() if name != element_id}
    yield from _changed({"set": derived}, element_id, naming)


def _is_result_of_loop(value: object) -> bool:
    """The answers of its items stand in the trace already, under their forms' rules."""
    return isinstance(value, Mapping) and {"results", "count", "completed"} == value.keys()


def _entry(payload: Payload, element_id: str | None, naming: Naming) -> Iterator[Change]:
    register_id, old, new = payload.get("register"), payload.get("old") or {}, payload.get("new") or {}
    register = naming.bundle.library.registers.get(str(register_id)) if naming.bundle is not None else None
    written = {name: value for write in naming.effects_of(element_id).record if write.register == register_id
               for name, value in write.values}
    for name, value in new.items():
        if old.get(name) == value:
            continue
        item = register.find_field(name) if register is not None else None
        show = _masking(naming.sources_of(written.get(name)))
        yield Change(name, item.label if item is not None else "", show(old.get(name)), show(value))


def entry_masked(register: str, values: Mapping[str, object], namings: Iterable[Naming]) -> dict[str, object]:
    """The values of an entry as a trace shows them: a masked text in place of what is personal by any of these versions."""
    personal = {name: item for naming in namings for name, item in naming.personal_of(register)}
    return {name: mask(personal[name], value_text(value)) if name in personal and value not in (None, "") else value
            for name, value in values.items()}


def _masking(sources: tuple[Field, ...]) -> Callable[[object], str]:
    """Shows a value that was worked out from these fields: personal when one of them is."""
    personal = next((item for item in sources if item.personal), None)
    return value_text if personal is None else partial(_masked, personal)


def _masked(item: Field, value: object) -> str:
    return EMPTY if value in (None, "") else mask(item, value_text(value))


_READERS: Mapping[RecordType, Callable[[Payload, str | None, Naming], Iterator[Change]]] = {
    RecordType.TASK_COMPLETED: _answers, RecordType.VARIABLES_SET: _variables,
    RecordType.VARIABLE_CHANGED: _changed,
    RecordType.CORRECTION_PROPOSED: _correction, RecordType.CORRECTION_CONFIRMED: _correction,
    RecordType.DECISION_MADE: _variables, RecordType.ENTRY_WRITTEN: _entry,
}
