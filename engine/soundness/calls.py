"""Other processes that a definition calls: whether there are any of that name. It refuses to know what they do."""

from __future__ import annotations

from engine.definition.model import Call, Definition
from engine.definition.neighbours import Neighbours
from engine.definition.problems import Problems, did_you_mean


def check_calls(definition: Definition, neighbours: Neighbours, problems: Problems) -> None:
    """Every process that is called is one of these, or the definition itself."""
    known = {*neighbours.names, definition.process}
    for step in definition.every_step():
        if isinstance(step, Call) and step.process and step.process not in known:
            problems.add(step.place, "unknown-process", zh=f"没有“{step.process}”这个流程", en=f"There is no process {step.process!r}",
                         hint=did_you_mean(step.process, known))
