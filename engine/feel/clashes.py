"""What is wrong with the types of an expression, said in a sentence, with a way out.

Words only: what clashes with what is found elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.feel.types import Type, in_chinese, in_english

Hint = tuple[str, str]
NO_HINT: Hint = ("", "")


@dataclass(frozen=True, slots=True, order=True)
class Clash:
    """Something that cannot come to what it is there for; `offset` is the 0-based character where it stands."""

    offset: int
    zh: str
    en: str
    hint_zh: str = ""
    hint_en: str = ""


_AS_NUMBER = ("用 number(…) 把文字变成数字，用 string(…) 把数字变成文字",
              "number(…) makes a number of a text, string(…) a text of a number")
_PAIRS: dict[frozenset[str], Hint] = {
    frozenset({"date", "number"}): ('天数要写成时长，例如 duration("P30D")', 'Write days as a duration, such as duration("P30D")'),
    frozenset({"date and time", "number"}): ('时间长短要写成时长，例如 duration("PT2H")',
                                             'Write a span as a duration, such as duration("PT2H")'),
    frozenset({"days and time duration", "number"}): ('时长要与时长比较，例如 duration("P30D")',
                                                      'Compare it with a duration, such as duration("P30D")'),
    frozenset({"years and months duration", "number"}): ('时长要与时长比较，例如 duration("P6M")',
                                                         'Compare it with a duration, such as duration("P6M")'),
    frozenset({"days and time duration", "years and months duration"}): (
        "年月有长有短，不能与天、小时相比", "Months differ in length: they cannot be compared with days or hours"),
    frozenset({"date", "date and time"}): ("用 date(…) 取出时刻的日期", "date(…) is the date of a moment"),
    frozenset({"string", "number"}): _AS_NUMBER,
    frozenset({"string", "date"}): ('日期写作 date("2026-01-31")', 'Write a date as date("2026-01-31")'),
    frozenset({"string", "date and time"}): ('时刻写作 date and time("2026-01-31T08:00:00+08:00")',
                                             'Write a moment as date and time("2026-01-31T08:00:00+08:00")'),
    frozenset({"string", "days and time duration"}): ('时长写作 duration("PT2H")', 'Write a duration as duration("PT2H")'),
    frozenset({"string", "boolean"}): ("是非写作 true、false，不加引号", "Write true and false without quotation marks"),
    frozenset({"number", "boolean"}): ("是非写作 true、false", "Write true and false"),
    frozenset({"string", "context"}): ("要写明其中的哪一项，例如 .id 或 .name", "Say which entry, such as .id or .name"),
}
_LIST: Hint = ("列表里有没有某个值，写作 list contains(列表, 值)；第一个是 列表[1]",
               "Whether a list holds a value: list contains(list, value); its first is list[1]")


def hint_between(left: Type, right: Type) -> Hint:
    """What was probably meant where two types meet that do not go together."""
    names = frozenset({left.name, right.name})
    if "list" in names and len(names) > 1:
        return _LIST
    return _PAIRS.get(names, NO_HINT)


def cannot_compare(offset: int, sign: str, left: Type, right: Type) -> Clash:
    return Clash(offset, f"{in_chinese(left)}不能与{in_chinese(right)}比较（{sign}）",
                 f"{in_english(left).capitalize()} cannot be compared ({sign}) with {in_english(right)}",
                 *hint_between(left, right))


def cannot_reckon(offset: int, sign: str, left: Type, right: Type) -> Clash:
    return Clash(offset, f"{in_chinese(left)}与{in_chinese(right)}不能用 {sign} 计算，结果总是 null",
                 f"{sign} has no meaning between {in_english(left)} and {in_english(right)}: always null",
                 *hint_between(left, right))


def cannot_negate(offset: int, found: Type) -> Clash:
    return Clash(offset, f"负号后面要是数字或时长，这里却是{in_chinese(found)}",
                 f"A minus sign stands before a number or a duration, but this is {in_english(found)}")


def no_truth(offset: int, where: Hint, found: Type) -> Clash:
    """A condition that is neither true nor false."""
    return Clash(offset, f"{where[0]}要是真或假，这里却是{in_chinese(found)}",
                 f"{where[1]} must be true or false, but this is {in_english(found)}",
                 "写成比较，例如 x = 1", "Write a comparison, such as x = 1")


def no_part(offset: int, target: Type, name: str, known: tuple[str, ...]) -> Clash:
    hint = (f"可以写：{'、'.join(known)}", f"Known: {', '.join(known)}") if known else NO_HINT
    return Clash(offset, f"{in_chinese(target)}里没有“{name}”", f"{in_english(target).capitalize()} has no {name!r}", *hint)


def wrong_argument(offset: int, function: str, place: int, wanted: tuple[str, ...], found: Type) -> Clash:
    zh, en = "或".join(dict.fromkeys(map(in_chinese, wanted))), " or ".join(map(in_english, wanted))
    return Clash(offset, f"{function} 的第 {place} 个参数要是{zh}，这里却是{in_chinese(found)}，结果总是 null",
                 f"Argument {place} of {function} must be {en}, but this is {in_english(found)}: always null",
                 *hint_between(Type(wanted[0]), found))


def no_such_call(offset: int, function: str, forms: tuple[str, ...]) -> Clash:
    return Clash(offset, f"函数 {function} 不接受这样的参数，结果总是 null", f"{function} takes no such arguments: always null",
                 f"写作 {' 或 '.join(forms)}" if forms else "", f"Write {' or '.join(forms)}" if forms else "")


_WRITTEN = {"date": 'date("2026-01-31")', "time": 'time("08:30:00")', "date and time": 'date and time("2026-01-31T08:30:00")',
            "duration": 'duration("P3D")、duration("PT2H")', "number": 'number("12.5")'}


def no_answer(offset: int, function: str) -> Clash:
    """A call whose arguments are all written out, and that comes to null."""
    example = _WRITTEN.get(function, "")
    return Clash(offset, f"{function} 对这样的参数没有结果，总是 null", f"{function} has no answer to these arguments: always null",
                 f"例如 {example}" if example else "", f"For example {example}" if example else "")


def bad_pattern(offset: int, function: str) -> Clash:
    return Clash(offset, f"{function} 的样式无效，或可能使匹配没完没了", f"The pattern of {function} is invalid, or could run away",
                 "样式是 XPath 的正则表达式", "Patterns are XPath's regular expressions")


def cannot_iterate(offset: int, found: Type) -> Clash:
    return Clash(offset, f"不能逐个取{in_chinese(found)}", f"{in_english(found).capitalize()} cannot be gone through",
                 "写列表，或整数、日期的区间", "Write a list, or a range of whole numbers or dates")


def no_function(offset: int, found: Type) -> Clash:
    return Clash(offset, f"{in_chinese(found)}不是函数，不能调用", f"{in_english(found).capitalize()} is no function")


def no_type(offset: int, name: str) -> Clash:
    return Clash(offset, f"没有“{name}”这种类型", f"There is no type {name!r}",
                 "例如 number、string、boolean、date、date and time、list<number>",
                 "For example number, string, boolean, date, date and time, list<number>")


def written_twice(offset: int, key: str) -> Clash:
    return Clash(offset, f"条目“{key}”写了两次，结果总是 null", f"The entry {key!r} is written twice: always null")
