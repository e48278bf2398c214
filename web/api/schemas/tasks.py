"""Starts and tasks as they travel."""

from __future__ import annotations

from marshmallow import fields, validate

from web.api.schemas.shapes import Moment, Paged, Said, Strict, line, told


class StartRow(Strict):
    process = fields.String(required=True)
    process_title = fields.String(required=True)
    category = fields.String(required=True)
    start = fields.String(required=True, attribute="start_id")
    title = fields.String(required=True, attribute="start_title")
    note = fields.String(required=True)


class StartRows(Strict):
    items = fields.List(fields.Nested(StartRow), required=True)


class UnitOut(Strict):
    id = fields.String(required=True)
    name = fields.String(required=True)


class StartOut(Strict):
    process = fields.String(required=True)
    start = fields.String(required=True)
    title = fields.String(required=True)
    units = fields.List(fields.Nested(UnitOut), required=True, **told("可代表的单位 / units to start it for"))
    form = fields.Dict(required=True, **told("填报内容的 JSON Schema / JSON Schema of the answers"))


class StartIn(Strict):
    answers = fields.Dict(keys=fields.String(), required=True)
    unit = line(64, load_default=None, allow_none=True, **told("代表哪个单位 / for which own unit"))


class TaskQuery(Paged):
    list = fields.String(load_default="todo", validate=validate.OneOf(("todo", "claim", "done")))


class TaskRow(Strict):
    id = fields.String(required=True, attribute="task_id")
    title = fields.String(required=True)
    instance = fields.String(required=True, attribute="instance_id")
    number = fields.String(required=True)
    subject = fields.String(required=True)
    process_title = fields.String(required=True)
    status = fields.String(required=True)
    created_at = Moment(required=True)
    due_at = Moment(required=True, allow_none=True)
    is_overdue = fields.Boolean(required=True)
    completed_at = Moment(required=True, allow_none=True)
    why = fields.Nested(Said, required=True)


class TaskRows(Strict):
    items = fields.List(fields.Nested(TaskRow), required=True, attribute="rows")
    next = fields.String(required=True, allow_none=True, attribute="next_cursor")


class ActionOut(Strict):
    action = fields.String(required=True)
    to = fields.String(required=True, allow_none=True)


class TaskOut(Strict):
    id = fields.String(required=True)
    title = fields.String(required=True)
    step = fields.String(required=True)
    instance = fields.String(required=True)
    number = fields.String(required=True)
    status = fields.String(required=True)
    assignee = fields.String(required=True, allow_none=True, **told("认领人编号 / id of who holds it"))
    may_act = fields.Boolean(required=True)
    why = fields.Nested(Said, required=True)
    due_at = Moment(required=True, allow_none=True)
    is_overdue = fields.Boolean(required=True)
    visit = fields.Integer(required=True)
    clauses = fields.List(fields.String(), required=True)
    marked = fields.List(fields.String(), required=True, **told("退回时只许改这些栏目 / after a return, the fields that may change"))
    returned_comment = fields.String(required=True, allow_none=True)
    actions = fields.List(fields.Nested(ActionOut), required=True)
    form = fields.Dict(required=True, allow_none=True, **told("填报内容的 JSON Schema / JSON Schema of the answers"))


class CompleteIn(Strict):
    action = fields.String(load_default="complete", validate=validate.OneOf(("complete", "approve", "reject", "return")))
    answers = fields.Dict(keys=fields.String(), load_default=dict)
    comment = fields.String(load_default="")
    marked = fields.List(fields.String(), load_default=list)
