"""A value as FEEL text: what `string()` gives, and what reads back as the same value.

Knows no parsing.
"""

from __future__ import annotations

import json
from decimal import Decimal

from engine.feel.errors import FeelBudgetExceeded
from engine.feel.kinds import MAX_TEXT, Exclusion, Function, Range
from engine.feel.temporal import write_temporal


def write_value(value: object) -> str:
    """The text of a value; strings within lists, contexts and ranges are quoted."""
    text = value if isinstance(value, str) else _write(value)
    if len(text) > MAX_TEXT:
        raise FeelBudgetExceeded("文字过长", "The text grows too long")
    return text


def _write(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Decimal):
        return write_number(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_write, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_write_key(key)}: {_write(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Range):
        return _write_range(value)
    if isinstance(value, Exclusion):
        return f"(!= {_write(value.value)})"
    if isinstance(value, Function):
        return f"function({', '.join(value.parameters)})"
    return write_temporal(value)


def write_number(number: Decimal) -> str:
    """Without an exponent and without trailing zeros behind the point."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _write_key(key: str) -> str:
    return key if key.isidentifier() else json.dumps(key, ensure_ascii=False)


def _write_range(value: Range) -> str:
    if value.unbounded == "start":
        return f"(<{'=' if value.end_included else ''} {_write(value.end)})"
    if value.unbounded == "end":
        return f"(>{'=' if value.start_included else ''} {_write(value.start)})"
    start, end = "[" if value.start_included else "(", "]" if value.end_included else ")"
    return f"{start}{_write(value.start)}..{_write(value.end)}{end}"
