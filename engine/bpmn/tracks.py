"""Tracks in a channel: side by side, so that no two lines lie on each other; lines of one group share theirs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """One vertical stretch of an edge in a channel, and the heights at which it goes on to the left and to the right."""

    channel: int
    edge: str
    part: str
    group: str
    left: frozenset[float]
    right: frozenset[float]

    @property
    def heights(self) -> frozenset[float]:
        return self.left | self.right


@dataclass(slots=True)
class _Bundle:
    group: str
    left: frozenset[float]
    right: frozenset[float]

    def span(self) -> tuple[float, float]:
        heights = self.left | self.right
        return min(heights), max(heights)


def assign_tracks(runs: Sequence[Run]) -> tuple[dict[tuple[int, str, str], int], dict[int, int]]:
    """The track of every run by channel, edge and part, and how many tracks each channel has."""
    tracks: dict[tuple[int, str, str], int] = {}
    counts: dict[int, int] = {}
    by_channel: dict[int, list[Run]] = defaultdict(list)
    for run in runs:
        by_channel[run.channel].append(run)
    for channel, members in by_channel.items():
        numbers = _number(_bundles(members))
        tracks |= {(channel, run.edge, run.part): numbers[run.group] for run in members}
        counts[channel] = max(numbers.values()) + 1
    return tracks, counts


def _bundles(runs: Sequence[Run]) -> list[_Bundle]:
    bundles: dict[str, _Bundle] = {}
    for run in runs:
        bundle = bundles.setdefault(run.group, _Bundle(run.group, frozenset(), frozenset()))
        bundle.left |= run.left
        bundle.right |= run.right
    return list(bundles.values())


def _number(bundles: list[_Bundle]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    spans: list[tuple[float, float, int]] = []
    after: dict[float, int] = {}
    """By height: the track right of all whose lines arrive there from the left."""
    for bundle in _ordered(bundles):
        top, bottom = bundle.span()
        first = max((after.get(height, 0) for height in bundle.right), default=0)
        blocked = {number for other_top, other_bottom, number in spans if top <= other_bottom and other_top <= bottom}
        chosen = next(number for number in range(first, first + len(spans) + 1) if number not in blocked)
        numbers[bundle.group] = chosen
        spans.append((top, bottom, chosen))
        after |= {height: max(after.get(height, 0), chosen + 1) for height in bundle.left}
    return numbers


def _ordered(bundles: list[_Bundle]) -> list[_Bundle]:
    """A line that arrives from the left at some height comes before one that leaves to the right at the same height."""
    waiting, ordered = list(bundles), []
    arriving = Counter(height for bundle in bundles for height in bundle.left)
    while waiting:
        chosen = next((bundle for bundle in waiting
                       if not any(arriving[height] > (height in bundle.left) for height in bundle.right)), waiting[0])
        waiting.remove(chosen)
        arriving.subtract(chosen.left)
        ordered.append(chosen)
    return ordered
