"""Messages, registers and the work of service steps as they travel."""

from __future__ import annotations

from marshmallow import fields, validate

from engine.verbs.jobs import LONGEST, MOST
from web.api.schemas.shapes import Moment, Strict, line, told


class MessageIn(Strict):
    name = line(80, least=1, required=True)
    key = fields.String(load_default="", **told("关联标识 / correlation key"))
    values = fields.Dict(keys=fields.String(), load_default=dict)


class SignalIn(Strict):
    name = line(80, least=1, required=True)
    values = fields.Dict(keys=fields.String(), load_default=dict)


class RegisterFieldOut(Strict):
    id = fields.String(required=True)
    label = fields.String(required=True)
    type = fields.String(required=True)


class RegisterOut(Strict):
    id = fields.String(required=True)
    title = fields.String(required=True)
    key = fields.String(required=True)
    fields_ = fields.List(fields.Nested(RegisterFieldOut), required=True, data_key="fields", attribute="fields")


class RegisterRows(Strict):
    items = fields.List(fields.Nested(RegisterOut), required=True)


class EntryOut(Strict):
    key = fields.String(required=True)
    values = fields.Dict(required=True)
    instance = fields.String(required=True, allow_none=True)
    written_at = Moment(required=True)
    version = fields.Integer(required=True)


class EntryRows(Strict):
    items = fields.List(fields.Nested(EntryOut), required=True)
    next = fields.String(required=True, allow_none=True)


class EntryQuery(Strict):
    key = line(200, least=1, required=True)


class FetchIn(Strict):
    type = line(80, least=1, required=True)
    worker = line(80, least=1, required=True, **told("每个进程一个名字 / a name of its own for every process"))
    most = fields.Integer(load_default=1, validate=validate.Range(1, MOST))
    lease = fields.Integer(load_default=600, validate=validate.Range(1, int(LONGEST.total_seconds())), **told("秒 / seconds"))


class JobOut(Strict):
    id = fields.String(required=True)
    instance = fields.String(required=True)
    type = fields.String(required=True)
    values = fields.Dict(required=True)
    until = Moment(required=True, **told("租期至此时 / the lease ends then"))


class JobRows(Strict):
    items = fields.List(fields.Nested(JobOut), required=True)


class FinishIn(Strict):
    worker = line(80, least=1, required=True)
    values = fields.Dict(keys=fields.String(), load_default=dict)


class FailIn(Strict):
    worker = line(80, least=1, required=True)
    message = line(500, least=1, required=True)
    error = line(80, load_default="", **told("流程可捕获的错误名 / an error that the process may catch"))
    again = fields.Integer(load_default=600, validate=validate.Range(1, 7 * 24 * 3600),
                           **told("多少秒后再派 / seconds until it is offered again"))


class FileQuery(Strict):
    field = line(80, least=1, required=True, **told("表单里的附件栏目 / the file field it is for"))
    name = line(200, least=1, required=True, **told("文件名，决定类型 / file name; its ending tells the type"))


class FileOut(Strict):
    id = fields.String(required=True, **told("填在答案里 / what an answer names"))
    name = fields.String(required=True)
    size = fields.Integer(required=True)
    sha256 = fields.String(required=True)
