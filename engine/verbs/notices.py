"""Notices: read marks. The notices themselves are records of their instances."""

from __future__ import annotations

from engine.errors import NotFound
from engine.store.directory_rows import personal
from engine.store.draft_rows import find_addressee, mark_notice
from engine.store.unit import UnitOfWork


def mark_read(unit: UnitOfWork, *, notice_id: str) -> None:
    """The actor has seen this notice; doing it twice changes nothing. NotFound when it is not addressed to him."""
    if find_addressee(unit.connection, notice_id) not in personal(unit.actor):
        raise NotFound()
    mark_notice(unit.connection, unit.actor.id, notice_id)
