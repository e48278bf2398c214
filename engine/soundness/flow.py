"""What the picture alone shows: steps that nothing leads to, steps from which no way leads to an end.

It follows arrows and refuses to play tokens.
"""

from __future__ import annotations

from engine.definition.problems import Problems
from engine.soundness.chart import Chart, Element
from engine.soundness.paths import said_of_elements
from engine.soundness.walking import all_from, onward_of, shortest


def check_reached(chart: Chart, scope: str, problems: Problems) -> None:
    """Something leads to every step of the scope; of steps that only lead to each other, the first is told."""
    onward = onward_of(chart)
    known = all_from([start.id for start in chart.starts_of(scope)[0]], onward)
    for element in chart.members[scope]:
        if element.id in known or element.is_event_scope or element.is_compensation or _is_around(element):
            continue
        known |= all_from([element.id], onward)
        shown = element.step.id if element.step is not None else element.id
        problems.add(element.place, "unreachable", zh=f"没有任何步骤通向“{shown}”", en=f"Nothing leads to the step {shown!r}",
                     hint=("检查前面步骤的 `then` 和 `end`", "Look at `then` and `end` of the steps before"))


def _is_around(element: Element) -> bool:
    """Drawn around a step, which is told itself."""
    return element.step is not None and element.part not in ("step", "end")


def check_way_out(chart: Chart, scope: str, problems: Problems) -> bool:
    """Some way leads from every step to an end. Whether one has none: a mistake, unless an event may end it."""
    onward = onward_of(chart)
    inside = [element for element in chart.members[scope] if not element.is_event_scope and not element.is_compensation]
    back: dict[str, list[str]] = {}
    for element in inside:
        for following in onward(element.id):
            back.setdefault(following, []).append(element.id)
    ending = all_from([element.id for element in inside if not chart.out_of[element.id]], lambda each: back.get(each, ()))
    way = shortest([start.id for start in chart.starts_of(scope)[0]], onward,
                   lambda each: each not in ending and each in all_from(onward(each), onward))
    if way:
        named = shortest([way[-1]], onward, lambda each: not chart.elements[each].is_gateway) or way[-1:]
        lost = chart.elements[named[-1]]
        circle = shortest(onward(lost.id), onward, lambda each: each == lost.id)
        path = said_of_elements(chart, [*way, *named[1:], *circle])
        problems.add(lost.place, "no-way-out", zh=f"从“{lost.title}”开始再也到不了结束，例如：{path}",
                     en=f"From {lost.title!r} no way leads to an end, e.g. {path}",
                     hint=("让其中一步通向结束，例如 `then: end`", "Let one of these steps lead to an end, e.g. `then: end`"),
                     severity="warning" if chart.is_ended_from_outside(scope) else "error")
    return bool(way)
