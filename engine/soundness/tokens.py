"""What only playing shows: tokens that wait for ever, tokens that meet, runs without an end.

A scope is reduced first; what is left is played out within a bound. A finding is shown by a shortest run of the scope as
it was drawn, where that could be played out, else of what was left of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.definition.problems import Problems
from engine.soundness.chart import Chart, Element
from engine.soundness.explore import Verdict, explore
from engine.soundness.paths import said_of_run
from engine.soundness.reduce import reduce
from engine.soundness.scopes import ScopeNet, net_of
from engine.soundness.walking import onward_of, shortest


@dataclass(frozen=True, slots=True)
class _Played:
    """A verdict, and which arcs of the net as drawn an arc in it stands for."""

    verdict: Verdict
    via: Callable[[int], Sequence[int]]


def check_tokens(chart: Chart, scope: str, problems: Problems, *, may_be_endless: bool) -> None:
    """Play one scope: first without its non-interrupting events, then, if nothing was wrong, with them."""
    is_fine = _Scope(chart, scope, problems, may_be_endless=may_be_endless, with_extra=False).check()
    has_extra = any(not event.interrupting for element in chart.members[scope] for event in chart.boundaries[element.id])
    if is_fine and has_extra:
        _Scope(chart, scope, problems, may_be_endless=may_be_endless, with_extra=True).check()


class _Scope:
    def __init__(self, chart: Chart, scope: str, problems: Problems, *, may_be_endless: bool, with_extra: bool) -> None:
        self._chart, self._scope, self._problems = chart, scope, problems
        self._may_be_endless, self._with_extra = may_be_endless, with_extra

    def check(self) -> bool:
        """Whether nothing is wrong, as far as could be seen."""
        woven = net_of(self._chart, self._scope, with_extra=self._with_extra)
        if woven is None:
            return True
        small = reduce(woven.net)
        verdict = explore(small)
        if verdict.is_sound and not verdict.never:
            return True
        played = [_Played(explore(woven.net), lambda arc: (arc,)), _Played(verdict, lambda arc: small.arcs[arc].via)]
        told = (self._tell_stuck(woven, played), self._tell_doubled(woven, played), self._tell_endless(woven, played),
                self._tell_never(woven, played[0]))
        if not verdict.complete and not any(told):
            self._tell_unproven(verdict)
        return not any(told)

    def _tell_stuck(self, woven: ScopeNet, played: Sequence[_Played]) -> bool:
        found = next((each for each in played if each.verdict.stuck is not None), None)
        if found is None:
            return False
        run = found.verdict.stuck or ()
        state = run[-1].state if run else 1
        waiting = [arc for arc in range(state.bit_length()) if state >> arc & 1 and found.via(arc)]
        where = self._element_at(woven, found.via(waiting[0])[-1])
        path = said_of_run(self._chart, woven, run, via=found.via)
        self._problems.add(where.place, "deadlock", zh=f"流程会永远停在“{where.title}”：它还要等一路，而那一路不会再来，例如：{path}",
                           en=f"The flow may wait at {where.title!r} for ever: one way it needs will not come, e.g. {path}",
                           hint=("有选择的几路用单选网关（`switch`）汇合，同时走的几路才用并行（`fork`）汇合",
                                 "Ways that are chosen between join in an exclusive gateway, only those side by side in a parallel one"))
        return True

    def _tell_doubled(self, woven: ScopeNet, played: Sequence[_Played]) -> bool:
        found = next((each for each in played if each.verdict.doubled is not None), None)
        if found is None:
            return False
        run = found.verdict.doubled or ()
        where = self._next_step(self._element_at(woven, found.via(run[-1].doubled or 0)[0]))
        path = said_of_run(self._chart, woven, run, via=found.via)
        is_harmless = self._with_extra or where.kind == "endEvent"      # an end that is reached twice does nothing twice
        self._problems.add(where.place, "doubled", zh=f"“{where.title}”可能同时被走到两次，例如：{path}",
                           en=f"{where.title!r} may be reached twice at the same time, e.g. {path}",
                           hint=("同时走的几路先汇合（`fork` … `join`）再往下走", "Join ways that run side by side before going on"),
                           severity="warning" if is_harmless else "error")
        return True

    def _tell_endless(self, woven: ScopeNet, played: Sequence[_Played]) -> bool:
        found = next((each for each in played if each.verdict.endless is not None), None)
        if found is None or self._may_be_endless:
            return False
        run = found.verdict.endless or ()
        last = found.via(run[-1].given[-1] if run and run[-1].given else 0)[-1]
        where, path = self._element_at(woven, last), said_of_run(self._chart, woven, run, via=found.via)
        self._problems.add(where.place, "no-way-out", zh=f"走到“{where.title}”以后再也到不了结束，例如：{path}",
                           en=f"After {where.title!r} the end cannot be reached any more, e.g. {path}")
        return True

    def _tell_never(self, woven: ScopeNet, played: _Played) -> bool:
        """Only a net that was played out as drawn tells which elements never act."""
        silent = [element for knot in played.verdict.never if (element := woven.elements[knot]) is not None]
        for element in silent[:1]:
            self._problems.add(element.place, "never", zh=f"“{element.title}”永远等不齐，不会被执行",
                               en=f"{element.title!r} never gets all it waits for and is never done")
        return bool(silent)

    def _tell_unproven(self, verdict: Verdict) -> None:
        first = self._chart.starts_of(self._scope)[0][0]
        self._problems.add(first.place, "not-proven", zh=f"看过 {verdict.states} 种状态，没有发现死锁，但未能全部证明",
                           en=f"No deadlock in {verdict.states} states; whether there is one beyond them was not proven",
                           hint=("并行、循环交织得太多；拆成子流程可以证明", "Too many ways side by side; sub-processes make it provable"),
                           severity="warning")

    def _element_at(self, woven: ScopeNet, arc: int) -> Element:
        """The element that an arc of the net as drawn leads to, or that it comes from where only the net has a knot."""
        found = woven.elements[woven.net.arcs[arc].target]
        if found is None:
            source = woven.net.arcs[arc].source
            found = woven.elements[source] if source is not None else None
        return found if found is not None else self._chart.starts_of(self._scope)[0][0]

    def _next_step(self, element: Element) -> Element:
        """The first step from here on that people know by name."""
        elements = self._chart.elements
        way = shortest([element.id], onward_of(self._chart), lambda each: not elements[each].is_gateway)
        return elements[way[-1]] if way else element
