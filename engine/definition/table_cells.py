"""The notation of a table's cells: what people write in a column, as FEEL.

A word stands for itself, a date is a date, `>= 10`, `1..5` and `not(一般)` are what they look like, a list or a comma
means "one of"; `=` marks FEEL as it is. Knows columns and cells; refuses to know tables.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from engine.dmn import ANY_VALUE
from engine.feel.kinds import kind
from engine.feel.temporal import parse_temporal

_EXAMPLES = {"number": "10", "boolean": "true", "date": "2026-01-31", "time": "08:30:00",
             "date and time": "2026-01-31T08:30:00+08:00", "days and time duration": "PT24H", "years and months duration": "P2Y"}
_OPERATOR = re.compile(r"(<=|>=|!=|<|>)\s*(.+)", re.DOTALL)
_RANGE = re.compile(r"([\[\](])?\s*(.+?)\s*\.\.\s*(.+?)\s*([\])\[])?", re.DOTALL)
_NOT = re.compile(r"not\s*\((.*)\)", re.DOTALL)
_THOUSANDS = re.compile(r"\d,\d{3}(?!\d)", re.ASCII)
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_WORDS = ("true", "false", "null")
_TEXTUAL = ("", "string")


class CellUnreadable(Exception):
    """What is written in a cell is no value of its column."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Column:
    """The FEEL type of a column, empty when it has none."""

    type: str = ""

    def literal(self, text: str, *, quoted: bool = False) -> str:
        """One value of the column as FEEL."""
        if text == "null" and not quoted:
            return text
        if self.type == "string" or (not self.type and (quoted or not (_NUMBER.fullmatch(text) or text in _WORDS))):
            return write_text(text)
        if self.type in ("", "boolean") and text in ("true", "false"):
            return text
        if self.type in ("", "number") and _is_number(text):
            return text
        if self.type not in ("", "number", "boolean") and kind(parse_temporal(text)) == self.type:
            return f'@"{text}"'
        raise CellUnreadable(f"“{text}”不是{_CHINESE.get(self.type, '')}，例如 {_EXAMPLES.get(self.type, 'true')}",
                             f"{text!r} is no {self.type or 'value'}, such as {_EXAMPLES.get(self.type, 'true')}")

    def tests(self, text: str, *, quoted: bool = False) -> str:
        """A cell of conditions as FEEL's unary tests."""
        if text in ("", ANY_VALUE):
            return ANY_VALUE
        if self.type != "string" and _THOUSANDS.search(text):
            raise CellUnreadable(f"“{text}”里的数字不要分节", f"{text!r}: numbers take no thousands separators")
        excluded = _NOT.fullmatch(text)
        if excluded:
            return f"not({self._one_of(excluded[1], quoted=quoted)})"
        return self._one_of(text, quoted=quoted)

    def _one_of(self, text: str, *, quoted: bool) -> str:
        return ", ".join(self._test(part.strip(), quoted=quoted) for part in split_at_commas(text))

    def _test(self, text: str, *, quoted: bool) -> str:
        compared = _OPERATOR.fullmatch(text)
        if compared:
            textual = compared[1] == "!=" and self.type in _TEXTUAL
            return f"{compared[1]} {self._operand(compared[2], textual=textual)}"
        between = _RANGE.fullmatch(text)
        if between and (self.type != "string" or between[1]):
            opening, closing = between[1] or "[", between[4] or "]"
            return f"{opening}{self._operand(between[2])}..{self._operand(between[3])}{closing}"
        return self._operand(text, textual=self.type in _TEXTUAL, quoted=quoted)

    def _operand(self, text: str, *, textual: bool = False, quoted: bool = False) -> str:
        """A value of the column; what looks like FEEL stays FEEL."""
        if text[:1] in ('"', "@") or (text.endswith(")") and "(" in text) or text[:1] == "?":
            return text
        if textual or (self.type in _EXAMPLES and self.type != "number"):
            return self.literal(text, quoted=quoted)
        return self.literal(text) if _is_number(text) or not text else text


def write_text(text: str) -> str:
    """A FEEL string."""
    return json.dumps(text, ensure_ascii=False)


def split_at_commas(text: str) -> list[str]:
    """The parts between commas that stand outside quotes and brackets."""
    parts, depth, quoted, start = [], 0, False, 0
    for place, mark in enumerate(text):
        if mark == '"' and text[place - 1:place] != "\\":
            quoted = not quoted
        elif not quoted:
            depth += (mark in "([{") - (mark in ")]}")
            if mark == "," and depth <= 0:
                parts.append(text[start:place])
                start = place + 1
    return [*parts, text[start:]]


def _is_number(text: str) -> bool:
    try:
        return bool(_NUMBER.fullmatch(text)) and Decimal(text).is_finite()
    except InvalidOperation:
        return False


_CHINESE = {"number": "数字", "boolean": "true 或 false", "date": "日期", "time": "时间", "date and time": "时刻",
            "days and time duration": "时长", "years and months duration": "年月时长", "string": "文字"}
