"""A suspended case stands still: nobody works in it, nothing that comes to it is taken, until somebody resumes it.

Statutory deadlines go on, and what already left it is on its way. Knows how to refuse; `operations` suspends and resumes.
"""

from __future__ import annotations

from engine.clock import in_china
from engine.errors import WrongState
from engine.store import directory_rows
from engine.store.case_rows import find_suspension
from engine.store.instance_rows import AnyRow
from engine.store.unit import UnitOfWork


class Suspended(WrongState):
    """The case is suspended: by whom, since when, and why."""


def refuse_suspended(unit: UnitOfWork, instance_id: str) -> None:
    """Raises Suspended when somebody suspended the case."""
    row = find_suspension(unit.connection, instance_id)
    if row is not None:
        raise _said(unit, row)


def _said(unit: UnitOfWork, row: AnyRow) -> Suspended:
    who, at = directory_rows.name_of(unit.connection, row.by), f"{in_china(row.at):%Y-%m-%d %H:%M:%S}"
    return Suspended(f"事项已由{who}于 {at} 暂停，恢复后再办；暂停理由：{row.why}",
                     f"{who} suspended this case at {at}; it can be worked on once it is resumed. Reason: {row.why}",
                     instance_id=row.instance_id)
