"""Types as values: how they are made, what one says of an entry or an item, and what they are called.

A type is what may be written after `instance of`; `Any` is a type of which nothing is known. Every type admits
null. Knows no expressions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache, reduce

from engine.feel.complaints import complain
from engine.feel.kinds import Function, Range, YearsMonthsDuration
from engine.feel.names import Vocabulary
from engine.feel.scanner import Scanner
from engine.feel.tree import TypeName
from engine.feel.typenames import read_type

Type = TypeName
ANY, NULL = Type("Any"), Type("Null")
NUMBER, STRING, BOOLEAN = Type("number"), Type("string"), Type("boolean")
DATE, MOMENT = Type("date"), Type("date and time")
MAX_PARTS = 500
RESULT = "->"
"""The label of what a function gives, among the parts of its type."""

SAMPLES: dict[str, object] = {
    "number": Decimal(1), "string": "a", "boolean": True, "date": date(2000, 1, 1), "time": time(),
    "date and time": datetime(2000, 1, 1, tzinfo=UTC), "days and time duration": timedelta(days=1),
    "years and months duration": YearsMonthsDuration(1), "list": [], "context": {},
    "range": Range(Decimal(1), Decimal(2)), "function": Function((), lambda values: None),
}
"""One value of each type: asking an operator about these is asking it about their types."""

_CHINESE = {"number": "数字", "string": "文字", "boolean": "是非", "date": "日期", "time": "时间", "date and time": "时刻",
            "days and time duration": "时长", "years and months duration": "年月时长", "list": "列表",
            "context": "字段组", "range": "区间", "function": "函数"}
_ENGLISH = {"number": "a number", "string": "a text", "boolean": "true or false", "date": "a date", "time": "a time of day",
            "date and time": "a moment", "days and time duration": "a duration",
            "years and months duration": "a duration in months", "list": "a list", "context": "a group of fields",
            "range": "a range", "function": "a function"}
_NOWHERE = Vocabulary()


@lru_cache(maxsize=512)
def type_of(text: str) -> Type:
    """The type that a text such as `list<context<id: string>>` names. FeelSyntaxError if it names none."""
    scanner = Scanner(text, _NOWHERE)
    sort = read_type(scanner)
    if scanner.token.sort != "end":
        raise complain(scanner, "continue")
    return sort


def list_type(item: Type = ANY) -> Type:
    return Type("list", () if item == ANY else (("", item),))


def context_type(entries: Mapping[str, Type]) -> Type:
    """A context with at least these entries."""
    return Type("context", tuple(entries.items()))


def range_type(end: Type) -> Type:
    return Type("range", () if end == ANY else (("", end),))


def kept_small(sort: Type) -> Type:
    """The type, without its parts where those are too many to compare: types within types double as quickly as lists do."""
    waiting, count = [sort], 0
    while waiting:
        count += 1
        if count > MAX_PARTS:
            return Type(sort.name)
        waiting.extend(part for _, part in waiting.pop().parts)
    return sort


def is_known(sort: Type) -> bool:
    """Whether anything can be said of its values."""
    return sort.name in SAMPLES


def item_of(sort: Type) -> Type:
    """What a list holds, or what a range's ends are."""
    return sort.parts[0][1] if sort.name in ("list", "range") and sort.parts else ANY


def items_of(sort: Type) -> Type:
    """What is seen of a value that may stand for a list of one: its items, or itself."""
    return item_of(sort) if sort.name == "list" else sort


def find_entry(sort: Type, name: str) -> Type | None:
    """The type of a context's entry; None if the type does not speak of it."""
    return dict(sort.parts).get(name) if sort.name == "context" else None


def result_of(sort: Type) -> Type:
    """What a function gives."""
    return dict(sort.parts).get(RESULT, ANY) if sort.name == "function" else ANY


def join(sorts: Iterable[Type]) -> Type:
    """What is known of a value of one of these types."""
    return reduce(_join_two, sorts, NULL)


def _join_two(left: Type, right: Type) -> Type:
    if left == right or right == NULL:
        return left
    if left == NULL:
        return right
    if left.name != right.name or left.name == "function":
        return ANY
    if left.name == "context":
        return context_type({name: _join_two(part, found) for name, part in left.parts
                             if (found := find_entry(right, name)) is not None})
    joined = _join_two(item_of(left), item_of(right))
    return list_type(joined) if left.name == "list" else range_type(joined)


def in_chinese(sort: Type | str) -> str:
    return _CHINESE.get(sort if isinstance(sort, str) else sort.name, "值")


def in_english(sort: Type | str) -> str:
    """With its article."""
    return _ENGLISH.get(sort if isinstance(sort, str) else sort.name, "a value")
