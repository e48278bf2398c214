"""`for` in a running instance: its items and results as expressions read them, and what an item is called.

Knows loops of the language only; where the tokens of a loop stand is the runtime's to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.bpmn.names import names_of
from engine.clock import in_china
from engine.definition.model import Definition, For
from engine.runtime import Locals

if TYPE_CHECKING:
    from engine.verbs.flow import Flow

LABEL_LENGTH = 40
_NAMES = ("name", "title", "label", "key", "number", "id")
_COUNTED = "numberOfInstances"


def loop_of(definition: Definition, element_id: str) -> For | None:
    """The `for` that this element is."""
    reached = names_of(definition).find(element_id)
    return reached.step if reached is not None and isinstance(reached.step, For) else None


def has_loops(definition: Definition) -> bool:
    return any(isinstance(step, For) for step in definition.every_step())


def result_of(locals_: Locals, host_id: str) -> dict[str, object]:
    """What a loop leaves under its id: the results of finished items in the order of the list, and how many there are."""
    results = locals_.results(host_id)
    return {"results": results, "count": Decimal(locals_.count(host_id)), "completed": Decimal(len(results))}


def progress(flow: Flow, element_id: str, names: Mapping[str, object]) -> Mapping[str, object]:
    """What `until` reads under the id of its loop, while the loop runs."""
    loop = loop_of(flow.definition, element_id) if _COUNTED in names else None
    return {loop.id: result_of(flow.locals, flow.locals.host_of(flow.loop_id))} if loop is not None else {}


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
