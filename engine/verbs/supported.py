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
    Rule,
    Who,
)
from engine.errors import Problem


def find_unsupported(definition: Definition) -> tuple[Problem, ...]:
    """A problem for everything in the definition that this version does not run."""
    found = [(item.place, named) for item in definition.every_form_step() for named in _people(item.who)]
    return tuple(sorted(Problem(place, "later", f"这个版本还不能执行“{what}”", f"This version does not run {what!r} yet")
                        for place, what in set(found)))


def _people(who: Who) -> Iterator[str]:
    for rule in (who.rule, *(widen.to for widen in who.widen)):
        yield from _rule(rule)


def _rule(rule: Rule) -> Iterator[str]:
    if isinstance(rule, DutyRule):
        yield "on_duty"
    if isinstance(rule, FirstRule | AnyRule):
        yield from (named for part in rule.rules for named in _rule(part))
