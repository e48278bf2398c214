"""From chart to net, scope by scope: what each element does with tokens (BPMN 2.0, chapter 13).

An activity with boundary events becomes a choice of how it is left. A non-interrupting event gives one token more, once
per visit, and only when asked to. It knows elements and knots, and refuses to judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.soundness.chart import Arrow, Chart, Element
from engine.soundness.net import Arc, Join, Knot, Net, Split
from engine.soundness.walking import all_from, onward_of

_STOPPING = frozenset({"terminate", "error", "cancel"})


@dataclass(frozen=True, slots=True)
class ScopeNet:
    """The net of one scope, and what its knots and arcs were: None for what only the net has."""

    scope: str
    net: Net
    elements: Sequence[Element | None]
    arrows: Sequence[Arrow | None]


def net_of(chart: Chart, scope: str, *, with_extra: bool) -> ScopeNet | None:
    """The net of what can be reached in a scope; `with_extra` lets non-interrupting events happen. None when it is empty."""
    starts, together = chart.starts_of(scope)
    if not starts:
        return None
    weaving = _Weaving(chart, scope, with_extra=with_extra)
    first = weaving.knot(None, Knot("", split="all" if together else "one"))
    weaving.arc(None, first)
    for start in starts:
        weaving.arc(first, weaving.entry(start))
    weaving.weave()
    return weaving.result()


class _Weaving:
    def __init__(self, chart: Chart, scope: str, *, with_extra: bool) -> None:
        self._chart, self._scope, self._with_extra = chart, scope, with_extra
        self._knots: list[Knot] = []
        self._elements: list[Element | None] = []
        self._arcs: list[Arc] = []
        self._arrows: list[Arrow | None] = []
        self._entries: dict[str, int] = {}
        self._waiting: list[Element] = []
        self._in_degree = {element.id: len(chart.into[element.id]) for element in chart.members[scope]}

    def knot(self, element: Element | None, knot: Knot) -> int:
        self._knots.append(knot)
        self._elements.append(element)
        return len(self._knots) - 1

    def arc(self, source: int | None, target: int, arrow: Arrow | None = None) -> int:
        self._arcs.append(Arc(source, target))
        self._arrows.append(arrow)
        return len(self._arcs) - 1

    def entry(self, element: Element) -> int:
        """The knot that arrows to this element lead to; what it does is woven later."""
        if element.id not in self._entries:
            self._entries[element.id] = self.knot(element, self._first_knot(element))
            self._waiting.append(element)
        return self._entries[element.id]

    def weave(self) -> None:
        while self._waiting:
            element = self._waiting.pop()
            here = self._entries[element.id]
            boundaries = [each for each in self._chart.boundaries[element.id] if not each.is_compensation]
            if boundaries:
                here = self._leave(here, boundaries)
            self._go_on(here, element)

    def _first_knot(self, element: Element) -> Knot:
        if self._chart.boundaries[element.id]:
            return Knot(element.id)
        join: Join = "one"
        if self._in_degree[element.id] > 1 and element.kind in ("parallelGateway", "inclusiveGateway", "complexGateway"):
            join = {"parallelGateway": "all", "inclusiveGateway": "some", "complexGateway": "count"}[element.kind]  # type: ignore[assignment]
        stops = element.kind == "endEvent" and element.trigger in _STOPPING
        return Knot(element.id, join, self._split_of(element), need=element.need, stops=stops)

    def _split_of(self, element: Element) -> Split:
        arrows = self._chart.out_of[element.id]
        if element.kind in ("exclusiveGateway", "eventBasedGateway"):
            return "one"
        if element.kind == "parallelGateway":
            return "all"
        if element.kind in ("inclusiveGateway", "complexGateway") or any(
                arrow.condition is not None or arrow.is_default for arrow in arrows):
            return "some"
        return "all"

    def _leave(self, here: int, boundaries: Sequence[Element]) -> int:
        """The ways an activity is left: done, or by one of its events."""
        for extra in boundaries if self._with_extra else ():
            if not extra.interrupting and self._stays(extra):
                fired, after = self.knot(None, Knot("", split="all")), self.knot(None, Knot(""))
                self.arc(here, fired)
                self.arc(here, after)
                self.arc(fired, after)
                self.arc(fired, self.entry(extra))
                here = after
        for event in boundaries:
            if event.interrupting:
                self.arc(here, self.entry(event))
        done = self.knot(None, Knot("", split=self._split_of(self._chart.elements[boundaries[0].host])))
        self.arc(here, done)
        return done

    def _stays(self, extra: Element) -> bool:
        """Whether what an event beside leads to waits anywhere; steps that run through at once never meet another token."""
        reached = all_from([extra.id], onward_of(self._chart))
        return any(self._chart.elements[each].waits or self._chart.elements[each].is_scope for each in reached)

    def _go_on(self, here: int, element: Element) -> None:
        for arrow in self._chart.out_of[element.id]:
            target = self._chart.elements[arrow.target]
            if target.scope != self._scope:
                continue
            number = self.arc(here, self.entry(target), arrow)
            if arrow.is_default and self._knots[here].split == "some":
                knot = self._knots[here]
                self._knots[here] = Knot(knot.name, knot.join, knot.split, number, knot.need, knot.stops)

    def result(self) -> ScopeNet:
        """A join waits on the arcs that something leads to; what nothing leads to is another finding."""
        net = Net(tuple(self._knots), tuple(self._arcs))
        knots = tuple(Knot(knot.name, "one", knot.split, knot.default, knot.need, knot.stops)
                      if knot.join == "count" and len(net.ins[number]) < 2 else knot for number, knot in enumerate(self._knots))
        return ScopeNet(self._scope, Net(knots, tuple(self._arcs)), self._elements, self._arrows)
