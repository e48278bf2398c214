"""What a step reads and writes, and when: on arriving, or once it is done.

Found by looking for expressions in the step, whatever its kind; steps inside it have elements of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from engine.bpmn.graph import Owner
from engine.definition.model import Effects, Event, EventStart, Expression, Task
from engine.soundness.chart import Element
from engine.soundness.facts import ANSWERS

_ON_ARRIVING = frozenset({"who", "due", "items", "values", "table", "trigger", "key"})
_OF_ONE_ITEM = frozenset({"until", "collect"})
"""Asked each time an item of a loop is finished: it sees answers that nobody sees behind the loop."""
_INSIDE = frozenset({"steps", "branches", "on", "events", "requests", "cases", "when", "place", "basis"})
"""What belongs to elements of its own, and what the arrows of a gateway say."""


@dataclass(frozen=True, slots=True)
class Read:
    """One expression; `is_done` says that what the step itself writes is there already.

    `own` are names of which null is harmless here, `is_harmless` says that all are.
    """

    expression: Expression
    is_done: bool = False
    own: frozenset[str] = frozenset()
    is_harmless: bool = False


def reads_of(element: Element) -> Iterator[Read]:
    """What the step reads, in the order in which it does."""
    step = element.step
    if step is None or element.id != step.id:
        return
    for item in fields(step):
        value = getattr(step, item.name)
        if item.name == "effects":
            yield from _of_effects(value)
        elif item.name not in _INSIDE:
            done, of_item = item.name not in _ON_ARRIVING, item.name in _OF_ONE_ITEM
            yield from (Read(expression, done, is_harmless=of_item or name == "exclude") for name, expression in _expressions(value))
    for boundary in getattr(step, "on", ()):
        yield from (Read(expression) for _, expression in _expressions(boundary.trigger))


def _of_effects(effects: Effects) -> Iterator[Read]:
    """A value that is set may keep what it was: `sent_at: =if … then … else sent_at`."""
    for name, value in effects.set:
        yield from (Read(expression, True, frozenset({name})) for _, expression in _expressions(value))
    for part in (effects.record, effects.notify):
        yield from (Read(expression, True) for _, expression in _expressions(part))


def _expressions(value: object, name: str = "") -> Iterator[tuple[str, Expression]]:
    """Expressions in a value, each with the name of the field around it."""
    if isinstance(value, Expression):
        yield name, value
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _expressions(each, name)
    elif is_dataclass(value) and not isinstance(value, type):
        for item in fields(value):
            yield from _expressions(getattr(value, item.name), item.name)


def writes_of(element: Element) -> frozenset[str]:
    """Keys that are written once the element is done; an event writes what it brings.

    Answers are not, while a task may end by a return or a rejection.
    """
    step = element.step
    begins = element.part == "start" and isinstance(step, Event | EventStart)
    if step is None or (element.id != step.id and not begins):
        return frozenset({element.id, element.id + ANSWERS})
    effects = getattr(step, "effects", Effects())
    names = {number.variable for number in effects.numbers} | {name for name, _ in effects.set} | set(dict(getattr(step, "collect", ())))
    answers = {step.id} if _may_lack_answers(step) else {step.id, step.id + ANSWERS}
    return frozenset({*answers, *names, *(name + ANSWERS for name in names)})


def may_write(element: Element) -> frozenset[str]:
    """Keys that may be written once the element is done."""
    return writes_of(element) | {element.id + ANSWERS}


def _may_lack_answers(step: Owner) -> bool:
    return isinstance(step, Task) and any(action.kind in ("return", "reject") for action in step.actions)


def answered_on(chosen: str | None, step: Owner | None) -> frozenset[str]:
    """What is known on the arrow of an action: the answers, unless it is that of a return or a rejection."""
    if not isinstance(step, Task):
        return frozenset()
    lacking = any(f'"{kind}"' in (chosen or "") for kind in ("return", "reject"))
    falling = chosen is None and any(action.kind in ("return", "reject") and not action.to for action in step.actions)
    return frozenset() if lacking or falling else frozenset({step.id + ANSWERS})
