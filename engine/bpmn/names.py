"""Which step a BPMN element belongs to, and what it is of that step: how the engine finds its way back to the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bpmn import ids
from engine.bpmn.graph import Owner, Part
from engine.bpmn.plan import plan
from engine.definition.model import Definition, Request, Start

_KEPT = 256


@dataclass(frozen=True, slots=True)
class Reached:
    """A BPMN element: the step it belongs to (None: the end of the main flow), and which part of it.

    `outcome` is the outcome that an end event gives the instance.
    """

    step: Owner | None
    part: Part
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """All elements of one definition."""

    elements: Mapping[str, Reached]

    def find(self, element_id: str) -> Reached | None:
        return self.elements.get(element_id)

    def of_step(self, step_id: str) -> tuple[str, ...]:
        """The ids of all elements that belong to a step, in document order."""
        return tuple(element_id for element_id, reached in self.elements.items()
                     if reached.step is not None and reached.step.id == step_id)


_names: dict[int, tuple[Definition, Names]] = {}


def names_of(definition: Definition) -> Names:
    """The names of a definition, made once per definition object."""
    known = _names.get(id(definition))
    if known is not None and known[0] is definition:
        return known[1]
    names = Names({node.id: Reached(node.step, node.part, node.outcome) for node in plan(definition).nodes})
    if len(_names) >= _KEPT:
        _names.clear()
    _names[id(definition)] = (definition, names)
    return names


def start_event_of(start: Start) -> str:
    """The start event at which an instance begins."""
    return ids.start_event(start.id)


def scope_of(request: Request) -> str:
    """The event sub-process that runs a request."""
    return ids.request_scope(request.id)
