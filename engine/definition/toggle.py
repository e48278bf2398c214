"""The same file with its keywords in the other language: comments, order, blanks and quotes stay as they are.

Works on the text, at the places of the keywords; twice gives the text again, letter by letter.
"""

from __future__ import annotations

import re

from engine.definition.document import document_of, is_name
from engine.definition.keys import CLAUSES, DEFINITION, FORM, PACK, REGISTERS, ROLES, TABLE, Noun
from engine.definition.keywords import Language, in_chinese, in_english
from engine.definition.nodes import MapNode, Node
from engine.definition.source import LINE_END, load_yaml
from engine.definition.spoken import Keyword, keywords_in
from engine.errors import DefinitionInvalid, Place, Problem

_FILES: dict[str, Noun] = {"process": DEFINITION, "form": FORM, "pack": PACK, "table": TABLE, "roles": ROLES, "clauses": CLAUSES,
                           "registers": REGISTERS}
"""By the key that tells what a file holds."""


def toggle(text: str, file: str = "", *, to: Language | None = None) -> str:
    """The text with its keywords in the other language, or in `to`; DefinitionInvalid when it cannot be read or mixes both."""
    source = load_yaml(text, file)
    if source.node is None or source.problems:
        raise DefinitionInvalid(source.problems)
    noun = noun_of(source.node)
    if noun is None:
        raise DefinitionInvalid([Problem(Place(file), "no-noun", "看不出这个文件写的是什么", "The file does not tell what it holds",
                                         "要有 process（流程）或 form（表单）之类的键", "It needs a key such as process or form")])
    document = document_of(source.node, noun)
    if document.problems:
        raise DefinitionInvalid(document.problems)
    names = [each for each in keywords_in(source.node, noun) if is_name(each, document.language)]
    if names:
        raise DefinitionInvalid([Problem(each.node.place, "reserved", f"“{each.node.text}”在中文关键词里另有含义，不能作名字",
                                         f"{each.node.text!r} is a word of the Chinese keywords and cannot be a name") for each in names])
    wanted: Language = to or ("en" if document.language == "zh" else "zh")
    return _spliced(text, [each for each in keywords_in(source.node, noun) if each.language != wanted])


def language_of(text: str) -> Language:
    """The language of the first keyword of a file, as far as one can tell without reading it."""
    found = re.search(r"^(\w+)\s*[:：]", text, re.MULTILINE)
    return "zh" if found is not None and in_english(found[1], is_key=True) != found[1] else "en"


def noun_of(node: Node) -> Noun | None:
    """What a file holds."""
    names = {in_english(key.text, is_key=True) for key, _ in node.entries} if isinstance(node, MapNode) else set()
    return next((noun for key, noun in _FILES.items() if key in names), None)


def _spliced(text: str, keywords: list[Keyword]) -> str:
    starts = [0, *(found.end() for found in LINE_END.finditer(text))]
    mark = 1 if text.startswith("\ufeff") else 0
    parts, done = [], 0
    for keyword in keywords:
        place, raw = keyword.node.place, keyword.node.raw
        start = starts[place.line - 1] + place.column - 1 + (mark if place.line == 1 else 0)
        parts += [text[done:start], raw.replace(keyword.node.text, _other(keyword), 1)]
        done = start + len(raw)
    return "".join([*parts, text[done:]])


def _other(keyword: Keyword) -> str:
    turn = in_english if keyword.language == "zh" else in_chinese
    return turn(keyword.node.text, is_key=keyword.is_key)
