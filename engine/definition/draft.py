"""What is gathered while a file is read: problems, names that are mentioned; and how scalars are read.

Knows how names, texts, expressions, limits and clauses are written; refuses to know the nouns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from engine.definition.ids import find_id_fault
from engine.definition.keywords import WORDS_IN_ENGLISH, Language, in_chinese
from engine.definition.model import EXTRA_NAMES, Expression, NamedLimit, Parameter, Value
from engine.definition.nodes import ListNode, MapNode, Node, ScalarNode
from engine.definition.problems import Problems, did_you_mean, full_width_hint
from engine.errors import Place
from engine.feel import FeelSyntaxError, compile_expression
from engine.worktime.every import Every, parse_every
from engine.worktime.limit import Limit, LimitInvalid, parse_limit

PROPOSED = "proposed"
UNREADABLE = Expression("null")
"""Stands for an expression whose problem is already noted."""


class Mention(NamedTuple):
    """A name that must exist somewhere: what kind of thing, where it is said, and by whom."""

    kind: str
    name: str
    place: Place
    owner: str = ""


class UsedNames(NamedTuple):
    """What an expression at the key `what` reads and calls; it may name the columns of the table `owner`, the fields of
    `register`."""

    expression: Expression
    node: ScalarNode
    start: int
    paths: frozenset[tuple[str, ...]]
    calls: frozenset[str]
    owner: str = ""
    register: str = ""
    what: str = ""


@dataclass(slots=True)
class Draft:
    """What is gathered while a file is read: problems, mentions, used names, declared parameters and ids."""

    file: str
    problems: Problems = field(default_factory=Problems)
    mentions: list[Mention] = field(default_factory=list)
    used: list[UsedNames] = field(default_factory=list)
    parameters: dict[str, tuple[Limit | Decimal | str, tuple[str, ...]]] = field(default_factory=dict)
    declared: dict[str, Place] = field(default_factory=dict)
    values: Mapping[str, Parameter] = field(default_factory=dict)
    """What a pack puts in the place of the parameters of these names."""
    language: Language = "en"
    """In which the keywords of the file are written."""
    owner: str = ""
    """The element or table that is being read."""
    register: str = ""
    """The register whose entry is being asked about."""

    def mention(self, kind: str, node: ScalarNode, name: str = "") -> str:
        self.mentions.append(Mention(kind, name or node.text, node.place, self.owner))
        return name or node.text

    def declare(self, name: str, place: Place) -> None:
        """An id of the process: steps, requests, deadlines and variables share one room of names."""
        if name in self.declared:
            first = self.declared[name]
            self.problems.add(place, "duplicate-id", zh=f"标识“{name}”已在第 {first.line} 行用过",
                              en=f"The id {name!r} is already used on line {first.line}")
        self.declared.setdefault(name, place)

    def said(self, keyword: str) -> str:
        """A key as people write it in this file."""
        return in_chinese(keyword, is_key=True) if self.language == "zh" else keyword

    def words(self, words: Iterable[str]) -> list[str]:
        """Closed words as people write them in this file."""
        return [in_chinese(word, is_key=False) if self.language == "zh" else word for word in words]

    def wrong(self, node: Node, code: str, zh: str, en: str, hint: tuple[str, str] = ("", "")) -> None:
        self.problems.add(node.place, code, zh=zh, en=en, hint=hint)

    # ------------------------------------------------------------ scalars

    def text(self, node: Node, what: str = "") -> str:
        """A text; numbers and words that YAML would turn into something else stay what was typed."""
        if isinstance(node, ScalarNode) and node.text.strip():
            return node.text.strip()
        self.wrong(node, "text-expected", f"“{self.said(what)}”这里要写一段文字", f"{self.said(what)}: expected a text")
        return ""

    def id(self, node: Node) -> str:
        """An id that is declared or mentioned here; faults are noted."""
        if not isinstance(node, ScalarNode):
            self.wrong(node, "id-expected", "这里要写一个标识", "Expected an id")
            return ""
        fault = find_id_fault(node.text)
        if self.language == "zh" and WORDS_IN_ENGLISH.get(node.text) == "end":
            fault = find_id_fault("end")
        if fault:
            hint = (fault.hint_zh, fault.hint_en) if fault.hint_zh else full_width_hint(node.text)
            self.wrong(node, "bad-id", fault.zh, fault.en, hint)
        return node.text

    def flag(self, node: Node, what: str = "") -> bool:
        found = node.value() if isinstance(node, ScalarNode) else None
        if isinstance(found, bool):
            return found
        self.wrong(node, "flag-expected", f"“{self.said(what)}”要写 `true` 或 `false`", f"{self.said(what)}: expected `true` or `false`")
        return False

    def count(self, node: Node, what: str = "") -> int:
        found = node.value() if isinstance(node, ScalarNode) else None
        if isinstance(found, Decimal) and found == found.to_integral_value() and 0 < found < 1_000_000:
            return int(found)
        self.wrong(node, "count-expected", f"“{self.said(what)}”要写一个正整数",
                   f"{self.said(what)}: expected a positive whole number")
        return 1

    # ------------------------------------------------------------ expressions and values

    def expression(self, node: Node, what: str = "") -> Expression:
        """An expression; the leading `=` may be left out where only an expression fits."""
        if not isinstance(node, ScalarNode) or not node.text.strip():
            self.wrong(node, "expression-expected", f"“{self.said(what)}”这里要写一个表达式",
                       f"{self.said(what)}: expected an expression")
            return UNREADABLE
        text = node.text
        start = len(text) - len(text.lstrip())
        if text[start] == "=":
            start += 1
        body = text[start:]
        start += len(body) - len(body.lstrip())
        return self._compile(node, body.strip(), start, what)

    def _compile(self, node: ScalarNode, text: str, start: int, what: str) -> Expression:
        made = Expression(text, node.place_at(start))
        try:
            compiled = compile_expression(text, names=EXTRA_NAMES)
        except FeelSyntaxError as error:
            hint = (error.hint_zh, error.hint_en) if error.hint_zh else full_width_hint(text)
            self.problems.add(node.place_at(start + error.offset), "expression", zh=error.zh, en=error.en,
                              hint=hint)
            return UNREADABLE
        self.used.append(UsedNames(made, node, start, compiled.paths, compiled.calls, self.owner,
                                   self.register, what))
        return made

    def either(self, node: Node, what: str = "") -> Expression | str:
        """A text, or an expression when it begins with `=`."""
        return self.expression(node, what) if is_expression(node) else self.text(node, what)

    def value(self, node: Node) -> Value:
        """A literal, an expression, or a list of them."""
        if isinstance(node, ListNode):
            return tuple(self.value(item) for item in node.items)
        if isinstance(node, MapNode):
            self.wrong(node, "value-expected", "这里要写一个值或 =表达式", "Expected a value or an =expression")
            return None
        return self.expression(node) if is_expression(node) else node.value()

    # ------------------------------------------------------------ limits and clauses

    def limit(self, node: Node, own: tuple[str, ...] = (), *,
              around: tuple[str, ...] = ()) -> tuple[Limit, tuple[str, ...]]:
        """A limit and its clauses: a parameter brings its own; a literal needs those beside or around it."""
        basis = own or around
        stand_in = Limit(1, "calendar days")
        if not isinstance(node, ScalarNode):
            self.wrong(node, "limit", "这里要写时限，例如 3 working days", "Expected a limit such as 3 working days")
            return stand_in, basis or (PROPOSED,)
        if node.text in self.parameters:
            value, cited = self.parameters[node.text]
            if isinstance(value, Limit):
                return NamedLimit(value.amount, value.unit, value.before, node.text), own or cited
            if value != "":
                self.wrong(node, "limit", f"参数“{node.text}”不是时限",
                           f"The parameter {node.text!r} is not a limit")
            return stand_in, cited
        try:
            limit = parse_limit(node.text)
        except LimitInvalid as error:
            hint = _limit_hint(node.text, self.parameters)
            self.wrong(node, "limit", error.zh, error.en, hint if hint[0] else (error.hint_zh, error.hint_en))
            return stand_in, basis or (PROPOSED,)
        if not basis:
            self.no_basis(node, f"时限“{node.text}”", f"The limit {node.text!r}")
        return limit, basis

    def moment(self, node: Node, own: tuple[str, ...] = (), *,
               around: tuple[str, ...] = ()) -> tuple[Limit | None, Expression | None, tuple[str, ...]]:
        """A limit, or the moment an =expression gives; a moment needs no clause."""
        if is_expression(node):
            return None, self.expression(node), own or around
        limit, basis = self.limit(node, own, around=around)
        return limit, None, basis

    def every(self, node: Node) -> Every:
        """How often: `week`, `每季度`, `6 months`."""
        try:
            return parse_every(node.text if isinstance(node, ScalarNode) else "…")
        except LimitInvalid as error:
            self.wrong(node, "every", error.zh, error.en, (error.hint_zh, error.hint_en))
            return Every("day")

    def basis(self, node: Node | None, inherited: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Clause ids, or those of the place around it."""
        if node is None:
            return inherited
        found = [self.mention("clause", item)
                 for item in items_of(node) if isinstance(item, ScalarNode) and item.text]
        if len(found) != len(items_of(node)) or not found:
            self.wrong(node, "basis", "依据要写条款号，自拟的写 `proposed`", "Expected clause ids, or `proposed`")
        return tuple(found) or (PROPOSED,)

    def no_basis(self, node: Node, zh: str, en: str) -> None:
        self.wrong(node, "no-basis", f"{zh}没有依据", f"{en} cites no clause",
                   ("写 `basis: 条款号`，自拟的写 `basis: proposed`",
                   "Write `basis: clause id`, or `basis: proposed`"))


def items_of(node: Node) -> tuple[Node, ...]:
    """A list, or a single thing as a list of one."""
    return node.items if isinstance(node, ListNode) else (node,)


def is_expression(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.text.lstrip().startswith("=")


def _limit_hint(text: str,
                parameters: dict[str, tuple[Limit | Decimal | str, tuple[str, ...]]]) -> tuple[str, str]:
    looks_like_a_name = text[:1].isalpha() and " " not in text and text.isascii()
    return did_you_mean(text, parameters) if looks_like_a_name else ("", "")
