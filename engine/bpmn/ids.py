"""The ids of BPMN elements: a step keeps its id, what is drawn around it gets one derived from it.

Ids of steps are NCNames already (letters, 中文, digits, underscore, no digit first: engine.definition.ids), so none is
escaped. Ids that the engine asks for are made with an underscore and could be the id of another step: `graph` refuses
that. Whatever is only drawn (flows, lanes, shapes) has a hyphen or a dot in its id, which no step can have.
"""

from __future__ import annotations

import re

MAIN_END = "end"
"""The end event of a main flow that runs out of steps; `end` is reserved, no step has this id."""


def start_event(start_or_request: str) -> str:
    return f"start_{start_or_request}"


def action_gateway(task: str) -> str:
    """The gateway after a task, where its actions part."""
    return f"{task}_action"


def merge_gateway(element: str) -> str:
    """The gateway before an element that several flows lead to."""
    return f"{element}_merge"


def branch_merge(fork: str, branch: str) -> str:
    """The gateway before a join, where the several ends of one branch meet."""
    return f"{fork}_{branch}_merge"


def join_gateway(fork: str) -> str:
    return f"{fork}_join"


def split_gateway(fork: str) -> str:
    """The gateway at which the branches part, where the fork itself is a sub-process."""
    return f"{fork}_split"


def end_event(step: str) -> str:
    return f"end_{step}"


def request_scope(request: str) -> str:
    """The event sub-process of a request."""
    return f"request_{request}"


def deadline_scope(deadline: str) -> str:
    """The event sub-process that a deadline is drawn as."""
    return f"deadline_{deadline}"


def whole_loop(activity: str) -> str:
    """The `for` around an activity of a drawing that is done for every item; drawn, both are one element."""
    return re.sub(r"\W", "_", activity) + "_all"


def one_of_loop(scope: str) -> str:
    """The group inside the `for` of a sub-process that has events of its own; drawn, both are one element."""
    return re.sub(r"\W", "_", scope) + "_each"


def flow(source: str, target: str, count: int) -> str:
    """The flow between two elements; `count` counts the flows between the same two from 1."""
    return f"flow-{source}-{target}" + (f"-{count}" if count > 1 else "")
