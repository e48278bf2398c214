"""Audit: reading over all instances and traces, and taking a copy out, which is itself recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, TypeVar

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from engine.clock import CHINA
from engine.errors import WrongState
from engine.store.queries import audit as audit_queries
from engine.store.queries.paging import MAX_LIMIT, Page
from engine.store.queries.trace import TraceEntry
from engine.verbs import audit
from web import visit
from web.downloads import csv_text, download
from web.language import said
from web.moments import seconds
from web.seen import changes_of

pages = Blueprint("audit", __name__)

_A_PAGE = 50
_MOST_EXPORTED = 20_000
Row = TypeVar("Row")
_CSV = "text/csv; charset=utf-8"


@pages.get("/audit")
def instances() -> str:
    wanted = _wanted("text", "process", "status")
    with visit.reading() as read:
        page = audit_queries.search_instances(read, **wanted, after=request.args.get("after"), limit=_A_PAGE)
    return render_template("audit/instances.html", page=page)


@pages.get("/audit/trace")
def trace() -> str:
    wanted = _wanted("text", "actor", "type", "technical")
    with visit.reading() as read:
        page = audit_queries.search_trace(read, **wanted, after=request.args.get("after"), limit=_A_PAGE)
    return render_template("audit/trace.html", page=page)


@pages.post("/audit/instances.csv")
def export_instances() -> Response:
    wanted = _wanted("text", "process", "status")
    with visit.reading() as read:
        rows = _every(lambda after: audit_queries.search_instances(read, **wanted, after=after, limit=MAX_LIMIT))
    _record("instances", wanted, len(rows))
    return download(csv_text(
        (_("编号"), _("流程"), _("事项"), _("状态"), _("结果"), _("发起人"), _("发起时间"), _("结束时间")),
        ((row.number, row.process_title, row.subject, row.status, row.outcome, row.started_by_name,
          seconds(row.started_at), seconds(row.ended_at)) for row in rows)).encode(), name="instances.csv", media_type=_CSV)


@pages.post("/audit/trace.csv")
def export_trace() -> Response:
    wanted = _wanted("text", "actor", "type", "technical")
    with visit.reading() as read:
        rows = _every(lambda after: audit_queries.search_trace(read, **wanted, after=after, limit=MAX_LIMIT))
    _record("trace", wanted, len(rows))
    return download(csv_text(
        (_("事项"), _("序号"), _("类型"), _("说明"), _("操作人"), _("代"), _("步骤"), _("发生"), _("记录"), _("条款"), _("散列"),
         _("性质"), _("变更")),
        ((row.stream, row.seq, row.type, said(row.sentence), row.actor_name, said(row.acting_for), row.element_title,
          seconds(row.occurred_at), seconds(row.recorded_at), " ".join(row.clauses), row.hash_hex,
          _("后续") if row.is_consequence else _("操作"), _changes(row)) for row in rows)).encode(), name="trace.csv", media_type=_CSV)


def _every(search: Callable[[str | None], Page[Row]]) -> list[Row]:
    """Page after page to the end; a search with more rows than may be exported is refused, never cut in silence."""
    page = search(None)
    rows = list(page.rows)
    while page.next_cursor is not None:
        if len(rows) >= _MOST_EXPORTED:
            raise WrongState(f"超过 {_MOST_EXPORTED} 行，请缩小日期或条件后分次导出",
                             f"More than {_MOST_EXPORTED} rows: narrow the dates and export in parts")
        page = search(page.next_cursor)
        rows.extend(page.rows)
    return rows


def _changes(row: TraceEntry) -> str:
    return _("；").join(f"{label}{_('：')}{old} → {new}" if old else f"{label}{_('：')}{new}" for label, old, new in changes_of(row))


def _record(what: str, wanted: Mapping[str, Any], count: int) -> None:
    terms = {name: str(value) for name, value in wanted.items() if value}
    with visit.acting() as unit:
        audit.record_export(unit, what=what, filters=terms, rows=count)


def _wanted(*names: str) -> dict[str, Any]:
    """The filters of the address: words as they are, days as moments of China's clock."""
    wanted: dict[str, Any] = {name: request.args.get(name, "").strip() for name in names}
    return {**wanted, "since": _day("since", time.min), "until": _day("until", time.max)}


def _day(name: str, at: time) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(request.args.get(name, "")), at, CHINA)
    except ValueError:
        return None
