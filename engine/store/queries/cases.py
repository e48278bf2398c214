"""An instance as rows: its head, open tasks, submissions, attachments, incidents. Scoped to who may see it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, bindparam, select

from engine.actors import SYSTEM
from engine.errors import NotFound, Sentence
from engine.records import RecordType
from engine.store.case_tables import corrections, suspensions
from engine.store.payload import decode_value
from engine.store.queries.changes import Change, Naming, changes_of
from engine.store.queries.why import behalf_of
from engine.store.reader import Reader
from engine.store.tables import attachments, drafts, incidents, instances, people, tasks

_head = select(instances, people.c.name.label("starter")).outerjoin(
    people, people.c.id == instances.c.started_by).where(instances.c.id == bindparam("instance"))
_tasks = select(tasks, people.c.name.label("completer")).outerjoin(
    people, people.c.id == tasks.c.completed_by).where(tasks.c.instance_id == bindparam("instance")).order_by(
    tasks.c.created_at, tasks.c.id)
_attachments = select(attachments, people.c.name.label("adder")).outerjoin(
    people, people.c.id == attachments.c.added_by).where(attachments.c.instance_id == bindparam("instance")).order_by(
    attachments.c.added_at)
_incidents = select(incidents).where(incidents.c.instance_id == bindparam("instance"),
                                     incidents.c.resolved_at.is_(None))
_suspension = select(suspensions, people.c.name.label("name")).outerjoin(
    people, people.c.id == suspensions.c.by).where(suspensions.c.instance_id == bindparam("instance"))
_proposals = select(corrections, people.c.name.label("name")).outerjoin(people, people.c.id == corrections.c.proposed_by).where(
    corrections.c.instance_id == bindparam("instance"), corrections.c.status == "proposed").order_by(corrections.c.proposed_at)
_draft = select(drafts.c.typed).where(drafts.c.person_id == bindparam("person"), drafts.c.place == bindparam("where"))


@dataclass(frozen=True, slots=True)
class InstanceHead:
    id: str
    number: str
    process: str
    process_title: str
    subject: str
    status: str
    outcome: str | None
    started_at: datetime
    started_by: str
    started_by_name: str
    ended_at: datetime | None
    definition_hash: str
    version: int
    own_unit: str | None
    tokens: str


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """One completed visit of a step."""

    task_id: str
    step_id: str
    title: str
    answers: Mapping[str, object]
    actor_id: str
    actor_name: str
    acting_for: Sentence | None
    """Whom the actor stood in for, in words."""
    completed_at: datetime
    action: str
    comment: str | None
    visit: int
    clauses: tuple[str, ...]
    loop_id: str
    """The loop instance it belongs to; empty: none."""


@dataclass(frozen=True, slots=True)
class OpenTaskRow:
    id: str
    element_id: str
    title: str
    assignee_id: str | None
    created_at: datetime
    due_at: datetime | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    id: str
    name: str
    size: int
    sha256: str
    media_type: str
    added_at: datetime
    added_by_name: str


@dataclass(frozen=True, slots=True)
class SuspensionRow:
    by_name: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A correction that waits for another person."""

    id: str
    title: str
    """Of the step, or its id when this version has no such step."""
    label: str
    """What the field is called, or its id."""
    old: str
    new: str
    """Both as texts, masked where the field is personal; empty when this version has no such field."""
    reason: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class IncidentRow:
    id: str
    element_id: str
    zh: str
    en: str
    raised_at: datetime


def get_head(read: Reader, instance_id: str) -> InstanceHead:
    """NotFound unless it exists and the actor may see it."""
    read.require_instance(instance_id)
    return get_any_head(read, instance_id)


def get_any_head(read: Reader, instance_id: str) -> InstanceHead:
    """For whoever was let in on other grounds than being involved. NotFound unless it exists."""
    row = read.connection.execute(_head, {"instance": instance_id}).first()
    if row is None:
        raise NotFound()
    version = read.means.versions.get(read.connection, row.definition_hash)
    return InstanceHead(row.id, row.number, row.process, row.process_title, row.subject, row.status, row.outcome,
                        row.started_at, row.started_by,
                        row.starter or ("系统" if row.started_by == SYSTEM.id else row.started_by), row.ended_at,
                        row.definition_hash, version.number, row.own_unit, row.tokens)


def task_rows(read: Reader, instance_id: str) -> Sequence[Row[Any]]:
    return read.connection.execute(_tasks, {"instance": instance_id}).all()


def submissions_in(read: Reader, rows: Sequence[Row[Any]]) -> tuple[SubmissionRow, ...]:
    """The completed visits, oldest first."""
    done = [row for row in rows if row.status == "completed"]
    return tuple(SubmissionRow(
        row.id, row.element_id, row.title, cast("Mapping[str, object]", decode_value(row.answers or "{}")),
        row.completed_by, row.completer or row.completed_by, behalf_of(read, row.acting_for), row.completed_at, row.action,
        row.comment, row.visit, tuple(json.loads(row.clauses)), row.loop_id) for row in sorted(done, key=lambda row: row.completed_at))


def open_tasks_in(rows: Sequence[Row[Any]]) -> tuple[OpenTaskRow, ...]:
    return tuple(OpenTaskRow(row.id, row.element_id, row.title, row.assignee_id, row.created_at, row.due_at,
                             row.provisional) for row in rows if row.status == "open")


def attachments_of(read: Reader, instance_id: str) -> tuple[AttachmentRow, ...]:
    return tuple(AttachmentRow(row.id, row.name, row.size, row.sha256, row.media_type, row.added_at, row.adder or "")
                 for row in read.connection.execute(_attachments, {"instance": instance_id}))


def incidents_of(read: Reader, instance_id: str) -> tuple[IncidentRow, ...]:
    return tuple(IncidentRow(row.id, row.element_id, row.zh, row.en, row.raised_at)
                 for row in read.connection.execute(_incidents, {"instance": instance_id}))


def find_suspension(read: Reader, instance_id: str) -> SuspensionRow | None:
    """Who suspended the case, when and why; None while it goes on."""
    row = read.connection.execute(_suspension, {"instance": instance_id}).first()
    return SuspensionRow(row.name or ("系统" if row.by == SYSTEM.id else row.by), row.at, row.why) if row is not None else None


def proposals_of(read: Reader, instance_id: str, naming: Naming) -> tuple[ProposalRow, ...]:
    """Corrections that wait to be confirmed, oldest first."""
    return tuple(_proposal(row, naming) for row in read.connection.execute(_proposals, {"instance": instance_id}))


def _proposal(row: Row[Any], naming: Naming) -> ProposalRow:
    told = {"field": row.field, "old": decode_value(row.old), "new": decode_value(row.new)}
    shown = next(iter(changes_of(RecordType.CORRECTION_PROPOSED, told, row.element_id, naming)), Change("", row.field, "", ""))
    return ProposalRow(row.id, naming.title_of(row.element_id) or row.element_id, shown.label, shown.old, shown.new, row.reason,
                       row.name or row.proposed_by, row.proposed_at)


def find_draft(read: Reader, place: str) -> Mapping[str, object] | None:
    """What the actor typed at this place and has not sent."""
    text = read.connection.execute(_draft, {"person": read.actor.id, "where": place}).scalar()
    return cast("Mapping[str, object]", json.loads(text)) if text else None
