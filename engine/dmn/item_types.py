"""Types that a DMN file defines by name, brought down to FEEL's own with the values they allow.

Knows item definitions; refuses to know where a type is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.dmn.model import TYPES
from engine.markup import Element, local_name

_OTHER_NAMES = {"dateTime": "date and time", "dayTimeDuration": "days and time duration",
                "yearMonthDuration": "years and months duration", "string": "string", "integer": "number",
                "long": "number", "double": "number", "int": "number", "Any": "", "any": ""}
"""What modellers call FEEL's types."""
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class ItemType:
    """A FEEL type (empty: any) and the values it allows, as unary tests."""

    name: str = ""
    allowed: str = ""


class ItemTypes:
    """The types of one file."""

    def __init__(self, root: Element) -> None:
        self._defined: Mapping[str, Element] = {
            item.get("name", ""): item for item in children(root, "itemDefinition")}

    def find(self, reference: str) -> ItemType:
        """The type a reference means; any where nothing is known of it."""
        return self._find(reference.rpartition(":")[2] if reference not in self._defined else reference, _DEEPEST)

    def _find(self, name: str, left: int) -> ItemType:
        if name in TYPES:
            return ItemType(name)
        item = self._defined.get(name)
        if item is None or not left:
            return ItemType(_OTHER_NAMES.get(name, ""))
        if item.get("isCollection") == "true":
            return ItemType("list", text_of(item, "allowedValues"))
        if children(item, "itemComponent"):
            return ItemType("context")
        below = self._find(child_text(item, "typeRef").rpartition(":")[2], left - 1)
        return ItemType(below.name, text_of(item, "allowedValues") or below.allowed)

    def component_names(self) -> Iterator[str]:
        """The names of all parts, which may have several words."""
        for item in self._defined.values():
            yield from (part.get("name", "") for part in item.iter() if isinstance(part.tag, str)
                        and local_name(part) == "itemComponent")


# ---------------------------------------------------------------- reading elements

def children(element: Element, *names: str) -> list[Element]:
    """The children of the element's own namespace with one of these names; all of them without names."""
    space = namespace_of(element)
    return [child for child in element if namespace_of(child) == space and (not names or local_name(child) in names)]


def namespace_of(element: Element) -> str:
    return str(element.tag)[1:].partition("}")[0] if str(element.tag).startswith("{") else ""


def child_text(element: Element, name: str) -> str:
    """The text of a child, trimmed; empty when there is none."""
    return next(((child.text or "").strip() for child in children(element, name)), "")


def text_of(element: Element, name: str) -> str:
    """The `text` within a child: how DMN writes expressions and tests."""
    return next((child_text(child, "text") for child in children(element, name)), "")
