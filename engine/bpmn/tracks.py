"""Tracks in a channel: side by side, so that no two lines lie on each other; lines of one group share theirs."""

from __future__ import annotations

from collections import defaultdict
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
        return min(self.left | self.right), max(self.left | self.right)


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
    placed: list[_Bundle] = []
    for bundle in _ordered(bundles):
        first = max((numbers[each.group] + 1 for each in placed if each.left & bundle.right), default=0)
        blocked = {numbers[each.group] for each in placed if _overlap(each, bundle)}
        numbers[bundle.group] = next(number for number in range(first, first + len(placed) + 1) if number not in blocked)
        placed.append(bundle)
    return numbers


def _ordered(bundles: list[_Bundle]) -> list[_Bundle]:
    """A line that arrives from the left at some height comes before one that leaves to the right at the same height."""
    waiting, ordered = list(bundles), []
    while waiting:
        chosen = next((bundle for bundle in waiting
                       if not any(other.left & bundle.right for other in waiting if other is not bundle)), waiting[0])
        waiting.remove(chosen)
        ordered.append(chosen)
    return ordered


def _overlap(one: _Bundle, other: _Bundle) -> bool:
    (top, bottom), (other_top, other_bottom) = one.span(), other.span()
    return top <= other_bottom and other_top <= bottom
