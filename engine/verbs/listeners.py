"""Which processes begin with an event, and whether anybody would notice one. Knows versions and rows, no instance."""

from __future__ import annotations

from typing import cast

from engine.definition.model import EntryTrigger, EventStart
from engine.store import case_rows
from engine.store.unit import UnitOfWork
from engine.store.versions import Version


def starts_with(unit: UnitOfWork, trigger: type) -> list[tuple[Version, EventStart]]:
    """The starts of all current versions that an event of this kind sets going, by process."""
    return [(version, start) for version in unit.means.versions.all_current(unit.connection)
            for start in version.definition.event_starts if isinstance(start.trigger, trigger)]


def watched(unit: UnitOfWork, register: str) -> bool:
    """Whether anybody would notice a change of this register."""
    return case_rows.anybody_listens(unit.connection, "entry", register) or any(
        cast("EntryTrigger", start.trigger).register == register for _, start in starts_with(unit, EntryTrigger))
