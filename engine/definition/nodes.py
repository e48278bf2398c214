"""A YAML text as a tree of plain nodes that know where they stand.

Scalars stay text: what is a number, a boolean or nothing is decided by the reader, so that no YAML version
turns a date or the word `no` into something else. It refuses to know how a text is scanned.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from engine.errors import Place

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)\Z", re.ASCII)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """Text as meant, how it was written, and where."""

    text: str
    place: Place
    quoted: bool
    raw: str

    def place_at(self, offset: int) -> Place:
        """Where the character at `offset` of `text` stands in the file."""
        index = _raw_index(self.text, self.raw, offset)
        before = self.raw[:index]
        line = before.count("\n")
        column = len(before) - before.rfind("\n") if line else self.place.column + len(before)
        return Place(self.place.file, self.place.line + line, column)

    def value(self) -> str | Decimal | bool | None:
        """What a plain scalar means: true, false, nothing, a decimal number; everything else is text."""
        if self.quoted:
            return self.text
        if self.text in _WORDS:
            return _WORDS[self.text]
        return Decimal(self.text) if _NUMBER.match(self.text) else self.text


@dataclass(frozen=True, slots=True)
class ListNode:
    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class MapNode:
    entries: tuple[tuple[ScalarNode, Node], ...]
    place: Place

    def find(self, key: str) -> Node | None:
        return next((value for name, value in self.entries if name.text == key), None)


Node = ScalarNode | ListNode | MapNode


def _raw_index(text: str, raw: str, offset: int) -> int:
    """Index in the raw text of the character at `offset`, past quotes, folding and doubled quotes."""
    index = _skip_opening(raw)
    for mark in text[:offset]:
        index = _find_mark(raw, mark, index) + 1
        if mark == "'" and raw[:1] == "'":
            index += 1
    rest = text[offset:offset + 1]
    return _find_mark(raw, rest, index) if rest and not rest.isspace() else min(index, len(raw))


def _skip_opening(raw: str) -> int:
    if raw[:1] in ("|", ">"):
        return raw.find("\n") + 1
    return 1 if raw[:1] in ("'", '"') else 0


def _find_mark(raw: str, mark: str, index: int) -> int:
    if mark.isspace():
        return index
    while index < len(raw) and (raw[index].isspace() or (raw[index] == "\\" and mark != "\\")):
        index += 1
    return index
