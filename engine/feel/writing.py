"""A value as FEEL text: what `string()` gives, and what reads back as the same value.

Knows no parsing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

from engine.feel.kinds import Exclusion, Function, Range
from engine.feel.sizes import check_text
from engine.feel.temporal import write_temporal


def write_value(value: object) -> str:
    """The text of a value; strings within lists, contexts and ranges are quoted. FeelBudgetExceeded if it grows too long."""
    if isinstance(value, str):
        check_text(len(value))
        return value
    pieces, length = [], 0
    for piece in _write(value):
        length += len(piece)
        check_text(length)
        pieces.append(piece)
    return "".join(pieces)


def _write(value: object) -> Iterator[str]:
    if isinstance(value, list):
        yield from _write_items("[", [((), item) for item in value], "]")
    elif isinstance(value, dict):
        yield from _write_items("{", [((_write_key(key), ": "), item) for key, item in value.items()], "}")
    elif isinstance(value, Range):
        yield from _write_range(value)
    elif isinstance(value, Exclusion):
        yield from ("(!= ", *_write(value.value), ")")
    else:
        yield _write_plain(value)


def _write_items(opening: str, items: list[tuple[tuple[str, ...], object]], closing: str) -> Iterator[str]:
    yield opening
    for number, (key, item) in enumerate(items):
        if number:
            yield ", "
        yield from key
        yield from _write(item)
    yield closing


def _write_plain(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Decimal):
        return write_number(value)
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


def _write_range(value: Range) -> Iterator[str]:
    if value.unbounded == "start":
        yield from (f"(<{'=' if value.end_included else ''} ", *_write(value.end), ")")
    elif value.unbounded == "end":
        yield from (f"(>{'=' if value.start_included else ''} ", *_write(value.start), ")")
    else:
        start, end = "[" if value.start_included else "(", "]" if value.end_included else ")"
        yield from (start, *_write(value.start), "..", *_write(value.end), end)
