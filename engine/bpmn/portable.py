"""Ids that every modeller reads: 中文 in ids is good XML, but some tools take an id for letters, digits and underscores.

Where a file leaves the house its ids are spelt in ASCII and it says so; where such a file comes in they are spelt back.
`步骤` becomes `_u6b65__u9aa4_`. What runs and what is stored knows nothing of it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

from engine.bpmn.xml import ANLIU, BPMN, BPMNDI, Element, name, parse_xml, serialize

_SPELT = name("ids", ANLIU)
"""The attribute by which a file says that its ids are spelt in ASCII."""
_ESCAPED = re.compile(r"_u([0-9a-f]{4,6})_")
_LIKE_AN_ESCAPE = re.compile(r"_(?=u[0-9a-f]{4,6}_)")
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_TEXTS = frozenset({"incoming", "outgoing", "flowNodeRef"})


def portable(bpmn_xml: bytes) -> bytes:
    """The same file with ids that every modeller reads; a file whose ids are ASCII already is not touched."""
    root = parse_xml(bpmn_xml)
    if all((each.get("id") or "").isascii() for each in root.iter("*")):
        return bpmn_xml
    root.set(_SPELT, "ascii")
    _spell(root, portable_id)
    return serialize(root)


def portable_id(element_id: str) -> str:
    """An id in ASCII."""
    safe = _LIKE_AN_ESCAPE.sub("_u005f_", element_id)
    return "".join(mark if mark.isascii() else f"_u{ord(mark):04x}_" for mark in safe)


def spell_back(root: Element) -> None:
    """Give the elements of a file that says it was spelt in ASCII their own ids again."""
    if root.get(_SPELT) is not None:
        del root.attrib[_SPELT]
        _spell(root, lambda element_id: _ESCAPED.sub(_mark_of, element_id))


def _mark_of(escaped: re.Match[str]) -> str:
    """The letter that was spelt; what is no letter that we spell stays as it is."""
    code = int(escaped[1], 16)
    is_spelt = code == ord("_") or (0x80 <= code <= sys.maxunicode and not _NO_XML.match(chr(code)))
    return chr(code) if is_spelt else escaped[0]


def _spell(root: Element, spell: Callable[[str], str]) -> None:
    """All ids, and whatever refers to one of them."""
    renamed = {each.get("id") or "": spell(each.get("id") or "") for each in root.iter("*") if each.get("id")}
    for element in root.iter("*"):
        if not element.tag.startswith((f"{{{BPMN}}}", f"{{{BPMNDI}}}")):
            continue
        for key, value in element.attrib.items():
            if "}" not in str(key) and key != "name" and str(value) in renamed:
                element.set(key, renamed[str(value)])
        if element.tag.rpartition("}")[2] in _TEXTS and (element.text or "").strip() in renamed:
            element.text = renamed[(element.text or "").strip()]
