"""Expressions of a drawing: FEEL as it is, the plainest of Camunda 7 and Flowable as FEEL, everything else refused."""

from __future__ import annotations

from engine.bpmn.reading.juel import NotPlain, is_juel, to_feel
from engine.bpmn.reading.nodes import XmlText, formula, is_formula
from engine.bpmn.reading.tags import Tag


def formula_of(tag: Tag, text: str) -> XmlText | None:
    """The expression that a property holds; None when it is a plain text, or one that was refused."""
    if is_juel(text):
        found = feel_of(tag, text)
        return formula(found, tag.place) if found is not None else None
    return formula(text, tag.place) if is_formula(text) else None


def feel_of(tag: Tag, text: str) -> str | None:
    """The FEEL of a `${…}`; None when it has none, and the element says so."""
    try:
        return to_feel(text)
    except NotPlain:
        shown = text.strip() if len(text) <= 60 else text.strip()[:59] + "…"
        tag.refuse("bpmn-expression", f"表达式“{shown}”不能改写为 FEEL", f"the expression {shown!r} has no plain FEEL form",
                   ("请用 FEEL 重写，如 =审批.同意 = \"是\"", 'Write it in FEEL, e.g. =review.approved = "yes"'))
        return None
