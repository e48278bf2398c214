"""From what the engine answers to what the schemas show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from engine.errors import FieldError, SubmissionInvalid
from engine.feel import from_json, to_json
from engine.trace.receipts import Receipt
from engine.verbs.once import Done


def receipt_out(receipt: Receipt) -> dict[str, object]:
    return {"origin": receipt.origin, "instance": receipt.instance, "seq": receipt.seq, "hash": receipt.hash,
            "recorded_at": receipt.recorded_at, "key_id": receipt.key_id, "text": receipt.text}


def done_out(done: Done) -> dict[str, object]:
    """What a verb that makes a record answers."""
    return {**receipt_out(done.receipt), "warnings": [warning_out(warning) for warning in done.warnings]}


def warning_out(warning: FieldError) -> dict[str, object]:
    return {"field": warning.field, "zh": warning.zh, "en": warning.en, "clauses": list(warning.clauses)}


def values_in(values: Mapping[str, Any], *, field: str = "values") -> Mapping[str, object]:
    """JSON as FEEL values; {"@date": …} and its like stand for what JSON has no word for. Raises SubmissionInvalid."""
    try:
        return {name: from_json(value) for name, value in values.items()}
    except (ValueError, TypeError, KeyError, ArithmeticError):
        raise SubmissionInvalid([FieldError(field, "有读不懂的带 @ 的值", "a value marked with @ cannot be read")]) from None


def values_out(values: Mapping[str, object]) -> dict[str, object]:
    return cast("dict[str, object]", to_json(dict(values)))
