"""Notices: read marks. The notices themselves are records of their instances."""

from __future__ import annotations

from engine.store.draft_rows import mark_notice
from engine.store.unit import UnitOfWork


def mark_read(unit: UnitOfWork, *, notice_id: str) -> None:
    """The actor has seen this notice; doing it twice changes nothing."""
    mark_notice(unit.connection, unit.actor.id, notice_id)
