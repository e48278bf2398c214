"""Walking along a chart: what can be reached, and by which shortest way. It refuses to know why somebody walks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from engine.soundness.chart import Chart


def shortest(roots: Iterable[str], onward: Callable[[str], Iterable[str]], is_wanted: Callable[[str], bool]) -> list[str]:
    """The shortest way from one of the roots to something wanted, ends included; empty when there is none."""
    before: dict[str, str | None] = dict.fromkeys(roots)
    waiting = deque(before)
    while waiting:
        here = waiting.popleft()
        if is_wanted(here):
            found: list[str] = []
            step: str | None = here
            while step is not None:
                found.append(step)
                step = before[step]
            return found[::-1]
        for following in onward(here):
            if following not in before:
                before[following] = here
                waiting.append(following)
    return []


def all_from(roots: Iterable[str], onward: Callable[[str], Iterable[str]]) -> set[str]:
    """Everything that can be reached, the roots included."""
    seen = set(roots)
    waiting = list(seen)
    while waiting:
        for following in onward(waiting.pop()):
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return seen


def onward_of(chart: Chart) -> Callable[[str], list[str]]:
    """Where an element leads to within its scope: along arrows, and to the events at its border."""
    return lambda element_id: [*(arrow.target for arrow in chart.out_of[element_id]),
                               *(event.id for event in chart.boundaries[element_id])]
