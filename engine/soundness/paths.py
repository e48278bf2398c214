"""How a way through a process is said: the titles of its steps, choices in brackets, `登记 → 审批（退回） → 登记`.

It knows elements and arrows, and refuses to know why a way is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from engine.soundness.chart import Arrow, Chart, Element
from engine.soundness.explore import Move
from engine.soundness.scopes import ScopeNet

LONGEST = 10
"""A longer way is shown by its beginning and its end."""


class Way:
    """A way in the making."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self._said: list[str] = []

    def pass_element(self, element: Element) -> None:
        """Gateways are silent; a start and the task whose first visit it is are one step."""
        if not element.is_gateway and element.kind != "endEvent" and self._said[-1:] != [element.title]:
            self._said.append(element.title)

    def pass_arrow(self, arrow: Arrow) -> None:
        """What was chosen stands in brackets behind the step before the choice."""
        if arrow.title and self._chart.elements[arrow.source].is_gateway and self._said:
            self._said[-1] = f"{self._said[-1].removesuffix('）')}、{arrow.title}）" if self._said[-1].endswith("）") \
                else f"{self._said[-1]}（{arrow.title}）"

    def __str__(self) -> str:
        if len(self._said) <= LONGEST:
            return " → ".join(self._said)
        half = LONGEST // 2
        return " → ".join((*self._said[:half], "…", *self._said[-half:]))


def said_of_run(chart: Chart, woven: ScopeNet, run: Sequence[Move], *, via: Callable[[int], Sequence[int]]) -> str:
    """A run of the token game; `via` gives the arcs of the woven net that an arc of the game stands for."""
    way = Way(chart)
    arcs = [*via(0), *(arc for move in run for given in move.given for arc in via(given))]
    for arc in arcs:
        arrow, element = woven.arrows[arc], woven.elements[woven.net.arcs[arc].target]
        if arrow is not None:
            way.pass_arrow(arrow)
        if element is not None:
            way.pass_element(element)
    return str(way)


def said_of_elements(chart: Chart, elements: Iterable[str]) -> str:
    """A way along elements that follow each other."""
    way = Way(chart)
    before = ""
    for element_id in elements:
        arrow = next((each for each in chart.out_of[before] if each.target == element_id), None) if before else None
        if arrow is not None:
            way.pass_arrow(arrow)
        way.pass_element(chart.elements[element_id])
        before = element_id
    return str(way)
