"""Layout (being written)."""
from __future__ import annotations

from engine.bpmn.xml import Element


def lay_out(root: Element) -> None:
    """Nothing yet."""
