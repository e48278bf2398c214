"""What is gathered while a DMN file is read: its problems with their lines, its types, its names of several words.

Knows how an element is named to people, and how a FEEL text in it is tried out; refuses to know what is read.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.dmn.cells import compile_cell, compile_result
from engine.dmn.item_types import ItemType, ItemTypes, children, text_of
from engine.dmn.model import ANY_VALUE
from engine.dmn.vocabulary import EXPORTER
from engine.errors import Place, Problem
from engine.feel import Compiled, FeelSyntaxError
from engine.markup import Element, line_of, local_name


class Page:
    """One file being read."""

    def __init__(self, root: Element, file: str, names: tuple[str, ...]) -> None:
        self.file, self.names = file, names
        self.types = ItemTypes(root)
        self.ours = root.get("exporter") == EXPORTER
        self.problems: list[Problem] = []

    def place(self, element: Element) -> Place:
        return Place(self.file, line_of(element))

    def wrong(self, element: Element, code: str, zh: str, en: str, hint: tuple[str, str] = ("", "")) -> None:
        self.problems.append(Problem(self.place(element), code, zh, en, *hint))

    def refuse(self, element: Element) -> None:
        """Names an element that will not be executed."""
        self.wrong(element, "dmn-element", f"DMN 元素 {called(element)} 不能执行", f"The DMN element {called(element)} is not executed")

    def refuse_others(self, element: Element, known: frozenset[str]) -> None:
        """Everything in an element that is neither known here nor another's extension."""
        for child in children(element):
            if local_name(child) not in known:
                self.refuse(child)

    # ------------------------------------------------------------ texts

    def expression(self, element: Element, text: str, what: tuple[str, str]) -> str:
        """An expression that reads; `what` says in Chinese and English what it is."""
        return self._tried(element, text or "null", what, compile_result)

    def tests(self, element: Element, text: str, what: tuple[str, str]) -> str:
        """Unary tests that read; empty ones ask nothing."""
        return self._tried(element, text or ANY_VALUE, what, compile_cell)

    def limits(self, element: Element, name: str, what: tuple[str, str]) -> str:
        """Allowed values within a child; empty when there are none."""
        text = text_of(element, name)
        return self.tests(element, text, what) if text and text != ANY_VALUE else ""

    def limited(self, element: Element, found: ItemType) -> str:
        """The allowed values that come with a type."""
        return self.tests(element, found.allowed, ("类型的取值", "The values of its type")) if found.allowed else ""

    def _tried(self, element: Element, text: str, what: tuple[str, str],
               compiled: Callable[[str, tuple[str, ...]], Compiled]) -> str:
        self.check_language(element)
        try:
            compiled(text, self.names)
        except FeelSyntaxError as error:
            self.wrong(element, "expression", f"{what[0]}“{text}”：{error.zh}", f"{what[1]} {text!r}: {error.en}",
                       (error.hint_zh, error.hint_en))
            return ANY_VALUE if compiled is compile_cell else "null"
        return text

    def check_language(self, element: Element) -> None:
        language = element.get("expressionLanguage", "")
        if language and "feel" not in language.lower():
            self.wrong(element, "dmn-language", f"{called(element)} 用的语言 {language} 不能执行，只执行 FEEL",
                       f"{called(element)} is written in {language}; only FEEL is executed")


def called(element: Element) -> str:
    """`decision “事件级别” (level)`: the element's kind, name and id as far as it has them."""
    name, key = element.get("name", ""), element.get("id", "")
    return local_name(element) + (f" “{name}”" if name else "") + (f" ({key})" if key else "")


_NAMING = frozenset({"inputData", "decision", "businessKnowledgeModel", "variable", "parameter", "formalParameter", "column"})


def names_in(root: Element, types: ItemTypes) -> tuple[str, ...]:
    """Every name of the file that an expression may use."""
    found = {*types.component_names()}
    for element in root.iter():
        if isinstance(element.tag, str) and local_name(element) in _NAMING:
            found.add(element.get("name", ""))
    return tuple(sorted(name for name in found if name and not name.isidentifier()))

