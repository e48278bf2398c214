"""What definitions may say and the engine does not run yet: refused by name at deployment, never half run.

The one list of it, shorter with every release. Everything else of the language runs.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition.model import (
    AnyRule,
    Definition,
    DutyRule,
    FirstRule,
    Raise,
    RoleRule,
    Rule,
    Step,
    Who,
)
from engine.errors import Place, Problem

_STEPS = frozenset({"call", "service"})
_BOUNDARIES = frozenset({"message", "entry"})
Found = Iterator[tuple[Place, str]]


def find_unsupported(definition: Definition) -> tuple[Problem, ...]:
    """A problem for everything in the definition that this version does not run."""
    found = [*_at_the_process(definition), *(each for step in definition.every_step() for each in _at_step(step))]
    found += [(item.place, named) for item in definition.every_form_step() for named in _people(item.who)]
    return tuple(sorted(Problem(place, "later", f"这个版本还不能执行“{what}”", f"This version does not run {what!r} yet")
                        for place, what in set(found)))


def _at_the_process(definition: Definition) -> Found:
    yield from ((start.place, f"starts: {start.trigger.kind}") for start in definition.event_starts)
    yield from ((event.place, f"on: {event.trigger.kind}") for event in definition.events if event.trigger.kind in _BOUNDARIES)
    if definition.returns:
        yield definition.place, "returns"


def _at_step(step: Step) -> Found:
    if step.kind in _STEPS:
        yield step.place, step.kind
    for item in (*getattr(step, "on", ()), *getattr(step, "events", ()), *getattr(step, "ways", ())):
        if item.trigger.kind in _BOUNDARIES:
            yield item.place, f"on: {item.trigger.kind}"
    if isinstance(step, Raise) and step.raises == "message":
        yield step.place, "raise: message"


def _people(who: Who) -> Iterator[str]:
    for rule in (who.rule, *(widen.to for widen in who.widen)):
        yield from _rule(rule)


def _rule(rule: Rule) -> Iterator[str]:
    if isinstance(rule, DutyRule):
        yield "on_duty"
    if isinstance(rule, RoleRule) and rule.tree:
        yield "tree"
    if isinstance(rule, FirstRule | AnyRule):
        yield from (named for part in rule.rules for named in _rule(part))
