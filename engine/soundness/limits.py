"""Inner limits against the statutory one: what the tasks on the way from its base to where it is met may take together.

Sums are lower bounds and deadlines upper bounds, so that what is told is sure. It refuses to know a calendar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine.definition.model import Deadline, Definition, Expression, Task
from engine.definition.problems import Problems
from engine.soundness.chart import Chart
from engine.soundness.paths import said_of_elements
from engine.soundness.walking import onward_of
from engine.worktime.limit import Limit

_LEAST: Mapping[str, Fraction] = {
    "minutes": Fraction(1, 60), "hours": Fraction(1), "calendar days": Fraction(24), "working days": Fraction(24),
    "weeks": Fraction(168), "months": Fraction(28 * 24), "years": Fraction(365 * 24)}
"""Hours that one unit takes at least, nights and weekends left out."""
_HOLIDAYS = Fraction(10 * 24)
_MOST: Mapping[str, Fraction] = {**_LEAST, "months": Fraction(31 * 24), "years": Fraction(366 * 24), "working days": Fraction(24 * 7, 5)}
"""Hours that one unit takes at most; working days have weekends between them, and may have one long holiday."""
_SAME = frozenset({"working days"})


@dataclass(frozen=True, slots=True)
class Load:
    """What has been used up at a point of a way: limits in order, and the steps they belong to."""

    limits: tuple[Limit, ...] = ()
    steps: tuple[str, ...] = ()

    @property
    def hours(self) -> Fraction:
        return sum((limit.amount * _LEAST[limit.unit] for limit in self.limits), Fraction(0))


def check_limits(definition: Definition, chart: Chart, problems: Problems) -> None:
    """The due limits along the longest way from a deadline's base to where it is met fit into its last stage."""
    for deadline in definition.deadlines:
        stage = next((each.within for each in reversed(deadline.stages) if each.within is not None), None)
        if stage is None or stage.before or not deadline.bases:
            continue
        begun = _steps_named(deadline.bases[0][1], definition)
        met = _steps_named(deadline.met_at, definition)
        heaviest = _heaviest(chart, begun, met, _bases_of(deadline, definition))
        if heaviest is not None and _exceeds(heaviest.limits, stage):
            _tell(deadline, stage, heaviest, chart, problems)


def _steps_named(expression: Expression, definition: Definition) -> list[str]:
    """The steps whose answers or moments an expression reads, through a variable that a step sets as well."""
    names = {path[0] for path in expression.compiled().paths}
    found = [item.id for item in definition.every_form_step() if item.id in names]
    for step in (*definition.every_form_step(), *definition.every_step()):
        effects = getattr(step, "effects", None)
        if effects is not None and names & {name for name, _ in effects.set} and step.id not in found:
            found.append(step.id)
    return found


def _bases_of(deadline: Deadline, definition: Definition) -> frozenset[str]:
    """Texts of moments from which the deadline runs: a task that is due from one of them does not add up."""
    texts = {expression.text for _, expression in deadline.bases}
    if deadline.rebase is not None:
        texts.add(deadline.rebase.text)
    for item in definition.every_form_step():
        texts |= {name for name, value in item.effects.set if isinstance(value, Expression) and value.text in texts}
    return frozenset(texts)


def _heaviest(chart: Chart, begun: Iterable[str], met: Iterable[str], bases: frozenset[str]) -> Load | None:
    """The way with the most hours, each step once; what lies after the base step counts, the base step itself does not."""
    wanted, roots = set(met), [each for each in begun if each in chart.elements]
    best: Load | None = None
    for root in roots:
        for load in _loads(chart, root, bases, wanted):
            if best is None or load.hours > best.hours:
                best = load
    return best


def _loads(chart: Chart, root: str, bases: frozenset[str], wanted: set[str]) -> list[Load]:
    """The heaviest load at each wanted step, over the flow without its ways back."""
    further = onward_of(chart)

    def onward(here: str) -> list[str]:
        """The first step that meets the deadline ends the way."""
        return [] if here in wanted and here != root else further(here)

    order = _forward_order(root, onward)
    place = {each: number for number, each in enumerate(order)}
    loads: dict[str, Load] = {root: Load()}
    for here in order:
        before = loads[here]
        done = before if here == root else _with(before, chart, here, bases)
        for following in onward(here):
            is_event = bool(chart.elements[following].host)
            load = Load(before.limits if is_event else done.limits, (*before.steps, here))  # an event does not wait for the limit
            if place[following] > place[here] and (following not in loads or load.hours > loads[following].hours):
                loads[following] = load
    return [_with(load, chart, each, bases) for each, load in loads.items() if each in wanted and each != root]


def _forward_order(root: str, onward: Callable[[str], list[str]]) -> list[str]:
    """Reverse postorder: apart from ways back, everything stands before what it leads to."""
    done: list[str] = []
    seen = {root}
    stack = [(root, iter(onward(root)))]
    while stack:
        here, rest = stack[-1]
        following = next((each for each in rest if each not in seen), None)
        if following is None:
            done.append(here)
            stack.pop()
        else:
            seen.add(following)
            stack.append((following, iter(onward(following))))
    return done[::-1]


def _with(load: Load, chart: Chart, element_id: str, bases: frozenset[str]) -> Load:
    step = chart.elements[element_id].step
    due = step.due if isinstance(step, Task) and step.id == element_id else None
    steps = (*load.steps, element_id)
    if due is None or due.within is None or due.within.before:
        return Load(load.limits, steps)
    if due.base is None:
        return Load((*load.limits, due.within), steps)
    if due.base.text not in bases:
        return Load(load.limits, steps)
    alone = Load((due.within,), steps)      # runs from the same moment as the deadline: whatever is longer counts
    return alone if alone.hours > load.hours else Load(load.limits, steps)


def _exceeds(limits: tuple[Limit, ...], stage: Limit) -> bool:
    if all(limit.unit == stage.unit for limit in limits):
        return sum(limit.amount for limit in limits) > stage.amount
    least = sum((limit.amount * _LEAST[limit.unit] for limit in limits), Fraction(0))
    most = stage.amount * _MOST[stage.unit] + (_HOLIDAYS if stage.unit in _SAME else 0)
    return least > most


def _tell(deadline: Deadline, stage: Limit, load: Load, chart: Chart, problems: Problems) -> None:
    path = said_of_elements(chart, load.steps)
    zh, en = " + ".join(limit.zh for limit in load.limits), " + ".join(limit.en for limit in load.limits)
    problems.add(deadline.place, "limits-exceed", zh=f"各步时限加起来（{zh}）超过“{deadline.title}”的最后期限{stage.zh}：{path}",
                 en=f"The limits on the way add up to {en}, more than {stage.en}, the last stage of {deadline.title!r}: {path}",
                 hint=("缩短其中几步的时限，或让它们从同一起点起算（`base`）", "Shorten some, or let them run from the same `base`"),
                 severity="warning")
