"""A definition as an outline, and as text."""

from __future__ import annotations

from engine.definition.model import (
    LANGUAGE,
    Deadline,
    Definition,
    EventStart,
    Expression,
    Parameter,
    Stage,
    Start,
)
from engine.definition.text import carried
from engine.definition.text.basis import Around
from engine.definition.text.people import rules, who
from engine.definition.text.steps import beside, steps
from engine.definition.text.tree import Entries, Plain, Tree, entries, formula, limit, named, value, words
from engine.definition.text.yaml import write
from engine.worktime.limit import Limit


def write_yaml(definition: Definition) -> str:
    """The canonical text of a definition that was read from YAML: reading it gives an equal definition."""
    return write(_outline(definition))


def _outline(definition: Definition) -> Entries:
    around = Around(definition.basis, (), {item.name: item.basis for item in definition.parameters})
    subject = definition.subject
    said = f"={subject.text}" if isinstance(subject, Expression) else subject if subject != definition.title else None
    return {"anliu": Plain(str(LANGUAGE)), **entries(
        process=definition.process, title=definition.title, profile=definition.profile, category=definition.category,
        description=definition.description, basis=words(definition.basis), subject=said,
        parameters={item.name: _parameter(item) for item in definition.parameters},
        starts=[*(_start(item, around.at(item.basis)) for item in definition.starts),
                *(_event_start(item, around.at(item.basis)) for item in definition.event_starts)],
        do_=steps(definition.steps, around),
        deadlines={item.id: _deadline(item, around.at(item.basis)) for item in definition.deadlines},
        on=beside(definition.requests, definition.events, around, "on_", first=1), returns=named(definition.returns))}


def _parameter(given: Parameter) -> Tree:
    written = Plain(given.value.en) if isinstance(given.value, Limit) else value(given.value)
    return entries(value=written, basis=words(given.basis), title=given.title)


def _start(given: Start, around: Around) -> Tree:
    return {**entries(id=given.id, title=given.title), **who(given.who, around),
            **entries(form=given.form, require=carried.gates(given.require, around), due=carried.due(given.due, around),
                      note=given.note, then=given.then), **carried.effects(given.effects, around), **around.said()}


def _event_start(given: EventStart, around: Around) -> Tree:
    return {**entries(id=given.id, title=given.title), **carried.trigger(given.trigger), **entries(then=given.then),
            **carried.effects(given.effects, around), **around.said()}


def _deadline(given: Deadline, around: Around) -> Tree:
    in_time = given.in_time if given.in_time != "按时" else None
    return {**entries(title=given.title, when=formula(given.when), rebase=formula(given.rebase),
                      bases={name: f"={expression.text}" for name, expression in given.bases},
                      met_at=formula(given.met_at), in_time=in_time), "stages": [_stage(item, around) for item in given.stages],
            **entries(confirmed_in=given.confirmed_in), **around.said()}


def _stage(given: Stage, around: Around) -> Tree:
    return {**entries(within=limit(given.within), by=formula(given.by), otherwise=given.otherwise,
                      remind=carried.reminders(given.remind), notify=rules(given.notify)),
            **around.of_limit(given.within, given.basis)}
