"""What every noun shares: moments, pages, keys, problems, receipts. Unknown names are mistakes everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from engine.clock import in_utc, utc_text
from engine.store.queries.paging import MAX_LIMIT
from engine.verbs.once import KEY_LENGTH

_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


class Moment(fields.AwareDateTime):
    """A moment; written in UTC, read in China time unless it says otherwise."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:
        return utc_text(value) if isinstance(value, datetime) else value

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        try:
            read = in_utc(datetime.fromisoformat(value))
        except (TypeError, ValueError, OverflowError):
            raise ValidationError("Not a valid moment.") from None
        if not _FIRST < read < _LAST:
            raise ValidationError("Not a moment of our time.")
        return read


def line(most: int, *, least: int = 0, **more: Any) -> fields.String:
    return fields.String(validate=validate.Length(min=least, max=most), **more)


def told(words: str, **more: Any) -> dict[str, Any]:
    return {"metadata": {"description": words, **more}}


class Strict(Schema):
    """Unknown names are mistakes."""

    class Meta:
        unknown = RAISE


class Said(Strict):
    """A sentence in both languages."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class KeyHeader(Schema):
    """The key of a change: sent again, it is done once and answered alike."""

    key = fields.String(required=True, data_key="Idempotency-Key",
                        validate=[validate.Length(*KEY_LENGTH), validate.Regexp(r"^[!-~]*$", error="Not printable ASCII.")],
                        **told("同一编号重发只办理一次 / sent again under the same key, it is done once"))


class Paged(Strict):
    """Where a page begins, and how long it is."""

    after = line(1_000, load_default=None, **told("上一页的 next / `next` of the page before"))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MAX_LIMIT))


class FieldProblem(Strict):
    field = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    clauses = fields.List(fields.String())


class Problem(Strict):
    """RFC 9457."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldProblem))
    clauses = fields.List(fields.String())


class ReceiptOut(Strict):
    """The signed receipt of a record, and what the form pointed out without blocking."""

    origin = fields.String(required=True)
    instance = fields.String(required=True)
    seq = fields.Integer(required=True)
    hash = fields.String(required=True)
    recorded_at = fields.String(required=True)
    key_id = fields.String(required=True)
    text = fields.String(required=True, **told("可离线验证的回执全文 / the whole receipt, verified without us"))
    warnings = fields.List(fields.Nested(FieldProblem))


class Nothing(Strict):
    """Done; nothing more to say."""

    done = fields.Boolean(required=True)
