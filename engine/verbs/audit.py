"""Audit: reading on a large scale is itself an action, and stands in the trace."""

from __future__ import annotations

from collections.abc import Mapping

from engine.actors import AUDITOR, CASE_OPERATOR
from engine.errors import NotFound
from engine.records import Record, RecordType
from engine.store.unit import UnitOfWork


def record_export(unit: UnitOfWork, *, what: str, filters: Mapping[str, str], rows: int) -> None:
    """Somebody who reads all took this many rows out of the product. NotFound for everybody else."""
    if not (unit.actor.is_system or unit.actor.has_power(AUDITOR) or unit.actor.has_power(CASE_OPERATOR)):
        raise NotFound()
    unit.record_system(Record(RecordType.TRACE_EXPORTED, {"what": what, "filters": dict(filters), "rows": rows}))
