"""Notices: read marks. The notices themselves are records of their instances."""

from __future__ import annotations

from engine.errors import NotFound
from engine.store.directory_rows import personal
from engine.store.draft_rows import mark_notices, same_notices
from engine.store.unit import UnitOfWork


def mark_read(unit: UnitOfWork, *, notice_id: str) -> None:
    """The actor has seen this notice, under all his posts; twice is once. NotFound when it is not addressed to him."""
    to_me = same_notices(unit.connection, notice_id, personal(unit.actor))
    if notice_id not in to_me:
        raise NotFound()
    mark_notices(unit.connection, unit.actor.id, to_me)
