"""Two ways of doing the same, measured by turns: CPU of this process, medians, ratio."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

Step = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Measure:
    """Medians in milliseconds of CPU; `ratio` is ours to the baseline, `added_ms` what ours costs on top."""

    name: str
    ours_ms: float
    baseline_ms: float
    ratio: float
    added_ms: float
    n: int


def by_turns(name: str, pairs: Iterable[tuple[Step, Step]], *, warm_up: int) -> Measure:
    """Run each pair of (ours, baseline), the order changing every time; the first `warm_up` pairs do not count."""
    ours: list[float] = []
    baseline: list[float] = []
    for number, (our_step, baseline_step) in enumerate(pairs):
        turns = [(our_step, ours), (baseline_step, baseline)]
        for step, times in turns if number % 2 else reversed(turns):
            times.append(_cost(step))
    return measure(name, ours[warm_up:], baseline[warm_up:])


def measure(name: str, ours: list[float], baseline: list[float]) -> Measure:
    """The figures of two lists of CPU seconds."""
    our_ms, baseline_ms = median(ours) * 1000, median(baseline) * 1000
    return Measure(name, round(our_ms, 3), round(baseline_ms, 3), round(our_ms / baseline_ms, 2),
                   round(our_ms - baseline_ms, 3), len(ours))


def _cost(step: Step) -> float:
    begun = time.process_time()
    step()
    return time.process_time() - begun
