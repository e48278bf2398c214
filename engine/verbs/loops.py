"""`for` in a running instance: its items and results as expressions read them, and what an item is called.

Knows loops of the language only; where the tokens of a loop stand is the runtime's to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.bpmn.names import loop_at
from engine.clock import in_china
from engine.definition.model import Definition, Effects, Expression, For, walk
from engine.runtime import Locals

if TYPE_CHECKING:
    from engine.verbs.flow import Flow

LABEL_LENGTH = 40
_NAMES = ("name", "title", "label", "key", "number", "id")
_COUNTED = "numberOfInstances"


def has_loops(definition: Definition) -> bool:
    return any(isinstance(step, For) for step in definition.every_step())


def own_variables(loop: For) -> frozenset[str]:
    """Variables that each item has for itself: those that steps inside set and `collect` gathers by their name alone."""
    written = {name for step in walk(loop.steps) for name, _ in getattr(step, "effects", Effects()).set}
    return frozenset(value.text for _, value in loop.collect if isinstance(value, Expression) and value.text in written)


def left_by(loop: For, locals_: Locals, host_id: str) -> dict[str, object]:
    """What a loop leaves: under its id the results of finished items in the order of the list, and how many there are;
    under the names of `collect` a list with what every item gave, null where it is not finished."""
    results, every = locals_.results(host_id), locals_.every_result(host_id)
    collected = {name: [each.get(name) if isinstance(each, dict) else None for each in every] for name, _ in loop.collect}
    return {loop.id: {"results": results, "count": Decimal(len(every)), "completed": Decimal(len(results))}, **collected}


def progress(flow: Flow, element_id: str, names: Mapping[str, object]) -> Mapping[str, object]:
    """What `until` reads of its loop, while the loop runs: the same that the loop leaves in the end."""
    loop = loop_at(flow.definition, element_id) if _COUNTED in names else None
    return left_by(loop, flow.locals, flow.locals.host_of(flow.loop_id)) if loop is not None else {}


def labelled(flow: Flow, title: str) -> str:
    """The title of a task, with the items it is for behind it."""
    items = called(flow.locals, flow.loop_id) if flow.loop_id else ""
    return f"{title}（{items}）" if items else title


def called(locals_: Locals, loop_id: str) -> str:
    """What the items of this loop instance and of those around it are called, the outermost first."""
    return " / ".join(label for label in map(_label, locals_.items_of(loop_id)) if label)


def _label(item: object) -> str:
    """A short name of an item: a person, a unit or an entry by what it is called."""
    if isinstance(item, Mapping):
        item = next((item[name] for name in _NAMES if item.get(name)), next(iter(item.values()), ""))
    if isinstance(item, list):
        return "、".join(map(_label, item))[:LABEL_LENGTH]
    if isinstance(item, datetime):
        return f"{in_china(item):%Y-%m-%d %H:%M}"
    return "" if item is None else str(item)[:LABEL_LENGTH]
