"""The only door of ruamel.yaml and libyaml: text becomes a tree of plain nodes that know where they stand.

Anchors, aliases, tags, merge keys, deep nesting, large files and invisible characters are refused while
scanning, before anything is built: an alias bomb loads in no time and hangs whoever walks it.
It refuses to know what the keys mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from _ruamel_yaml import CParser
from ruamel.yaml import events
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from engine.definition.nodes import ListNode, MapNode, Node, ScalarNode
from engine.definition.problems import Problems
from engine.definition.yaml_errors import describe_yaml_error
from engine.errors import Place, Problem

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_NODES = 20_000

LINE_END = re.compile("\r\n?|\n")
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e"
                        "\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]")

# Between brackets libyaml takes every `:` and `?` for an indicator; in YAML 1.2 these are part of the text around them.
_MARK_IN_A_WORD = re.compile(r"""(?:(?<=[^\s\]}"'])|(?<=[^\]}"'] )):(?=[^\s,\[\]{}])"""
                             r"""|(?:(?<=[^\s,\[\]{}"':-])|(?<=[^\s,\[\]{}"':?-] ))\?""")
_MASK = {":": "\ue000", "?": "\ue001"}
_UNMASK = {ord(letter): mark for mark, letter in _MASK.items()}


@dataclass(frozen=True, slots=True)
class Source:
    """What became of a text: its tree (None when it could not be read) and its problems."""

    file: str
    node: Node | None
    problems: tuple[Problem, ...]


def load_yaml(text: str, file: str) -> Source:
    """Read one YAML document; never raises, never builds more than the bounds allow."""
    problems = Problems()
    # What is far too large is not even copied; line ends of two characters count once.
    text = LINE_END.sub("\n", text.removeprefix("\ufeff")) if len(text) <= 3 * MAX_BYTES else text
    if _is_too_large(text):
        problems.add(Place(file), "too-large", zh=f"文件超过 {MAX_BYTES // 1024} KiB",
                     hint=("请拆成几个文件", "Split it"),
                     en=f"The file is larger than {MAX_BYTES // 1024} KiB")
        return Source(file, None, problems.everything())
    for found in list(_INVISIBLE.finditer(text))[:20]:
        _note_invisible(problems, _place_of(text, file, found.start()), found.group())
    node = None if len(problems) else _build(text, file, problems)
    return Source(file, node, problems.everything())


def _is_too_large(text: str) -> bool:
    return len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES


def _note_invisible(problems: Problems, place: Place, mark: str) -> None:
    problems.add(place, "invisible-character", zh=f"有看不见的控制字符 U+{ord(mark):04X}",
                 hint=("请删去这个字符", "Delete it"),
                 en=f"There is an invisible control character U+{ord(mark):04X}")


def _place_of(text: str, file: str, index: int) -> Place:
    before = text[:index]
    return Place(file, before.count("\n") + 1, index - before.rfind("\n"))


class _Stop(Exception):
    """The rest of the text is not worth reading: the problem has been noted."""


def _build(text: str, file: str, problems: Problems) -> Node | None:
    """The tree that libyaml reads; a text that it refuses is read once more with the marks masked that YAML 1.2 allows."""
    attempt = Problems()
    try:
        node = _built(_Builder(text, file, attempt), _events(text))
    except (YAMLError, ValueError):
        return _build_masked(text, file, problems)
    problems.extend(attempt.everything())
    return node


def _build_masked(text: str, file: str, problems: Problems) -> Node | None:
    try:
        return _built(_Builder(text, file, problems), _unmasked(_events(_masked(text))))
    except MarkedYAMLError as error:
        problems.extend([describe_yaml_error(error, text, file)])
    except (YAMLError, ValueError) as error:
        problems.add(Place(file), "yaml", zh="YAML 写法有误", en=f"Malformed YAML: {error}".splitlines()[0])
    return None


def _masked(text: str) -> str:
    """The text with letters in place of marks that are part of a word; one for one, so every place stays."""
    is_free = not any(letter in text for letter in _MASK.values())
    return _MARK_IN_A_WORD.sub(lambda found: _MASK[found[0]], text) if is_free else text


def _unmasked(found: Iterator[Any]) -> Iterator[Any]:
    for event in found:
        if isinstance(event, events.ScalarEvent):
            event.value = event.value.translate(_UNMASK)
        yield event


def _events(text: str) -> Iterator[Any]:
    parser = CParser(text)
    while parser.check_event():
        yield parser.get_event()


def _built(builder: _Builder, found: Iterator[Any]) -> Node | None:
    try:
        for event in found:
            builder.take(event)
    except _Stop:
        return None
    if builder.root is None and not len(builder.problems):
        builder.problems.add(Place(builder.file), "empty", zh="文件是空的", en="The file is empty")
    return builder.root


class _Open:
    """A collection being read: its place, the values so far, and the key that waits for its value."""

    __slots__ = ("is_map", "items", "key", "keys", "place", "values")

    def __init__(self, place: Place, kind: type) -> None:
        self.place = place
        self.is_map = kind is events.MappingStartEvent
        self.items: list[Node] = []
        self.values: list[tuple[ScalarNode, Node]] = []
        self.key: Node | None = None
        self.keys: set[str] = set()


class _Builder:
    """Takes events one by one: no recursion, so depth costs nothing but a counter."""

    def __init__(self, text: str, file: str, problems: Problems) -> None:
        self.text, self.file, self.problems = text, file, problems
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.nodes = 0
        self.documents = 0

    def take(self, event: Any) -> None:
        if isinstance(event, events.NodeEvent):
            place = self._place(event)
            self._refuse_magic(event, place)
            self._count_node(place)
            if isinstance(event, events.ScalarEvent):
                self._put(self._scalar(event, place))
            else:
                self.open.append(_Open(place, type(event)))
        elif isinstance(event, events.CollectionEndEvent):
            self._close()
        elif isinstance(event, events.DocumentStartEvent):
            self._count_document(self._place(event))

    def _place(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _count_document(self, place: Place) -> None:
        self.documents += 1
        if self.documents > 1:
            self._stop(place, "several-documents", "一个文件只能有一份文档", "A file holds one document only")

    def _count_node(self, place: Place) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._stop(place, "too-many-nodes", f"内容超过 {MAX_NODES} 项",
                       f"There are more than {MAX_NODES} nodes")
        if len(self.open) >= MAX_DEPTH:
            self.refuse_depth(place)
            raise _Stop

    def refuse_depth(self, place: Place) -> None:
        self.problems.add(place, "too-deep", zh=f"嵌套超过 {MAX_DEPTH} 层",
                          en=f"Nested deeper than {MAX_DEPTH} levels")

    def _stop(self, place: Place, code: str, zh: str, en: str) -> None:
        self.problems.add(place, code, zh=zh, en=en)
        raise _Stop

    def _refuse_magic(self, event: Any, place: Place) -> None:
        if isinstance(event, events.AliasEvent):
            self._stop(place, "alias", "不能使用 YAML 引用（*）", "YAML aliases (*) are not allowed")
        if event.anchor is not None:
            self._stop(place, "anchor", "不能使用 YAML 锚点（&）", "YAML anchors (&) are not allowed")
        if getattr(event, "tag", None) is not None:
            self._stop(place, "tag", "不能使用 YAML 标签（!）", "YAML tags (!) are not allowed")

    def _scalar(self, event: Any, place: Place) -> ScalarNode:
        hidden = _INVISIBLE.search(event.value) if event.style == '"' else None
        if hidden:  # escaped: the text itself has been looked through
            _note_invisible(self.problems, place, hidden.group())
        raw = self.text[event.start_mark.index:event.end_mark.index]
        return ScalarNode(event.value, place, event.style in ("'", '"', "|", ">"), raw)

    def _close(self) -> None:
        done = self.open.pop()
        place = done.place
        self._put(MapNode(tuple(done.values), place) if done.is_map else ListNode(tuple(done.items), place))

    def _put(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        top = self.open[-1]
        if not top.is_map:
            top.items.append(node)
        elif top.key is None:
            top.key = node
        else:
            self._put_entry(top, top.key, node)
            top.key = None

    def _put_entry(self, top: _Open, key: Node, value: Node) -> None:
        if not isinstance(key, ScalarNode):
            self.problems.add(key.place, "key", zh="键必须是一个名字", en="A key must be a plain name")
        elif key.text == "<<":
            self.problems.add(key.place, "merge-key", zh="不能使用 YAML 合并键（<<）",
                              en="YAML merge keys (<<) are not allowed")
        elif key.text in top.keys:
            self.problems.add(key.place, "duplicate-key", zh=f"“{key.text}”写了两次",
                              en=f"{key.text!r} is written twice")
        else:
            top.keys.add(key.text)
            top.values.append((key, value))
