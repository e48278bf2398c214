"""A file of the language as the reader takes it: its tree with all keywords in English, whichever language it is written in.

One language per file: a keyword of the other one is a problem, and is understood all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.definition.draft import Draft
from engine.definition.keys import Noun
from engine.definition.keywords import Language, in_chinese, in_english
from engine.definition.nodes import ListNode, MapNode, Node, ScalarNode
from engine.definition.problems import Problems
from engine.definition.source import load_yaml
from engine.definition.spoken import Keyword, keywords_in
from engine.errors import Problem

_NAMES: dict[Language, tuple[str, str]] = {"en": ("英文", "English"), "zh": ("中文", "Chinese")}


@dataclass(frozen=True, slots=True)
class Document:
    """The tree (None when the text could not be read), the language of its keywords, its problems."""

    node: Node | None
    language: Language
    problems: tuple[Problem, ...]

    def draft(self, file: str) -> Draft:
        """What is gathered from here on, with the problems so far."""
        draft = Draft(file, language=self.language)
        draft.problems.extend(self.problems)
        return draft


def load_document(text: str, file: str, noun: Noun) -> Document:
    """Read a file that holds one thing of this noun; never raises."""
    source = load_yaml(text, file)
    if source.node is None:
        return Document(None, "en", source.problems)
    return document_of(source.node, noun, source.problems)


def document_of(node: Node, noun: Noun, problems: Iterable[Problem] = ()) -> Document:
    """A tree whose keywords are in English, and what is wrong with the ones it had."""
    found = keywords_in(node, noun)
    language = _language_of(found)
    found = [each for each in found if not is_name(each, language)]
    noted = Problems()
    noted.extend(problems)
    for each in found:
        if each.language != language:
            _note_mixed(noted, each, language)
    spoken = {id(each.node): in_english(each.node.text, is_key=each.is_key) for each in found if each.language == "zh"}
    return Document(_translated(node, spoken) if spoken else node, language, noted.everything())


def is_name(keyword: Keyword, language: Language) -> bool:
    """Whether what looks like a Chinese keyword is a name, in a file of this language."""
    return keyword.is_open and keyword.language == "zh" and language == "en"


def _language_of(found: list[Keyword]) -> Language:
    """The language of most keywords; the first one decides between equals."""
    counts = Counter(each.language for each in found if not each.is_open)
    return counts.most_common(1)[0][0] if counts else "en"


def _note_mixed(problems: Problems, keyword: Keyword, language: Language) -> None:
    text = keyword.node.text
    english = in_english(text, is_key=keyword.is_key)
    right = english if language == "en" else in_chinese(english, is_key=keyword.is_key)
    zh, en = _NAMES[language]
    problems.add(keyword.node.place, "mixed-language", zh=f"这个文件用{zh}关键词，“{text}”是另一种语言的",
                 en=f"The keywords of this file are {en}, {text!r} is not", hint=(f"写成 {right}", f"Write {right}"))


def _translated(node: Node, spoken: Mapping[int, str]) -> Node:
    if isinstance(node, ScalarNode):
        english = spoken.get(id(node))
        return node if english is None else replace(node, text=english)
    if isinstance(node, ListNode):
        return replace(node, items=tuple(_translated(item, spoken) for item in node.items))
    return MapNode(tuple((_key(key, spoken), _translated(value, spoken)) for key, value in node.entries), node.place)


def _key(key: ScalarNode, spoken: Mapping[int, str]) -> ScalarNode:
    english = spoken.get(id(key))
    return key if english is None else replace(key, text=english)
