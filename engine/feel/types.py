"""What can be said about an expression's types before it is evaluated: what would always be null.

Reckons with one sample value per type and the operators themselves, so that it can never disagree with them.
What is not known is never complained about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from engine.feel import operators, tree
from engine.feel.errors import NoValue
from engine.feel.evaluation import Compiled
from engine.feel.functions import BUILT_IN
from engine.feel.kinds import Function, Range, YearsMonthsDuration, kind
from engine.feel.regex import compile_pattern
from engine.feel.temporal import parse_duration

Path = tuple[str, ...]
SAMPLES: dict[str, object] = {
    "number": Decimal(1), "string": "a", "boolean": True, "date": date(2000, 1, 1), "time": time(),
    "date and time": datetime(2000, 1, 1, tzinfo=UTC), "days and time duration": timedelta(days=1),
    "years and months duration": YearsMonthsDuration(1), "list": [], "context": {},
    "range": Range(Decimal(1), Decimal(2)), "function": Function((), lambda values: None),
}
_CHINESE = {"number": "数字", "string": "文字", "boolean": "是非", "date": "日期", "time": "时间", "date and time": "时刻",
            "days and time duration": "时长", "years and months duration": "年月时长", "list": "列表",
            "context": "字段组", "range": "区间", "function": "函数"}
_GIVES = {"today": "date", "now": "date and time", "date": "date", "time": "time", "date and time": "date and time",
          "count": "number", "string": "string", "number": "number", "string length": "number",
          "upper case": "string", "lower case": "string", "contains": "boolean", "matches": "boolean",
          "starts with": "boolean", "ends with": "boolean", "not": "boolean", "list contains": "boolean",
          "years and months duration": "years and months duration", "day of week": "string", "split": "list"}
_PATTERNED = {"matches": 1, "replace": 1, "split": 1}


@dataclass(frozen=True, slots=True)
class Clash:
    """Something that is always null; `offset` is where it stands in the source."""

    offset: int
    zh: str
    en: str


def find_clashes(compiled: Compiled, known: Mapping[Path, str]) -> tuple[Clash, ...]:
    """Comparisons, sums and calls that can only give null; `known` maps paths of the context to type names."""
    return tuple(Inspection(compiled.tree, known).clashes())


class Inspection:
    """One expression and what is known of its context."""

    def __init__(self, root: tree.Node, known: Mapping[Path, str]) -> None:
        self.root = root
        self.bound = {name for node in walk(root) for name in _bound_by(node)}
        self.known = known

    def clashes(self) -> Iterator[Clash]:
        for node in walk(self.root):
            if isinstance(node, tree.Compare):
                yield from self._compared(node)
            elif isinstance(node, tree.Chain):
                yield from self._chained(node)
            elif isinstance(node, tree.Call):
                yield from self._called(node)

    def _compared(self, node: tree.Compare) -> Iterator[Clash]:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if not left or not right:
            return
        equality = node.operator in ("=", "!=")
        a, b = SAMPLES[left], SAMPLES[right]
        if (operators.equal(a, b) if equality else operators.compare(node.operator, a, b)) is None:
            yield Clash(node.at, f"{_CHINESE[left]}不能与{_CHINESE[right]}比较（{node.operator}），结果总是 null",
                        f"A {left} cannot be compared ({node.operator}) with a {right}: always null")

    def _chained(self, node: tree.Chain) -> Iterator[Clash]:
        left = self.type_of(node.first)
        for sign, operand in node.rest:
            right = self.type_of(operand)
            if not left or not right:
                return
            answer = operators.arithmetic(sign, SAMPLES[left], SAMPLES[right])
            if answer is None:
                yield Clash(node.at, f"{_CHINESE[left]}与{_CHINESE[right]}不能用 {sign} 计算，结果总是 null",
                            f"{sign} has no meaning between a {left} and a {right}: always null")
                return
            left = kind(answer)

    def _called(self, node: tree.Call) -> Iterator[Clash]:
        name = node.target.name if isinstance(node.target, tree.Name) else ""
        function = BUILT_IN.get(name)
        if function is None or name in self.bound:
            return
        if function.bind(len(node.arguments), node.names) is None:
            yield Clash(node.at, f"函数 {name} 不接受这样的参数，结果总是 null", f"{name} takes no such arguments: always null")
        elif not node.names and name in _PATTERNED:
            yield from _pattern(name, node.arguments[_PATTERNED[name]])

    def type_of(self, node: tree.Node) -> str:
        """The type name of what a node gives; empty if it is not known."""
        if isinstance(node, tree.Literal):
            return kind(node.value) if node.value is not None else ""
        if isinstance(node, tree.Name | tree.Path):
            path = _path_of(node)
            found = self.known.get(path, "") if path and path[0] not in self.bound else ""
            return found if found in SAMPLES else ""
        if isinstance(node, tree.Compare | tree.Junction | tree.Between | tree.In | tree.Quantified | tree.InstanceOf):
            return "boolean"
        if isinstance(node, tree.Chain):
            return self._sum_of(node)
        return self._call_of(node) if isinstance(node, tree.Call) else ""

    def _sum_of(self, node: tree.Chain) -> str:
        left = self.type_of(node.first)
        for sign, operand in node.rest:
            right = self.type_of(operand)
            if not left or not right:
                return ""
            answer = operators.arithmetic(sign, SAMPLES[left], SAMPLES[right])
            left = kind(answer) if answer is not None else ""
        return left

    def _call_of(self, node: tree.Call) -> str:
        if not isinstance(node.target, tree.Name) or node.target.name in self.bound:
            return ""
        if node.target.name == "duration" and node.arguments and isinstance(node.arguments[0], tree.Literal):
            span = parse_duration(str(node.arguments[0].value))
            return kind(span) if span is not None else ""
        return _GIVES.get(node.target.name, "")


def _pattern(name: str, node: tree.Node) -> Iterator[Clash]:
    if not isinstance(node, tree.Literal) or not isinstance(node.value, str):
        return
    try:
        compile_pattern(node.value, "", 0)
    except NoValue:
        yield Clash(node.at, f"{name} 的样式无效，或可能使匹配没完没了", f"The pattern of {name} is invalid, or could run away")


def walk(node: object) -> Iterator[tree.Node]:
    """The node and everything within it, except conditions of filters, whose names may be the item's."""
    if isinstance(node, tuple):
        for part in node:
            yield from walk(part)
    elif isinstance(node, tree.Node | tree.Iteration):
        if isinstance(node, tree.Node):
            yield node
        for part in fields(node):
            if not (isinstance(node, tree.Filter) and part.name == "condition"):
                yield from walk(getattr(node, part.name))


def _bound_by(node: tree.Node) -> Iterator[str]:
    if isinstance(node, tree.For | tree.Quantified):
        yield from (iteration.name for iteration in node.iterations)
        yield "partial"
    elif isinstance(node, tree.FunctionOf):
        yield from (name for name, _ in node.parameters)
    elif isinstance(node, tree.ContextOf):
        yield from (name for name, _ in node.entries)


def _path_of(node: tree.Node) -> Path:
    if isinstance(node, tree.Name):
        return (node.name,)
    if isinstance(node, tree.Path):
        start = _path_of(node.target)
        return (*start, node.name) if start else ()
    return ()
