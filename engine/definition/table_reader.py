"""Reading a decision table, in a file of its own or within a step, into the model of engine.dmn.

It knows how a table is written; what its rules miss or forbid is found by engine.dmn, and whether the names it reads
exist is checked over the whole (check.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from engine.definition.document import load_document
from engine.definition.draft import Draft, Mention, UsedNames, is_expression, items_of
from engine.definition.form_reader import read_language
from engine.definition.keys import INLINE_TABLE, TABLE, TABLE_INPUT, TABLE_OUTPUT, TABLE_RULE
from engine.definition.keys.words import COLUMN_TYPES, HITS
from engine.definition.model import EXTRA_NAMES, CellTests, Expression
from engine.definition.nodes import ListNode, MapNode, Node, ScalarNode
from engine.definition.problems import did_you_mean, full_width_hint
from engine.definition.sheet import Sheet
from engine.definition.table_cells import CellUnreadable, Column
from engine.dmn import (
    AGGREGATIONS,
    ANY_VALUE,
    HIT_POLICIES,
    MAX_COLUMNS,
    MAX_RULES,
    Aggregation,
    DecisionGraph,
    DecisionTable,
    HitPolicy,
    Input,
    Output,
    Rule,
    check_table,
    graph_of,
    read_dmn,
)
from engine.errors import Problem
from engine.feel import Compiled, FeelSyntaxError, compile_expression, compile_unary_tests

Read = TypeVar("Read", Node, tuple[ScalarNode, Node])
_WIDE = "≥≤≠＞＜＝（［【"


@dataclass(frozen=True, slots=True)
class TableReading:
    """The decisions of a file as far as they could be read, its problems, and every name it mentions or uses."""

    graph: DecisionGraph | None
    problems: tuple[Problem, ...]
    mentions: tuple[Mention, ...] = ()
    used: tuple[UsedNames, ...] = ()


@lru_cache(maxsize=32)
def read_table_file(text: str, file: str) -> TableReading:
    """Read `tables/<name>.yaml` or `tables/<name>.dmn`; never raises. The same text is read once."""
    if file.endswith(".dmn"):
        found = read_dmn(text, file)
        return TableReading(found.graph, found.problems)
    document = load_document(text, file, TABLE)
    if document.node is None:
        return TableReading(None, document.problems)
    draft = document.draft(file)
    sheet = Sheet(draft, document.node, TABLE)
    read_language(draft, sheet)
    table, is_whole = _read(draft, sheet, sheet.id("table"), sheet.text("title"), ())
    if is_whole:
        draft.problems.extend(check_table(table))
    return TableReading(graph_of(table), draft.problems.everything(), tuple(draft.mentions), tuple(draft.used))


def read_table(draft: Draft, node: Node, *, table_id: str, title: str = "",
               inherited: tuple[str, ...] = ()) -> DecisionTable:
    """The table written within a step; its problems, mentions and used names are noted in the draft. As a whole it is
    checked with the definition, so that a stored version opens whatever is checked by now."""
    table, is_whole = _read(draft, Sheet(draft, node, INLINE_TABLE), table_id, title or table_id, inherited)
    if is_whole:
        draft.mentions.append(Mention("whole_table", table_id, node.place, draft.owner))
    return table


def _read(draft: Draft, sheet: Sheet, table_id: str, title: str, inherited: tuple[str, ...]) -> tuple[DecisionTable, bool]:
    """The table, and whether all that decides could be read: only then does it make sense to ask what it misses."""
    basis = sheet.cited(inherited, f"“{title}”")
    before = len(draft.problems)
    policy, aggregation = _read_hit(draft, sheet)
    inputs = tuple(_read_input(draft, key, node) for key, node in _few(draft, sheet.pairs("inputs"), MAX_COLUMNS))
    outputs = tuple(_read_output(draft, key, node) for key, node in _few(draft, sheet.pairs("outputs"), MAX_COLUMNS))
    if not inputs and isinstance(sheet.find("inputs") or sheet.node, MapNode):
        _refuse_conditions(draft, sheet)
    reader = _RuleReader(draft, inputs, outputs)
    rules = tuple(reader.read(node) for node in _few(draft, sheet.items("rules"), MAX_RULES))
    is_whole = len(draft.problems) == before and sheet.has("outputs") and sheet.has("rules") and not sheet.misspelt & _DECIDING
    return (DecisionTable(table_id, title, inputs, outputs, rules, policy, aggregation, basis, EXTRA_NAMES, sheet.node.place),
            is_whole)


_DECIDING = {"inputs", "outputs", "rules", "hit"}


def _few(draft: Draft, found: Iterable[Read], most: int) -> list[Read]:
    """At most so many: more are noted and not read."""
    first = list(found)
    if len(first) > most:
        last = first[most]
        draft.wrong(last[0] if isinstance(last, tuple) else last, "table-shape", f"一张表不超过 {MAX_COLUMNS} 列、{MAX_RULES} 条规则",
                    f"A table has at most {MAX_COLUMNS} columns and {MAX_RULES} rules", ("拆成几张表", "Split it"))
    return first[:most]


def _refuse_conditions(draft: Draft, sheet: Sheet) -> None:
    """A table without inputs has rules without conditions."""
    for rule in sheet.items("rules"):
        node = rule.find("when") if isinstance(rule, MapNode) else None
        if node is not None:
            draft.wrong(node, "unknown-column", "这张表没有写 `inputs`，规则不能有 `when`", "Without `inputs` a rule has no `when`")


def _read_hit(draft: Draft, sheet: Sheet) -> tuple[HitPolicy, Aggregation]:
    node = sheet.find("hit")
    if node is None:
        return "UNIQUE", ""
    word = node.text.strip() if isinstance(node, ScalarNode) else ""
    if word not in HITS:
        draft.wrong(node, "unknown-hit", f"没有“{word}”这种规则取舍方式", f"There is no hit policy {word!r}",
                    did_you_mean(word, draft.words(HITS)))
        return "UNIQUE", ""
    policy, _, aggregation = word.upper().partition(" ") if word.startswith("collect") else (word.upper(), "", "")
    return (next(known for known in HIT_POLICIES if known == policy),
            next(known for known in AGGREGATIONS if known == aggregation))


# ---------------------------------------------------------------- columns

def _read_input(draft: Draft, key: ScalarNode, node: Node) -> Input:
    name = draft.id(key)
    if isinstance(node, ScalarNode):
        expression = draft.expression(node) if node.text.strip() else _own_name(draft, key)
        return Input(name, expression.text, place=key.place)
    sheet = Sheet(draft, node, TABLE_INPUT)
    sort, whole = _read_type(draft, sheet)
    expression = sheet.find_expression("from") or _own_name(draft, key)
    return Input(name, expression.text, sheet.text("label"), sort, _read_allowed(draft, sheet, Column(sort)), whole, key.place)


def _own_name(draft: Draft, key: ScalarNode) -> Expression:
    """An input that says nothing more takes the value of its name."""
    return draft.expression(key)


def _read_output(draft: Draft, key: ScalarNode, node: Node) -> Output:
    name = draft.id(key)
    if isinstance(node, ScalarNode):
        return Output(name, node.text.strip(), place=key.place)
    sheet = Sheet(draft, node, TABLE_OUTPUT)
    column = Column(_read_type(draft, sheet)[0])
    default = sheet.find("default")
    return Output(name, sheet.text("label"), column.type, _read_allowed(draft, sheet, column),
                  read_result(draft, default, column) if default is not None else "", key.place)


def _read_type(draft: Draft, sheet: Sheet) -> tuple[str, bool]:
    node = sheet.find("type")
    if node is None:
        return "", False
    word = node.text.strip() if isinstance(node, ScalarNode) else ""
    if word not in COLUMN_TYPES:
        draft.wrong(node, "unknown-type", f"判定表的列没有“{word}”这种类型", f"A column of a table has no type {word!r}",
                    did_you_mean(word, draft.words(COLUMN_TYPES)))
    return COLUMN_TYPES.get(word, ""), word == "whole number"


def _read_allowed(draft: Draft, sheet: Sheet, column: Column) -> str:
    node = sheet.find("allowed")
    tests = read_cell(draft, node, column) if node is not None else ANY_VALUE
    return "" if tests == ANY_VALUE else tests


# ---------------------------------------------------------------- rules

@dataclass(frozen=True, slots=True)
class _RuleReader:
    """The columns that the rules of one table fill."""

    draft: Draft
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]

    def read(self, node: Node) -> Rule:
        sheet = Sheet(self.draft, node, TABLE_RULE)
        asked = dict(self._cells(sheet, "when", [column.id for column in self.inputs])) if self.inputs else {}
        given = self._results(sheet)
        tests = [(read_cell(self.draft, asked[column.id], Column(column.type)), asked[column.id].place)
                 if column.id in asked else (ANY_VALUE, node.place) for column in self.inputs]
        results = [(read_result(self.draft, given[column.name], Column(column.type)), given[column.name].place)
                   if column.name in given else ("null", node.place) for column in self.outputs]
        return Rule(tuple(text for text, _ in tests), tuple(text for text, _ in results), sheet.text("note"), sheet.basis(),
                    node.place, tuple(place for _, place in (*tests, *results)))

    def _cells(self, sheet: Sheet, key: str, known: list[str]) -> Iterable[tuple[str, Node]]:
        noun = ("输入", "input") if key == "when" else ("输出", "output")
        for name, node in sheet.pairs(key):
            if name.text not in known:
                self.draft.wrong(name, "unknown-column", f"这张表没有“{name.text}”这个{noun[0]}",
                                 f"The table has no {noun[1]} {name.text!r}", did_you_mean(name.text, known))
            else:
                yield name.text, node

    def _results(self, sheet: Sheet) -> dict[str, Node]:
        names = [column.name for column in self.outputs]
        node = sheet.find("then")
        if node is None or not names:
            return {}
        if not isinstance(node, MapNode):
            if len(names) > 1:
                self.draft.wrong(node, "missing-result", "有几个输出时，要写“输出标识: 值”", "Write `output: value` for each output")
            return {names[0]: node}
        given = dict(self._cells(sheet, "then", names))
        for name in names:
            if name not in given:
                self.draft.wrong(node, "missing-result", f"没有写“{name}”的结果", f"There is no result for {name!r}",
                                 ("没有结果时写 null", "Write null for no result"))
        return given


# ---------------------------------------------------------------- cells

def read_cell(draft: Draft, node: Node, column: Column) -> str:
    """A condition as FEEL's unary tests; a list means one of its items."""
    if isinstance(node, MapNode) or any(not isinstance(item, ScalarNode) for item in items_of(node)):
        draft.wrong(node, "cell", "单元格里要写一个值、一个比较或它们的列表", "A cell holds a value, a comparison, or a list of them")
        return ANY_VALUE
    cells = [item for item in items_of(node) if isinstance(item, ScalarNode)]
    return ", ".join(_read_one(draft, cell, column) for cell in cells) or ANY_VALUE


def _read_one(draft: Draft, node: ScalarNode, column: Column) -> str:
    text = node.text.strip()
    if is_expression(node):
        return _tried(draft, node, text[1:].strip(), compile_unary_tests) or ANY_VALUE
    if text[:1] in _WIDE and text:
        draft.wrong(node, "full-width", f"“{text}”里有全角符号", f"There are full-width marks in {text!r}", full_width_hint(text))
        return ANY_VALUE
    written = _written(draft, node, lambda: column.tests(text, quoted=node.quoted))
    return _tried(draft, node, written, compile_unary_tests) or ANY_VALUE if written else ANY_VALUE


def read_result(draft: Draft, node: Node, column: Column) -> str:
    """A result as FEEL: a value of the column, a list of them, or an =expression."""
    if isinstance(node, ListNode):
        return f"[{', '.join(read_result(draft, item, replace(column, type='')) for item in node.items)}]"
    if not isinstance(node, ScalarNode):
        draft.wrong(node, "cell", "结果要写一个值、一个列表或 =表达式", "A result is a value, a list or an =expression")
        return "null"
    text = node.text.strip()
    if is_expression(node):
        return _tried(draft, node, text[1:].strip(), compile_expression) or "null"
    return _written(draft, node, lambda: column.literal(text or "null", quoted=node.quoted)) or "null"


def _written(draft: Draft, node: ScalarNode, write: Callable[[], str]) -> str:
    try:
        return write()
    except CellUnreadable as error:
        draft.wrong(node, "cell-type", error.zh, error.en)
        return ""


def _tried(draft: Draft, node: ScalarNode, text: str, compiled: Callable[..., Compiled]) -> str:
    """The text when it reads; what it uses is noted, `?` aside."""
    start = node.text.find(text) if text in node.text else 0
    try:
        found = compiled(text, names=EXTRA_NAMES)
    except FeelSyntaxError as error:
        hint = (error.hint_zh, error.hint_en) if error.hint_zh else full_width_hint(text)
        exact = node.place_at(start + error.offset) if text in node.text else node.place
        draft.problems.add(exact, "expression", zh=error.zh, en=error.en, hint=hint)
        return ""
    paths = frozenset(path for path in found.paths if path[0] != "?")
    kind = CellTests if compiled is compile_unary_tests else Expression
    draft.used.append(UsedNames(kind(text, node.place_at(start)), node, start, paths, found.calls, draft.owner))
    return text
