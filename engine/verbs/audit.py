"""Audit: reading on a large scale is itself an action, and stands in the trace."""

from __future__ import annotations

from collections.abc import Mapping

from engine.records import Record, RecordType
from engine.store.unit import UnitOfWork


def record_export(unit: UnitOfWork, *, what: str, filters: Mapping[str, str], rows: int) -> None:
    """An auditor took this many rows out of the product."""
    unit.record_system(Record(RecordType.TRACE_EXPORTED, {"what": what, "filters": dict(filters), "rows": rows}))
