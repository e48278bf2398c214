"""Which scalars of a file are keywords of the language, and in which language they are written.

Walks the tree along the table of keys: ids, names, texts and expressions are never keywords, whatever they look like.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.definition.draft import items_of
from engine.definition.keys import NOUNS, Noun, find_step_noun
from engine.definition.keys.words import WORDS
from engine.definition.keywords import KEYS_IN_ENGLISH, WORDS_IN_ENGLISH, Language, in_english
from engine.definition.nodes import ListNode, MapNode, Node, ScalarNode

_OPEN = frozenset({"target", "basis", "any_word"})
"""Kinds that take names beside their words."""
_OTHER_KINDS = {"decide": "word|inline_table", "pack_values": "{parameter}"}


@dataclass(frozen=True, slots=True)
class Keyword:
    """A key or a closed word where it stands."""

    node: ScalarNode
    is_key: bool
    language: Language
    is_open: bool = False
    """A name may stand here as well: in an English file this Chinese word is one."""


def keywords_in(node: Node, noun: Noun) -> Iterator[Keyword]:
    """Every keyword of a file of this noun, in document order."""
    yield from _map(node, noun)


def _map(node: Node, noun: Noun) -> Iterator[Keyword]:
    if not isinstance(node, MapNode):
        return
    for key, value in node.entries:
        known = noun.find(in_english(key.text, is_key=True))
        if known is not None:
            yield Keyword(key, True, "zh" if key.text in KEYS_IN_ENGLISH else "en")
            yield from _kind(value, known.kind)


def _kind(node: Node, kind: str) -> Iterator[Keyword]:
    kind = _OTHER_KINDS.get(kind, kind)
    if kind.endswith("*"):
        for item in items_of(node):
            yield from _kind(item, kind[:-1])
    elif kind.startswith("{"):
        for _, value in node.entries if isinstance(node, MapNode) else ():
            yield from _kind(value, kind[1:-1])
    elif isinstance(node, ScalarNode):
        yield from (found for part in kind.split("|") for found in _word(node, part))
    elif isinstance(node, MapNode):
        noun = _best(node, [NOUNS[part] for part in kind.split("|") if part in NOUNS])
        if noun is not None:
            yield from _map(node, noun)
    elif "steps" in kind or kind == "fields":
        yield from _named(node, kind)


def _named(node: ListNode, kind: str) -> Iterator[Keyword]:
    """A list of maps of one id: steps and fields."""
    for item in node.items:
        for _, value in item.entries if isinstance(item, MapNode) else ():
            noun = NOUNS["field"] if kind == "fields" else find_step_noun(_names(value))
            if noun is not None:
                yield from _map(value, noun)


def _word(node: ScalarNode, kind: str) -> Iterator[Keyword]:
    english = in_english(node.text, is_key=False)
    if english in WORDS.get(kind, ()) and not (kind == "flag" and node.quoted):
        yield Keyword(node, False, "zh" if node.text in WORDS_IN_ENGLISH else "en", kind in _OPEN)


def _names(node: Node) -> list[str]:
    return [in_english(key.text, is_key=True) for key, _ in node.entries] if isinstance(node, MapNode) else []


def _best(node: MapNode, nouns: list[Noun]) -> Noun | None:
    """The noun that knows most of the keys; the first of several."""
    names = _names(node)
    return max(nouns, key=lambda noun: sum(noun.find(name) is not None for name in names), default=None)
