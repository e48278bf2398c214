"""The inbox and the task page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.definition.bundle import Bundle
from engine.definition.form import Form
from engine.definition.model import Request, Start, Task
from engine.directory.acting import describe, may_act, why
from engine.errors import NotFound, Sentence
from engine.store import instance_rows
from engine.store.directory_rows import StoredDirectory, name_of
from engine.store.payload import decode_value
from engine.store.queries.cases import InstanceHead, find_draft, get_head
from engine.store.queries.inbox import InboxRow, Tab, inbox, inbox_counts
from engine.store.queries.paging import MAX_LIMIT
from engine.store.reader import Reader
from engine.verbs import loops
from engine.verbs.flow import Flow
from engine.verbs.offers import Proposal, flow_of, proposals_at


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task for one reader, with everything its page needs."""

    id: str
    instance: InstanceHead
    element_id: str
    title: str
    status: str
    assignee_id: str | None
    assignee_name: str
    candidates: tuple[Sentence, ...]
    may_act: bool
    is_shared: bool
    """Whether somebody beside the reader may do it as well."""
    why: Sentence
    due_at: datetime | None
    is_overdue: bool
    provisional: bool
    visit: int
    clauses: tuple[str, ...]
    form: Form | None
    step: Task | Start | Request
    bundle: Bundle
    variables: Mapping[str, object]
    marked: tuple[str, ...]
    returned_comment: str | None
    draft: Mapping[str, object] | None
    proposals: tuple[Proposal, ...]
    completed_by_name: str
    completed_at: datetime | None
    aside: frozenset[str]
    """Loop instances whose submissions do not concern it."""


def get_task(read: Reader, task_id: str) -> TaskView:
    """NotFound unless the task exists and the actor may see its instance."""
    row = instance_rows.find_task(read.connection, task_id)
    if row is None:
        raise NotFound()
    head = get_head(read, row.instance_id)
    flow = flow_of(read, row.instance_id)
    step = flow.definition.find_task(row.element_id)
    if step is None:
        raise NotFound()
    with flow.within(row.loop_id if row.status == "open" else ""):
        variables = dict(flow.scope)
    if row.loop_id and row.answers is not None:
        variables[row.element_id] = decode_value(row.answers)
    candidates = instance_rows.candidates_of(read.connection, task_id)
    excluded = instance_rows.exclusions_of(read.connection, task_id)
    directory = StoredDirectory(read.connection, read.now)
    titles = read.means.versions.role_titles(read.connection)
    claimed_as = instance_rows.claimed_as(row, read.actor.id)
    may = row.status == "open" and may_act(read.actor, candidates, excluded, claimed_as=claimed_as) is not None
    return TaskView(
        row.id, head, row.element_id, row.title, row.status, row.assignee_id, name_of(read.connection, row.assignee_id),
        tuple(describe(principal, directory, titles) for principal in candidates),
        may and row.assignee_id in (None, read.actor.id),
        any(set(directory.holders(principal)) - {read.actor.id, *excluded} for principal in candidates),
        why(read.actor, candidates, excluded, directory=directory, titles=titles, claimed_as=claimed_as), row.due_at,
        row.due_at is not None and (row.completed_at or read.now) > row.due_at, row.provisional, row.visit,
        tuple(json.loads(row.clauses)), flow.version.bundle.forms.get(step.form), step, flow.version.bundle, variables,
        tuple(json.loads(row.marked)), row.returned_comment, find_draft(read, f"task:{task_id}"),
        proposals_at(flow, row.element_id), name_of(read.connection, row.completed_by), row.completed_at,
        _aside(flow, row.loop_id))


def _aside(flow: Flow, loop_id: str) -> frozenset[str]:
    """The loop instances that run beside this one: what was given there is not for this task's page."""
    if flow.status != "running" or not loops.has_loops(flow.definition):
        return frozenset()
    return flow.locals.running() - flow.locals.chain(loop_id)


def next_task(read: Reader, instance_id: str) -> InboxRow | None:
    """What the actor may do next: a task of this instance, else the most urgent one of the inbox."""
    tabs: tuple[Tab, ...] = ("todo", "claim")
    rows = [row for tab in tabs for row in inbox(read, tab, limit=MAX_LIMIT).rows]
    of_case = (row for row in rows if row.instance_id == instance_id)
    return next(of_case, None) or next(iter(inbox(read, "todo", limit=1).rows), None)


__all__ = ["InboxRow", "TaskView", "get_task", "inbox", "inbox_counts", "next_task"]
