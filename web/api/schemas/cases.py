"""Instances and their traces as they travel."""

from __future__ import annotations

from marshmallow import fields, validate

from engine.store.queries.paging import MAX_LIMIT
from web.api.schemas.shapes import Moment, Paged, Said, Strict, line, told


class InstanceQuery(Paged):
    text = line(200, load_default="")
    process = line(80, load_default="")
    status = fields.String(load_default="", validate=validate.OneOf(("", "running", "ended")))
    since = Moment(load_default=None)
    until = Moment(load_default=None)


class InstanceOut(Strict):
    id = fields.String(required=True)
    number = fields.String(required=True)
    process = fields.String(required=True)
    process_title = fields.String(required=True)
    subject = fields.String(required=True)
    status = fields.String(required=True)
    outcome = fields.String(required=True, allow_none=True)
    started_at = Moment(required=True)
    started_by_name = fields.String(required=True)
    ended_at = Moment(required=True, allow_none=True)


class InstanceRows(Strict):
    items = fields.List(fields.Nested(InstanceOut), required=True, attribute="rows")
    next = fields.String(required=True, allow_none=True, attribute="next_cursor")


class OpenTaskOut(Strict):
    id = fields.String(required=True)
    step = fields.String(required=True, attribute="element_id")
    title = fields.String(required=True)
    assignee = fields.String(required=True, allow_none=True, attribute="assignee_id")
    due_at = Moment(required=True, allow_none=True)


class DeadlineOut(Strict):
    id = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.String(required=True)
    met_at = Moment(required=True, allow_none=True)
    proposed = fields.String(required=True, allow_none=True)
    finding = fields.String(required=True, allow_none=True)


class IncidentOut(Strict):
    id = fields.String(required=True)
    step = fields.String(required=True, attribute="element_id")
    zh = fields.String(required=True)
    en = fields.String(required=True)
    raised_at = Moment(required=True)


class StateOut(Strict):
    """Where a case stands."""

    status = fields.String(required=True)
    outcome = fields.String(required=True, allow_none=True)
    steps = fields.List(fields.String(), required=True, **told("现在所在的步骤 / steps that hold a token now"))
    done = fields.List(fields.String(), required=True, **told("已完成的步骤 / steps that were completed"))
    open_tasks = fields.List(fields.Nested(OpenTaskOut), required=True)
    deadlines = fields.List(fields.Nested(DeadlineOut), required=True)
    incidents = fields.List(fields.Nested(IncidentOut), required=True)


class TraceQuery(Strict):
    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**31 - 1), **told("从此序号之后 / behind this number"))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MAX_LIMIT))


class ChangeOut(Strict):
    id = fields.String(required=True)
    label = fields.String(required=True)
    old = fields.String(required=True)
    new = fields.String(required=True)


class RecordOut(Strict):
    """A record as people read it (personal values masked), and what proves its place in the chain."""

    seq = fields.Integer(required=True)
    sentence = fields.Nested(Said, required=True)
    actor_name = fields.String(required=True)
    changes = fields.List(fields.Nested(ChangeOut), required=True)
    is_erased = fields.Boolean(required=True)
    header = fields.Dict(required=True, **told("参与哈希的抬头 / the header that was hashed"))
    prev = fields.String(required=True)
    commitment = fields.String(required=True)
    hash = fields.String(required=True)
    mac = fields.String(required=True)
    key_id = fields.String(required=True)
    algorithm = fields.String(required=True)


class TraceOut(Strict):
    items = fields.List(fields.Nested(RecordOut), required=True)
    next = fields.Integer(required=True, allow_none=True)
