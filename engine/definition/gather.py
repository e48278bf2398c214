"""What a browser sends, gathered by field: `field.0.column` into rows, `seal.sealed_on` into one value.

It knows the names of inputs and refuses to know what they mean. Values from the API are nested already and
pass unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.definition.form import Field, Form

_ROW = re.compile(r"\d{1,4}", re.ASCII)


def gather(form: Form, typed: Mapping[str, object]) -> dict[str, object]:
    """Name → value, list of values, or for tables row number → column → value; strange names stay."""
    found: dict[str, object] = {}
    parts: dict[str, dict[Any, Any]] = {}
    for name, value in typed.items():
        head, _, rest = name.partition(".")
        item = form.find_field(head)
        whole = not rest or item is None or item.id in typed
        if whole or not _put(parts.setdefault(head, {}), item, rest, _unwrap(value)):
            found[name] = _unwrap_plain(item, value)
    return {**found, **{name: value for name, value in parts.items() if value}}


def _put(into: dict[Any, Any], item: Field | None, rest: str, value: object) -> bool:
    """Put one input into its field; False when the field has no such part."""
    row, _, column = rest.partition(".")
    if item is not None and item.type == "seal" and not column:
        into[row] = value
        return True
    if item is not None and item.type == "table" and column and _ROW.fullmatch(row):
        into.setdefault(int(row), {})[column] = value
        return True
    return False


def _unwrap(value: object) -> object:
    """A list of one text is that text: browsers send every input as a list."""
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value


def _unwrap_plain(item: Field | None, value: object) -> object:
    if item is None or item.type in ("checkbox", "file", "table", "seal"):
        return value
    return _unwrap(value)
