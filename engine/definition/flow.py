"""The shape of the flow: where each step may lead, and which steps nothing leads to.

Plain graph work over the model; it refuses to know conditions, people and time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.definition.draft import Mention
from engine.definition.model import END, Definition, EndStep, Fork, SetStep, Step, Switch, Task
from engine.definition.problems import Problems, did_you_mean


@dataclass(slots=True)
class Lane:
    """One list of steps: the main flow, a parallel branch, or the flow of a request."""

    steps: tuple[Step, ...]
    in_branch: bool
    extra: tuple[str, ...] = ()
    """Ids that may be led back to besides the steps: the starts of the main flow, the request of its flow."""
    ids: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.ids = frozenset((*(step.id for step in self.steps), *self.extra))


def lanes_of(definition: Definition) -> tuple[Lane, ...]:
    """Every list of steps of the process."""
    starts = tuple(start.id for start in definition.starts)
    found = [Lane(definition.steps, False, starts)]
    found += [Lane(request.steps, False, (request.id,)) for request in definition.requests]
    for lane in found:  # grows while it is walked: branches inside branches
        for step in lane.steps:
            if isinstance(step, Fork):
                found += [Lane(branch.steps, True) for branch in step.branches]
    return tuple(found)


def check_flow(definition: Definition, mentions: tuple[Mention, ...], problems: Problems) -> None:
    """Targets exist and stay within their list; every step can be reached; branches do not end the flow."""
    lanes = lanes_of(definition)
    home = {name: lane for lane in reversed(lanes) for name in lane.ids}
    for mention in mentions:
        if mention.kind in ("target", "action_target"):
            _check_target(mention, home, problems)
    _check_ends(lanes, problems)
    if not problems.has("unknown-step", "target-outside"):
        _check_reachable(definition, lanes, problems)


def _check_target(mention: Mention, home: dict[str, Lane], problems: Problems) -> None:
    lane = home.get(mention.owner)
    if lane is None or mention.name in lane.ids or (mention.name == END and mention.kind == "target"):
        return
    if mention.name in home:
        problems.add(mention.place, "target-outside", zh=f"“{mention.name}”不在同一列表里，不能转入或转出并行分支和请求",
                     en=f"{mention.name!r} is not in the same list: nothing leads into or out of a branch")
    else:
        problems.add(mention.place, "unknown-step", zh=f"没有“{mention.name}”这个步骤",
                     en=f"There is no step {mention.name!r}",
                     hint=did_you_mean(mention.name, lane.ids))


def _check_ends(lanes: tuple[Lane, ...], problems: Problems) -> None:
    for lane in lanes:
        for step in lane.steps if lane.in_branch else ():
            ends = isinstance(step, Task | SetStep) and step.effects.end is not None
            if ends or (isinstance(step, EndStep) and not step.terminate):
                problems.add(step.place, "end-in-branch", zh=f"并行分支里的“{step.id}”不能结束流程",
                             en=f"The step {step.id!r} in a parallel branch cannot end the flow",
                             hint=("去掉 end 让分支汇合，或写 terminate: true 结束全部",
                                   "Let the branch join, or write terminate: true"))


def _check_reachable(definition: Definition, lanes: tuple[Lane, ...], problems: Problems) -> None:
    main, requests = lanes[0], lanes[1:1 + len(definition.requests)]
    roots = [start.then or _first(main) for start in definition.starts]
    roots += [_first(lane) for lane in requests]
    reached = _reach(lanes, [root for root in roots if root])
    for step in definition.every_step():
        if step.id not in reached:
            problems.add(step.place, "unreachable", zh=f"没有任何步骤通向“{step.id}”",
                         en=f"Nothing leads to the step {step.id!r}",
                         hint=("检查前面步骤的 then 和 end", "Look at `then` and `end` of the steps before"))


def _reach(lanes: tuple[Lane, ...], roots: list[str]) -> set[str]:
    edges: dict[str, tuple[str, ...]] = {}
    for lane in lanes:
        for number, step in enumerate(lane.steps):
            following = lane.steps[number + 1].id if number + 1 < len(lane.steps) else None
            edges.setdefault(step.id, tuple(_leads_to(step, following)))
    reached: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(edges.get(name, ()))
    return reached


def _first(lane: Lane) -> str | None:
    return lane.steps[0].id if lane.steps else None


def _leads_to(step: Step, following: str | None) -> Iterator[str]:
    """Ids the step may lead to; `following` is the step after it in its list."""
    if isinstance(step, EndStep):
        return
    if isinstance(step, Switch):
        yield from (case.then for case in step.cases)
        if all(case.when is not None for case in step.cases) and following:
            yield following  # its missing default is a problem of its own
        return
    onward = step.then or following
    if isinstance(step, Fork):
        yield from (branch.steps[0].id for branch in step.branches if branch.steps)
    if isinstance(step, Task):
        yield from (action.to for action in step.actions if action.to)
        yield from filter(None, (boundary.then or onward for boundary in step.on))
        if all(action.to for action in step.actions):
            return
    if onward and (isinstance(step, Fork) or step.effects.end is None):
        yield onward
