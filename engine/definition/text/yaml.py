"""An outline as YAML text in the style of the house: short maps in braces, long ones line by line.

What is written here reads back as the same tree; it knows when a text has to be quoted, not what it means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from engine.definition.text.tree import Plain, Tree

WIDTH = 110
_BLOCK = frozenset({"do", "starts", "deadlines", "fork", "parameters", "stages", "switch"})
"""What stands below each other however short it is."""
_SAFE = re.compile(r"[A-Za-z0-9_㐀-鿿〇](?:[^:#\n\t\"'\\{}\[\],&*!|>%@`]|:(?=\S))*\Z")
_FORMULA = re.compile(r"=[^:#\n\t\\{}\[\],]*\Z")
_OTHER_TYPE = re.compile(r"(?:[-+]?(\d+(\.\d*)?|\.\d+)|true|false|null|~|yes|no|on|off)\Z", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def write(tree: Mapping[str, Tree]) -> str:
    """The text of a document."""
    return "".join(f"{line}\n" for line in _map(tree))


def _map(tree: Mapping[str, Tree]) -> Iterator[str]:
    for key, value in tree.items():
        short = None if key in _BLOCK else _short(value)
        if short is not None and len(key) + len(short) + 2 <= WIDTH:
            yield f"{key}: {short}"
        elif isinstance(value, Mapping):
            yield f"{key}:"
            yield from (f"  {line}" for line in _map(value))
        elif isinstance(value, list):
            yield f"{key}:"
            yield from (f"  {line}" for line in _list(value))
        else:
            yield f"{key}: {_scalar(value)}"


def _list(items: list[Tree]) -> Iterator[str]:
    for item in items:
        short = _short(item)
        if isinstance(item, Mapping) and (short is None or _is_named(item)):
            yield from _hanging(_map(item))
        elif isinstance(item, list) and short is None:
            yield from _hanging(_list(item))
        else:
            yield f"- {short if short is not None else _scalar(item)}"


def _hanging(lines: Iterator[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"{'- ' if number == 0 else '  '}{line}"


def _is_named(item: Tree) -> bool:
    """A step or whatever else goes by an id of its own: `- id: {…}`."""
    return isinstance(item, Mapping) and len(item) == 1 and isinstance(next(iter(item.values())), Mapping)


def _short(value: Tree) -> str | None:
    """The value on one line; None when it must not stand on one, or is a collection wider than a line."""
    if isinstance(value, Mapping):
        return None if _BLOCK & value.keys() else _joined("{", ((f"{key}: ", each) for key, each in value.items()), "}")
    if isinstance(value, list):
        return None if any(map(_is_named, value)) else _joined("[", (("", each) for each in value), "]")
    return _scalar(value)


def _joined(opening: str, parts: Iterable[tuple[str, Tree]], closing: str) -> str | None:
    """The parts on one line, looked at no further than a line is wide."""
    text = opening
    for before, each in parts:
        short = _short(each)
        text += f"{', ' if len(text) > 1 else ''}{before}{short}"
        if short is None or len(text) >= WIDTH:
            return None
    return text + closing


def _scalar(value: Tree) -> str:
    if isinstance(value, Plain):
        return value.text
    assert isinstance(value, str)
    if _is_plain(value):
        return value
    if "'" not in value and "\n" not in value and not _CONTROL.search(value):
        return f"'{value}'"
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def _is_plain(text: str) -> bool:
    if text != text.strip() or _OTHER_TYPE.match(text) or _CONTROL.search(text):
        return False
    return bool(_SAFE.match(text) or _FORMULA.match(text)) and not text.endswith(":")
