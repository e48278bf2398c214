"""What a noun of the language is: a map with a closed set of keys, each of a kind.

A kind is one of the scalars below, the name of a noun, or made of them:

    x*            one of them or a list of them
    {x}           a map of an id to each
    a|b           a scalar as the first says, a map as the noun says that fits its keys best
    steps, fields a list of maps of one id

    text, id, word             a text; an id that is declared; a name that is mentioned
    value, expr, either        anything incl. expressions; always an expression; a text or an expression
    moment, limit, every       a limit or an =expression; a limit; how often
    decide                     the name of a decision table, or the table
    cell, cells, result        of a decision table: values, comparisons, lists of them; by column
    flag, count, basis, remind, names          what they say; `names` maps an id to a value

and the kinds of words.py, whose words are closed. Refuses to know how a value is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Key:
    name: str
    kind: str
    zh: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Noun:
    name: str
    zh: str
    en: str
    keys: tuple[Key, ...]
    _by_name: Mapping[str, Key] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {key.name: key for key in self.keys})

    def find(self, name: str) -> Key | None:
        return self._by_name.get(name)


def keys_of(text: str) -> tuple[Key, ...]:
    """Lines `name kind description`; `!` after the name means required."""
    rows = (line.split(None, 2) for line in text.splitlines() if line.strip())
    return tuple(Key(name.rstrip("!"), kind, zh, name.endswith("!")) for name, kind, zh in rows)
