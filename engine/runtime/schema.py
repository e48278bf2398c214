"""The published schema of BPMN 2.0, as the library brings it: what is no BPMN at all, said at its line.

Knows the form of a document only; what of it is executed is said by `inspection`.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

from engine.bpmn.xml import Element
from engine.errors import Place, Problem

SHOWN = 20
LONGEST = 240
_NAMESPACE = re.compile(r"\{[^{}]*\}")
_lock = threading.Lock()


def find_invalid(root: Element, file: str) -> list[Problem]:
    """Where the document differs from the schema, the first twenty places."""
    schema = _schema()
    with _lock:  # a schema keeps the errors of its last document
        if schema.validate(root):
            return []
        errors = [*schema.error_log][:SHOWN]  # type: ignore[misc]  # the stubs do not say that a log is a list
    return [_problem(Place(file, max(error.line, 1)), _NAMESPACE.sub("", error.message)) for error in errors]


def _problem(place: Place, said: str) -> Problem:
    shown = said if len(said) <= LONGEST else said[:LONGEST - 1] + "…"
    return Problem(place, "bpmn-schema", f"不符合 BPMN 2.0 规范：{shown}", f"not valid BPMN 2.0: {shown}",
                   "用建模工具重新保存，或改正这一行", "Save it again with a modelling tool, or mend this line")


@lru_cache(maxsize=1)
def _schema() -> etree.XMLSchema:
    schema: etree.XMLSchema = BpmnValidator().validator
    return schema
