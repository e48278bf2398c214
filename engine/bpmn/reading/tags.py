"""Elements of a drawing while they are read; a ledger remembers what was understood, so that the rest can be named.

Knows namespaces and places, nothing of what the elements mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.bpmn.reading.nodes import XmlText, literal, scalar
from engine.bpmn.xml import ANLIU, BPMN, Element, local_name, name
from engine.errors import Place, Problem
from engine.markup import line_of

ZEEBE = "http://camunda.org/schema/zeebe/1.0"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
FLOWABLE = "http://flowable.org/bpmn"
ACTIVITI = "http://activiti.org/bpmn"
SEVENS = (CAMUNDA, FLOWABLE, ACTIVITI)
"""Camunda 7, Flowable and Activiti: one vocabulary, three namespaces."""


@dataclass(slots=True)
class Ledger:
    """Where everything stands, what was understood of it, and what is wrong with it."""

    file: str
    places: Mapping[Element, Place]
    known: set[tuple[Element, str]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def place_of(self, element: Element) -> Place:
        return self.places.get(element, Place(self.file, line_of(element)))

    def tag(self, element: Element) -> Tag:
        return Tag(self, element)


@dataclass(frozen=True, slots=True)
class Tag:
    """One element; whatever is asked of it counts as understood."""

    ledger: Ledger
    element: Element

    @property
    def place(self) -> Place:
        return self.ledger.place_of(self.element)

    @property
    def id(self) -> str:
        return self.element.get("id") or ""

    @property
    def kind(self) -> str:
        """The local name of an element of BPMN; empty for others."""
        return local_name(self.element) if self.element.tag.startswith(f"{{{BPMN}}}") else ""

    @property
    def local(self) -> str:
        return local_name(self.element)

    @property
    def text(self) -> str:
        return (self.element.text or "").strip()

    @property
    def attributes(self) -> list[str]:
        """The qualified names of its attributes."""
        return [str(key) for key in self.element.attrib]

    def find(self, attribute: str, *namespaces: str) -> str | None:
        """The attribute of the first of these namespaces that has it; without one, the plain attribute."""
        for key in [name(attribute, namespace) for namespace in namespaces] or [attribute]:
            found = self.element.get(key)
            if found is not None:
                self.ledger.known.add((self.element, key))
                if found.strip():
                    return found
        return None

    def word(self, attribute: str) -> XmlText | None:
        found = self.find(attribute)
        return scalar(found, self.place) if found is not None else None

    def said(self, attribute: str) -> XmlText | None:
        """An attribute that is text for people."""
        found = self.find(attribute)
        return literal(found, self.place) if found is not None else None

    def children(self, kind: str = "") -> Iterator[Tag]:
        """Child elements of BPMN, all or of one kind."""
        for child in self.element:
            tag = Tag(self.ledger, child)
            if tag.kind and kind in ("", tag.kind):
                yield tag

    def inner(self, local: str = "", *namespaces: str) -> Iterator[Tag]:
        """Child elements of foreign namespaces (by default ours) with this name, marked as understood."""
        for child in self.element:
            tag = Tag(self.ledger, child)
            if child.tag.startswith(tuple(f"{{{one}}}" for one in namespaces or (ANLIU,))) and local in ("", tag.local):
                self.ledger.known.add((child, ""))
                yield tag

    def extensions(self, local: str, *namespaces: str) -> Iterator[Tag]:
        """The extension elements of this name, by default in our namespace."""
        for holder in self.children("extensionElements"):
            yield from holder.inner(local, *namespaces)

    def extension(self, local: str, *namespaces: str) -> Tag | None:
        return next(self.extensions(local, *namespaces), None)

    def refuse(self, code: str, zh: str, en: str, hint: tuple[str, str] = ("", ""), *, severity: str = "error") -> None:
        """A problem of this element, named by kind and id."""
        self.ledger.problems.append(Problem(self.place, code, f"{self.label}：{zh}", f"{self.label}: {en}", *hint, severity))

    @property
    def label(self) -> str:
        owner = next((each for each in (self.element, *self.element.iterancestors()) if each.get("id")), self.element)
        return f"{local_name(owner)} {owner.get('id') or '?'}"
