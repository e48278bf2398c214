"""Notices not read yet: what the product told me, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from engine.errors import Sentence
from engine.store.directory_rows import personal
from engine.store.reader import Reader
from engine.store.tables import notice_reads, notices


@dataclass(frozen=True, slots=True)
class NoticeRow:
    id: str
    text: Sentence
    instance_id: str
    created_at: datetime


def unread(read: Reader, limit: int = 20) -> tuple[NoticeRow, ...]:
    """One notice once, also when several of my posts received it."""
    statement = select(func.min(notices.c.id).label("id"), notices.c.zh, notices.c.en, notices.c.instance_id,
                       notices.c.created_at).outerjoin(notice_reads, and_(
                           notice_reads.c.notice_id == notices.c.id, notice_reads.c.person_id == read.actor.id)).where(
        notices.c.principal.in_(sorted(personal(read.actor))), notice_reads.c.person_id.is_(None)).group_by(
        notices.c.zh, notices.c.en, notices.c.instance_id, notices.c.created_at).order_by(
        notices.c.created_at.desc()).limit(limit)
    return tuple(NoticeRow(row.id, Sentence(row.zh, row.en), row.instance_id, row.created_at)
                 for row in read.connection.execute(statement))
