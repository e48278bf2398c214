"""The duty roster as spans of time: when nobody is on duty. Pure; whose shifts they are it does not ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

Span = tuple[datetime, datetime]
"""From, and until: the second moment belongs to the next shift."""


def gaps_in(shifts: Iterable[Span], since: datetime, until: datetime) -> tuple[Span, ...]:
    """The spans between `since` and `until` that no shift covers, in order."""
    gaps, reached = [], since
    for begins, ends in sorted(shifts):
        if begins > reached:
            gaps.append((reached, min(begins, until)))
        reached = max(reached, ends)
        if reached >= until:
            return tuple(gaps)
    return (*gaps, (reached, until))
