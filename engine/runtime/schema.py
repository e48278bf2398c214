"""The published schema of BPMN 2.0, as the library brings it: what is no BPMN at all, said at its line.

Knows the form of a document only; what of it is executed is said by `inspection`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

from engine.bpmn.xml import Element
from engine.errors import Place, Problem
from engine.markup import line_of

SHOWN = 20
LONGEST = 240
_NAMESPACE = re.compile(r"\{[^{}]*\}")
_lock = threading.Lock()


def find_invalid(root: Element, file: str, places: Mapping[Element, Place]) -> list[Problem]:
    """Where the document differs from the schema, the first twenty places; `places` says where each element begins."""
    schema = _schema()
    with _lock:  # a schema keeps the errors of its last document
        if schema.validate(root):
            return []
        errors = [*schema.error_log][:SHOWN]  # type: ignore[misc]  # the stubs do not say that a log is a list
    return [_problem(_place_of(error, root, places) or Place(file, max(error.line, 1)), _NAMESPACE.sub("", error.message))
            for error in errors]


def _place_of(error: etree._LogEntry, root: Element, places: Mapping[Element, Place]) -> Place | None:
    """The place of the element that an error is about: it says its path, an attribute's ends in the attribute."""
    prefixes = {prefix: space for prefix, space in root.nsmap.items() if prefix}
    with suppress(etree.XPathError):  # a prefix may be declared further in
        found = root.xpath((error.path or "").partition("/@")[0], namespaces=prefixes)
        element = found[0] if isinstance(found, list) and len(found) == 1 else None
        if isinstance(element, etree._Element) and line_of(element) == error.line:
            return places.get(element)
    return None


def _problem(place: Place, said: str) -> Problem:
    shown = said if len(said) <= LONGEST else said[:LONGEST - 1] + "…"
    return Problem(place, "bpmn-schema", f"不符合 BPMN 2.0 规范：{shown}", f"not valid BPMN 2.0: {shown}",
                   "用建模工具重新保存，或改正这一行", "Save it again with a modelling tool, or mend this line")


@lru_cache(maxsize=1)
def _schema() -> etree.XMLSchema:
    schema: etree.XMLSchema = BpmnValidator().validator
    return schema
