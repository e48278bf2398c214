"""Nodes of the language made from XML: every one knows the element it comes from."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definition.nodes import ListNode, MapNode, Node, ScalarNode
from engine.errors import Place

Entries = list[tuple[ScalarNode, Node]]


class XmlText(ScalarNode):
    """A text of a drawing: its mistakes are told at the element that carries it."""

    __slots__ = ()

    def place_at(self, offset: int) -> Place:
        return self.place


def scalar(text: str, place: Place) -> XmlText:
    """A plain word of the language: a name, a flag, a number."""
    return XmlText(text.strip(), place, False, text)


def literal(text: str, place: Place) -> XmlText:
    """A text that stays text, whatever it looks like."""
    return XmlText(text, place, True, text)


def formula(text: str, place: Place) -> XmlText:
    """An expression, with the mark that says so."""
    return XmlText("=" + bare(text), place, True, text)


def bare(text: str) -> str:
    """An expression without its mark."""
    return text.strip().removeprefix("=").strip()


def is_formula(text: str) -> bool:
    return text.lstrip().startswith("=")


def mapping(place: Place, entries: Iterable[tuple[str, Node | None]]) -> MapNode:
    """A map without the entries that are not there."""
    return MapNode(tuple((scalar(key, place), node) for key, node in entries if node is not None), place)


def listing(place: Place, items: Iterable[Node]) -> ListNode:
    return ListNode(tuple(items), place)


def some(place: Place, items: Iterable[Node]) -> ListNode | None:
    """A list, or nothing when it would be empty."""
    found = tuple(items)
    return ListNode(found, place) if found else None
