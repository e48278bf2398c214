"""What steps carry, as an outline: gates, limits, effects, triggers."""

from __future__ import annotations

from engine.definition.model import (
    Action,
    CalledTrigger,
    ConditionTrigger,
    Due,
    Effects,
    EntryTrigger,
    Gate,
    MessageTrigger,
    RegisterWrite,
    Remind,
    ScheduleTrigger,
    TimerTrigger,
    Trigger,
)
from engine.definition.text.basis import Around
from engine.definition.text.people import rule, rules
from engine.definition.text.tree import Entries, Plain, Tree, either, entries, few, formula, limit, named, words, yes


def gates(given: tuple[Gate, ...], around: Around) -> Tree | None:
    return [{**entries(that=formula(gate.that), else_=gate.otherwise, discard=yes(gate.discard)),
             **around.of_child(gate.basis)} for gate in given] or None


def due(given: Due | None, around: Around) -> Tree | None:
    """In the short form when that says all."""
    if given is None:
        return None
    long = {**entries(within=limit(given.within), by=formula(given.by), base=formula(given.base),
                      remind=reminders(given.remind), overdue=entries(notify=rules(given.overdue)), soft=yes(given.soft)),
            **around.of_limit(given.within, given.basis)}
    return next(iter(long.values())) if len(long) == 1 else long


def reminders(given: tuple[Remind, ...]) -> Tree | None:
    return few(Plain(f"{(each.fraction * 100).normalize():f}%") if each.fraction is not None else limit(each.before) or ""
               for each in given)


def effects(given: Effects, around: Around) -> Entries:
    return entries(number={item.variable: item.pattern for item in given.numbers}, set=named(given.set),
                   record=few(_record(item, around) for item in given.record),
                   notify=few({"to": rule(item.rule), "text": either(item.text)} for item in given.notify), end=given.end)


def _record(given: RegisterWrite, around: Around) -> Tree:
    return {**entries(register=given.register, entry=formula(given.entry), set=named(given.values)),
            **around.of_child(given.basis)}


def actions(given: tuple[Action, ...]) -> Tree | None:
    if given == (Action("complete"),):
        return None
    return few(_action(each) for each in given)


def _action(given: Action) -> Tree:
    if given.label is not None:
        return entries(action=given.kind, to=given.to, label=given.label)
    return {given.kind: given.to} if given.to is not None else Plain(given.kind)


def trigger(given: Trigger) -> Entries:
    """The keys of a trigger."""
    if isinstance(given, TimerTrigger):
        return entries(timer=limit(given.after) or formula(given.at), repeat=yes(given.repeat))
    if isinstance(given, ConditionTrigger):
        return entries(condition=formula(given.when))
    if isinstance(given, MessageTrigger):
        return entries(message=given.name, key=formula(given.key), takes=words(given.takes))
    if isinstance(given, EntryTrigger):
        return entries(entry=given.register, key=formula(given.key), when=formula(given.when))
    if isinstance(given, ScheduleTrigger):
        return entries(every=Plain(given.every.en), for_each=given.for_each, when=formula(given.when))
    if isinstance(given, CalledTrigger):
        return entries(called=Plain("true"), takes=words(given.takes))
    return {given.kind: given.name or Plain("any")}


