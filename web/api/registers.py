"""Registers (台账): which there are, their entries, one entry."""

from __future__ import annotations

from typing import Any

from engine.store.queries import registers
from web import visit
from web.api.door import ApiPages
from web.api.replies import values_out
from web.api.schemas.outside import EntryOut, EntryQuery, EntryRows, RegisterRows
from web.api.schemas.shapes import Paged

pages = ApiPages("registers", "台账 / registers")


@pages.offers("GET", "/registers", RegisterRows)
def index() -> Any:
    """有哪些台账 / Which registers there are."""
    with visit.reading() as read:
        return {"items": registers.list_registers(read)}


@pages.offers("GET", "/registers/<register>/entries", EntryRows, query=Paged)
def entries(query: dict[str, Any], register: str) -> Any:
    """登记的内容，按编号排列 / Its entries in order of keys."""
    with visit.reading() as read:
        page = registers.list_entries(read, register, after=query["after"] or "", limit=query["limit"])
    return {"items": [_entry(row) for row in page.rows], "next": page.next_cursor}


@pages.offers("GET", "/registers/<register>/entry", EntryOut, query=EntryQuery, has_tag=True)
def show(query: dict[str, Any], register: str) -> Any:
    """一条登记 / One entry."""
    with visit.reading() as read:
        return _entry(registers.get_entry(read, register, query["key"]))


def _entry(row: registers.EntryRow) -> dict[str, object]:
    return {"key": row.key, "values": values_out(row.values), "instance": row.instance_id, "written_at": row.written_at,
            "version": row.version}
