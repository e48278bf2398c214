"""Loops that run by themselves: no person, no message, no moment is waited for on the way round.

Such a loop either changes what its way out asks about, or it never ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.definition.problems import Problems
from engine.feel import tree
from engine.soundness.chart import Chart
from engine.soundness.facts import ANSWERS, find_tree, may_change_by_itself, names_in
from engine.soundness.net import circles
from engine.soundness.paths import said_of_elements
from engine.soundness.usage import writes_of
from engine.soundness.walking import onward_of, shortest


def check_loops(chart: Chart, problems: Problems) -> None:
    """Every loop waits for somebody or something; one that changes its own way out is only pointed out."""
    waiting = waiting_scopes(chart)
    names = [each.id for each in chart.elements.values() if not each.waits and each.id not in waiting]
    numbers = {name: number for number, name in enumerate(names)}
    onward = onward_of(chart)
    edges = {numbers[name]: [numbers[each] for each in onward(name) if each in numbers] for name in names}
    for circle in circles(edges):
        _tell(chart, frozenset(names[number] for number in circle), problems)


def waiting_scopes(chart: Chart) -> set[str]:
    """Sub-processes through which every way waits."""
    found: set[str] = set()
    for scope in reversed([each for each in chart.elements.values() if each.is_scope]):
        onward = onward_of(chart)

        def passing(here: str) -> list[str]:
            return [each for each in onward(here) if not chart.elements[each].waits and each not in found]  # noqa: B023

        starts = [each.id for each in chart.starts_of(scope.id)[0] if not each.waits and each.id not in found]
        if not shortest(starts, passing, lambda each: not chart.out_of[each]):
            found.add(scope.id)
    return found


def _tell(chart: Chart, circle: frozenset[str], problems: Problems) -> None:
    onward = onward_of(chart)
    shown = next((each for each in chart.elements if each in circle and not chart.elements[each].is_gateway), min(circle))
    round_trip = shortest([each for each in onward(shown) if each in circle],
                          lambda here: [each for each in onward(here) if each in circle], lambda here: here == shown)
    element, path = chart.elements[shown], said_of_elements(chart, [shown, *round_trip])
    if _may_change(chart, circle):
        problems.add(element.place, "automatic-loop", zh=f"“{element.title}”会自动循环，中间没有人办理也没有等待：{path}",
                     en=f"{element.title!r} goes round by itself, nobody and nothing is waited for: {path}",
                     hint=("确认条件一定会变成真；次数太多时引擎会停下并报故障",
                           "Make sure that its condition becomes true; the engine stops a loop that goes on too long"),
                     severity="warning")
        return
    problems.add(element.place, "endless-loop", zh=f"“{element.title}”会自动循环、永不停止：离开循环的条件在循环里不会改变：{path}",
                 en=f"{element.title!r} goes round for ever: nothing in the loop changes the condition of its way out: {path}",
                 hint=("在循环里加一步由人办理或等待的步骤，或修改条件用到的变量",
                       "Put a task or a wait into it, or change a variable that the condition reads"))


def _may_change(chart: Chart, circle: Iterable[str]) -> bool:
    """Whether something on the way round writes what a choice on it reads."""
    members = frozenset(circle)
    written = {key.removesuffix(ANSWERS) for each in members for key in writes_of(chart.elements[each])}
    return any(names_in(condition) & written or may_change_by_itself(condition) for condition in _conditions(chart, members))


def _conditions(chart: Chart, members: frozenset[str]) -> Iterator[tree.Node]:
    for each in members:
        arrows = chart.out_of[each]
        if any(arrow.target not in members for arrow in arrows):
            conditions = (find_tree(arrow.condition) for arrow in arrows if arrow.condition is not None)
            yield from (each for each in conditions if each is not None)
