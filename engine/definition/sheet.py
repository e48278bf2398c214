"""Reading one map of a file against the keys it may have.

Unknown and missing keys are noted with what was probably meant; refuses to know what values are for.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition.draft import UNREADABLE, Draft, items_of
from engine.definition.keys import Noun
from engine.definition.model import Expression, Value
from engine.definition.nodes import MapNode, Node, ScalarNode
from engine.definition.problems import did_you_mean, full_width_hint, nearest


class Sheet:
    """One map: unknown and missing keys are noted at once, then its values are asked for by key."""

    def __init__(self, draft: Draft, node: Node, noun: Noun) -> None:
        self.draft, self.node, self.noun = draft, node, noun
        self.values: dict[str, Node] = {}
        self.misspelt: set[str] = set()
        """Keys that are there with nothing behind them, or were most likely meant by unknown ones: not called missing as well."""
        if not isinstance(node, MapNode):
            hint = full_width_hint(node.text) if isinstance(node, ScalarNode) else ("", "")
            draft.wrong(node, "map-expected", f"“{noun.zh}”这里要写“键: 值”", f"Expected the keys of a {noun.en}",
                        hint)
            return
        for key, value in node.entries:
            self._take(key, value)
        for wanted in noun.keys:
            if wanted.required and wanted.name not in self.values and wanted.name not in self.misspelt:
                said = draft.said(wanted.name)
                draft.wrong(node, "missing-key", f"{noun.zh}缺少“{said}”（{wanted.zh}）", f"The {noun.en} lacks {said!r}")

    def _take(self, key: ScalarNode, value: Node) -> None:
        if self.noun.find(key.text) is None:
            wide = full_width_hint(key.text)
            known_as = {self.draft.said(item.name): item.name for item in self.noun.keys}
            self.misspelt.add(known_as.get(nearest(key.text, known_as) or "", ""))
            hint = wide if wide[0] else did_you_mean(key.text, known_as)
            self.draft.wrong(key, "unknown-key", f"{self.noun.zh}里没有“{key.text}”这个键",
                             f"{_article(self.noun.en)} {self.noun.en} has no key {key.text!r}", hint)
        elif isinstance(value, ScalarNode) and not value.quoted and not value.text:
            self.misspelt.add(key.text)
            said = self.draft.said(key.text)
            self.draft.wrong(key, "empty", f"“{said}”没有写内容", f"{said!r} has no value")
        else:
            self.values[key.text] = value

    def has(self, key: str) -> bool:
        return key in self.values

    def find(self, key: str) -> Node | None:
        return self.values.get(key)

    def items(self, key: str) -> tuple[Node, ...]:
        """The list at the key; a single item counts as a list of one."""
        return items_of(self.values[key]) if key in self.values else ()

    def pairs(self, key: str) -> Iterator[tuple[ScalarNode, Node]]:
        """The map at the key, id by id."""
        node = self.values.get(key)
        if isinstance(node, MapNode):
            yield from node.entries
        elif node is not None:
            self.draft.wrong(node, "map-expected", f"“{self.draft.said(key)}”这里要写“标识: 内容”",
                             f"{self.draft.said(key)}: expected an id with its content")

    def text(self, key: str, default: str = "") -> str:
        return self.draft.text(self.values[key], key) if key in self.values else default

    def find_text(self, key: str) -> str | None:
        return self.text(key) if key in self.values else None

    def id(self, key: str) -> str:
        return self.draft.id(self.values[key]) if key in self.values else ""

    def flag(self, key: str) -> bool:
        return key in self.values and self.draft.flag(self.values[key], key)

    def flag_or(self, key: str, *, default: bool) -> bool:
        return self.draft.flag(self.values[key], key) if key in self.values else default

    def count(self, key: str, default: int) -> int:
        return self.draft.count(self.values[key], key) if key in self.values else default

    def expression(self, key: str) -> Expression:
        return self.draft.expression(self.values[key], key) if key in self.values else UNREADABLE

    def find_expression(self, key: str) -> Expression | None:
        return self.expression(key) if key in self.values else None

    def names(self, key: str) -> tuple[tuple[str, Value], ...]:
        """The values under names at the key."""
        return tuple((self.draft.id(name), self.draft.value(value)) for name, value in self.pairs(key))

    def given(self, key: str) -> tuple[tuple[str, Value], ...]:
        """The values under names that somebody else knows: whoever takes them."""
        for name, _ in self.pairs(key):
            self.draft.mention("given", name)
        return self.names(key)

    def ids(self, key: str) -> tuple[str, ...]:
        return tuple(self.draft.id(node) for node in self.items(key))

    def basis(self, inherited: tuple[str, ...] = ()) -> tuple[str, ...]:
        return self.draft.basis(self.values.get("basis"), inherited)

    def cited(self, inherited: tuple[str, ...], what: str = "") -> tuple[str, ...]:
        """The clauses, which must exist here or around."""
        found = self.basis(inherited)
        if not found and isinstance(self.node, MapNode):
            self.draft.no_basis(self.node, f"{self.noun.zh}{what}",
                                f"The {self.noun.en}{' ' + what if what else ''}")
        return found

    def mention(self, key: str, kind: str) -> str | None:
        """A name at the key that must exist as a thing of this kind."""
        node = self.values.get(key)
        if node is None:
            return None
        if isinstance(node, ScalarNode):
            return self.draft.mention(kind, node)
        self.draft.wrong(node, "name-expected", f"“{self.draft.said(key)}”这里要写一个名字", f"{self.draft.said(key)}: expected a name")
        return None


def _article(noun: str) -> str:
    return "An" if noun[:1] in "aeiou" else "A"
