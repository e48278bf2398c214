"""The shape of the flow as it is written: where each step may lead.

Whether every step is reached and every run ends is asked of the graph (engine/soundness). It refuses to know conditions,
people and time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.definition.draft import Mention
from engine.definition.model import (
    END,
    Boundary,
    Definition,
    Do,
    EndStep,
    For,
    Fork,
    Step,
)
from engine.definition.problems import Problems, did_you_mean


@dataclass(slots=True)
class Lane:
    """One list of steps: the main flow, a branch, a group, the flow of an event; `join` of the branch around it."""

    steps: tuple[Step, ...]
    join: str = ""
    extra: tuple[str, ...] = ()
    """Ids that may be led to besides the steps: starts, the request of a flow, the list around the flow of a boundary."""
    ids: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.ids = frozenset((*(step.id for step in self.steps), *self.extra))


def lanes_of(definition: Definition) -> tuple[Lane, ...]:
    """Every list of steps of the process, the main one first."""
    found = [Lane(definition.steps, extra=tuple(start.id for start in definition.starts))]
    found += _beside(definition)
    for lane in found:  # grows while it is walked: lists inside lists
        for step in lane.steps:
            found += _inside(step, lane)
    return tuple(found)


def _inside(step: Step, around: Lane) -> Iterator[Lane]:
    if isinstance(step, Fork):
        yield from (Lane(branch.steps, str(step.join)) for branch in step.branches)
    if isinstance(step, Do | For):
        yield Lane(step.steps)
    if isinstance(step, Do):
        yield from _beside(step)
    yield from (Lane(boundary.steps, around.join, tuple(around.ids)) for boundary in _on(step) if boundary.steps)


def _beside(around: Definition | Do) -> list[Lane]:
    """The flows of requests and events."""
    return [*(Lane(request.steps, extra=(request.id,)) for request in around.requests),
            *(Lane(event.steps) for event in around.events)]


def _on(step: Step) -> tuple[Boundary, ...]:
    return getattr(step, "on", ())


def check_flow(definition: Definition, mentions: tuple[Mention, ...], problems: Problems) -> None:
    """Targets exist and stay within their list; branches do not end the flow."""
    lanes = lanes_of(definition)
    home = {step.id: lane for lane in reversed(lanes) for step in lane.steps}
    home |= {name: lane for lane in reversed(lanes) for name in lane.extra if name not in home}
    home |= {start.id: lanes[0] for start in definition.event_starts}
    for mention in mentions:
        if mention.kind in ("target", "action_target"):
            _check_target(mention, home, problems)
    _check_ends(lanes, problems)


def _check_target(mention: Mention, home: dict[str, Lane], problems: Problems) -> None:
    lane = home.get(mention.owner)
    if lane is None or mention.name in lane.ids or (mention.name == END and mention.kind == "target"):
        return
    if mention.name in home:
        problems.add(mention.place, "target-outside", zh=f"“{mention.name}”不在同一列表里，不能转入或转出并行分支、一组步骤和请求",
                     en=f"{mention.name!r} is not in the same list: nothing leads into or out of a branch or group")
    else:
        problems.add(mention.place, "unknown-step", zh=f"没有“{mention.name}”这个步骤",
                     en=f"There is no step {mention.name!r}",
                     hint=did_you_mean(mention.name, lane.ids))


def _check_ends(lanes: tuple[Lane, ...], problems: Problems) -> None:
    for lane in lanes:
        for step in lane.steps if lane.join else ():
            if isinstance(step, EndStep) and step.terminate:
                if lane.join != "all":
                    problems.add(step.place, "end-in-branch", zh=f"先到先得的分支里的“{step.id}”不能结束全部",
                                 en=f"The step {step.id!r} in a branch of which not all join cannot end everything",
                                 hint=("把并行放进一组步骤，用 `raise` 发出错误，由 `on` 接住",
                                       "Put the fork into a group, raise an error and catch it with `on`"))
            elif isinstance(step, EndStep) or _ended(step):
                problems.add(step.place, "end-in-branch", zh=f"并行分支里的“{step.id}”不能结束流程",
                             en=f"The step {step.id!r} in a parallel branch cannot end the flow",
                             hint=("去掉 `end` 让分支汇合，或写 `terminate: true` 结束全部",
                                   "Let the branch join, or write `terminate: true`"))


def _ended(step: Step) -> bool:
    effects = getattr(step, "effects", None)
    return effects is not None and effects.end is not None
