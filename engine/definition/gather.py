"""What a browser sends, gathered by field: `field.0.column` into rows, `seal.sealed_on` into one value.

It knows the names of inputs and refuses to know what they mean. Values from the API are nested already and
pass unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.definition.form import Field, Form

_ROW = re.compile(r"\d{1,4}", re.ASCII)


def gather(form: Form, typed: Mapping[str, object]) -> dict[str, object]:
    """Name → value, list of values, or for tables row number → column → value; strange names stay as they are."""
    found: dict[str, object] = {}
    for name, value in typed.items():
        head, _, rest = name.partition(".")
        item = form.find_field(head)
        if item is None or not rest or not _put(found, item, rest, _unwrap(value)):
            found[name] = value
    return {name: _unwrap_plain(form.find_field(name), value) for name, value in found.items()}


def _put(found: dict[str, object], item: Field, rest: str, value: object) -> bool:
    row, _, column = rest.partition(".")
    into = found.setdefault(item.id, {})
    if not isinstance(into, dict):
        return False
    if item.type == "seal" and not column:
        into[row] = value
        return True
    if item.type == "table" and column and _ROW.fullmatch(row):
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
