"""BPMN as XML: its namespaces and prefixes, over the door that reads and writes. Knows nothing of what elements mean."""

from __future__ import annotations

from engine.markup import MAX_BYTES, MAX_DEPTH, Element, append, local_name, new_tree, parse_xml, serialize

__all__ = ["ANLIU", "BPMN", "BPMNDI", "DC", "DI", "MAX_BYTES", "MAX_DEPTH", "PREFIXES", "XSI", "ZEEBE", "Element", "add",
           "local_name", "name", "new_root", "parse_xml", "serialize"]

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ANLIU = "urn:anliu:bpmn:1"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"

PREFIXES = {"bpmn": BPMN, "bpmndi": BPMNDI, "dc": DC, "di": DI, "xsi": XSI, "zeebe": ZEEBE, "anliu": ANLIU}


def name(local: str, namespace: str = BPMN) -> str:
    """The qualified name of an element, as the tree stores it."""
    return f"{{{namespace}}}{local}"


def new_root(local: str, namespace: str = BPMN) -> Element:
    """An empty root element that declares all our prefixes."""
    return new_tree(name(local, namespace), PREFIXES)


def add(parent: Element, local: str, attributes: dict[str, str] | None = None, *, namespace: str = BPMN,
        text: str | None = None) -> Element:
    """Append a child to `parent`; attributes keep the order given."""
    return append(parent, name(local, namespace), attributes, text=text)
