"""Which scalars of a file are keywords of the language, and in which language they are written.

Walks the tree along the table of keys: ids, names, texts and expressions are never keywords, whatever they look like.
"""

from __future__ import annotations

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


def keywords_in(node: Node, noun: Noun) -> list[Keyword]:
    """Every keyword of a file of this noun, in document order."""
    found: list[Keyword] = []
    _map(node, noun, found)
    return found


def _map(node: Node, noun: Noun, found: list[Keyword]) -> None:
    if not isinstance(node, MapNode):
        return
    for key, value in node.entries:
        known = noun.find(in_english(key.text, is_key=True))
        if known is not None:
            found.append(Keyword(key, True, "zh" if key.text in KEYS_IN_ENGLISH else "en"))
            _kind(value, known.kind, found)


def _kind(node: Node, kind: str, found: list[Keyword]) -> None:
    kind = _OTHER_KINDS.get(kind, kind)
    if kind.endswith("*"):
        for item in items_of(node):
            _kind(item, kind[:-1], found)
    elif kind.startswith("{"):
        for _, value in node.entries if isinstance(node, MapNode) else ():
            _kind(value, kind[1:-1], found)
    elif isinstance(node, ScalarNode):
        for part in kind.split("|"):
            _word(node, part, found)
    elif isinstance(node, MapNode):
        noun = _best(node, [NOUNS[part] for part in kind.split("|") if part in NOUNS])
        if noun is not None:
            _map(node, noun, found)
    elif "steps" in kind or kind == "fields":
        _named(node, kind, found)


def _named(node: ListNode, kind: str, found: list[Keyword]) -> None:
    """A list of maps of one id: steps and fields."""
    for item in node.items:
        for _, value in item.entries if isinstance(item, MapNode) else ():
            noun = NOUNS["field"] if kind == "fields" else find_step_noun(_names(value))
            if noun is not None:
                _map(value, noun, found)


def _word(node: ScalarNode, kind: str, found: list[Keyword]) -> None:
    english = in_english(node.text, is_key=False)
    if english in WORDS.get(kind, ()) and not (kind == "flag" and node.quoted):
        found.append(Keyword(node, False, "zh" if node.text in WORDS_IN_ENGLISH else "en", kind in _OPEN))


def _names(node: Node) -> list[str]:
    return [in_english(key.text, is_key=True) for key, _ in node.entries] if isinstance(node, MapNode) else []


def _best(node: MapNode, nouns: list[Noun]) -> Noun | None:
    """The noun that knows most of the keys; the first of several."""
    names = _names(node)
    return max(nouns, key=lambda noun: sum(noun.find(name) is not None for name in names), default=None)
