"""How often something happens: every day, week, month, quarter or year, or every so many of them (policy T-7).

Knows how a period is written and said, not when it begins.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from engine.worktime.limit import LimitInvalid

Period = Literal["day", "week", "month", "quarter", "year"]

_ZH: dict[Period, str] = {"day": "天", "week": "周", "month": "月", "quarter": "季度", "year": "年"}
_CHINESE: dict[str, Period] = {"天": "day", "日": "day", "周": "week", "星期": "week", "月": "month", "季度": "quarter",
                               "季": "quarter", "年": "year"}
_ISO: dict[str, Period] = {"D": "day", "W": "week", "M": "month", "Y": "year"}
_MOST = 999

_IN_ENGLISH = re.compile(r"(?:every\s+)?(?:(\d{1,3})\s+)?(day|week|month|quarter|year)s?", re.IGNORECASE)
_IN_CHINESE = re.compile(r"每?\s*(\d{1,3})?\s*个?\s*(天|日|周|星期|月|季度|季|年)")
_IN_ISO = re.compile(r"P(\d{1,3})([DWMY])")


@dataclass(frozen=True, slots=True)
class Every:
    """Every `amount` periods."""

    period: Period
    amount: int = 1

    @property
    def en(self) -> str:
        return self.period if self.amount == 1 else f"{self.amount} {self.period}s"

    @property
    def zh(self) -> str:
        if self.amount == 1:
            return f"每{_ZH[self.period]}"
        return f"每{self.amount}{'个' if self.period in ('month', 'quarter') else ''}{_ZH[self.period]}"

    def __str__(self) -> str:
        return self.en


def parse_every(text: str) -> Every:
    """The period written as `week`, `2 weeks`, `每周`, `每2周` or `P1W`; LimitInvalid says what is wrong with the text."""
    written = unicodedata.normalize("NFKC", text).strip()
    if found := _IN_ENGLISH.fullmatch(written):
        return _every(text, found[1], found[2].lower())  # type: ignore[arg-type]
    if found := _IN_CHINESE.fullmatch(written):
        return _every(text, found[1], _CHINESE[found[2]])
    if found := _IN_ISO.fullmatch(written.upper()):
        return _every(text, found[1], _ISO[found[2]])
    raise _invalid(text)


def _every(text: str, amount: str | None, period: Period) -> Every:
    count = int(amount or "1")
    if not 1 <= count <= _MOST:
        raise _invalid(text)
    return Every(period, count)


def _invalid(text: str) -> LimitInvalid:
    shown = text if len(text) <= 40 else text[:39] + "…"
    return LimitInvalid(f"“{shown}”不是周期的写法", f"“{shown}” does not say how often",
                        hint_zh="例如写成“每周”“每季度”“6个月”", hint_en="write for example “week”, “quarter” or “6 months”")
