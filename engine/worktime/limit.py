"""The notation of limits: one way to write every span of time a regulation may name (policies T-2 … T-6).

It knows how a limit is written and said, not when it ends (due.py) nor which days are worked (calendar.py).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, NoReturn

from engine.errors import EngineError

Unit = Literal["minutes", "hours", "calendar days", "working days", "weeks", "months", "years"]

_ZH: dict[Unit, str] = {
    "minutes": "分钟", "hours": "小时", "calendar days": "个自然日", "working days": "个工作日",
    "weeks": "周", "months": "个月", "years": "年",
}
_MOST: dict[Unit, int] = {
    "minutes": 525_600, "hours": 87_600, "calendar days": 36_500, "working days": 2_500,
    "weeks": 5_200, "months": 1_200, "years": 100,
}
_ENGLISH: dict[str, Unit] = {unit[:-1]: unit for unit in _ZH}
_CHINESE: dict[str, Unit] = {
    "分钟": "minutes", "小时": "hours", "自然日": "calendar days", "日历日": "calendar days",
    "工作日": "working days", "周": "weeks", "星期": "weeks", "月": "months", "年": "years",
}
_VAGUE_DAYS = {"day", "天", "日"}

_IN_ENGLISH = re.compile(r"(\d+)\s+([a-z]+(?:\s+[a-z]+)?)(\s+before)?", re.IGNORECASE)
_IN_CHINESE = re.compile(r"(提前)?\s*(\d+)\s*个?\s*([一-鿿]{1,3}?)(前)?")
_IN_ISO = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")


class LimitInvalid(EngineError, ValueError):
    """The text is not a limit: one sentence and one hint, each in Chinese and English."""

    def __init__(self, zh: str, en: str, *, hint_zh: str = "", hint_en: str = "") -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en
        self.hint_zh = hint_zh
        self.hint_en = hint_en


@dataclass(frozen=True, slots=True)
class Limit:
    """A span such as `3 working days`; with `before` it is counted back from its base (T-5)."""

    amount: int
    unit: Unit
    before: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.amount <= _MOST[self.unit]:
            most, unit_zh = _MOST[self.unit], _ZH[self.unit].removeprefix("个")
            raise LimitInvalid(
                f"时限 {self.amount} 超出范围：单位“{unit_zh}”允许 1 到 {most}",
                f"A limit of {self.amount} {self.unit} is out of range: 1 to {most} are allowed")

    @property
    def is_elapsed(self) -> bool:
        """Runs through nights, weekends and holidays, counted in exact seconds (T-2)."""
        return self.unit in ("minutes", "hours")

    @property
    def duration(self) -> timedelta | None:
        """The exact span of an elapsed limit, None for limits counted in days and longer."""
        if self.unit == "minutes":
            return timedelta(minutes=self.amount)
        return timedelta(hours=self.amount) if self.unit == "hours" else None

    @property
    def zh(self) -> str:
        return f"{'提前' if self.before else ''}{self.amount}{_ZH[self.unit]}"

    @property
    def en(self) -> str:
        unit = self.unit[:-1] if self.amount == 1 else self.unit
        return f"{self.amount} {unit}{' before' if self.before else ''}"

    def __str__(self) -> str:
        return self.en


def parse_limit(text: str) -> Limit:
    """The limit written in English, Chinese or ISO 8601; LimitInvalid says what is wrong with the text."""
    written = unicodedata.normalize("NFKC", text).strip()
    if re.fullmatch(r"[+-]?[\d.]+", written):
        raise _invalid(text, "只有数字，缺少单位", "is a bare number without a unit", _EXAMPLES)
    return _from_english(written) or _from_chinese(written) or _from_iso(written) or _refuse(text)


def _from_english(text: str) -> Limit | None:
    found = _IN_ENGLISH.fullmatch(text)
    if not found:
        return None
    words = " ".join(found[2].lower().split())
    before = bool(found[3]) or words.endswith(" before")
    name = words.removesuffix(" before").removesuffix("s")
    return _limit(text, found[1], name, _ENGLISH.get(name), before=before)


def _from_chinese(text: str) -> Limit | None:
    found = _IN_CHINESE.fullmatch(text)
    if not found:
        return None
    return _limit(text, found[2], found[3], _CHINESE.get(found[3]), before=bool(found[1] or found[4]))


def _limit(text: str, digits: str, name: str, unit: Unit | None, *, before: bool) -> Limit | None:
    amount = _number(digits)
    if name in _VAGUE_DAYS:
        both = (Limit(amount, "calendar days", before), Limit(amount, "working days", before))
        raise _invalid(text, "没有说明是自然日还是工作日",
                       "does not say whether calendar or working days are meant", both)
    return Limit(amount, unit, before) if unit else None


def _from_iso(text: str) -> Limit | None:
    found = _IN_ISO.fullmatch(text.upper())
    if not found or not any(found.groups()):
        return None
    years, months, weeks, days, hours, minutes = (_number(part or "0") for part in found.groups())
    spans: list[tuple[int, Unit]] = [(weeks, "weeks"), (days, "calendar days")]
    spans.append((years, "years") if not months else (years * 12 + months, "months"))
    spans.append((hours, "hours") if not minutes else (hours * 60 + minutes, "minutes"))
    written = [(amount, unit) for amount, unit in spans if amount]
    if len(written) > 1:
        raise _invalid(text, "混用了不能相加的单位", "mixes units that do not add up", (Limit(36, "hours"),))
    return Limit(*written[0]) if written else Limit(0, "minutes")


def _number(digits: str) -> int:
    # int() refuses endless digits with a ValueError of its own; nine digits are out of every range already.
    return int(digits[:9])


def _refuse(text: str) -> NoReturn:
    raise _invalid(text, "不是时限的写法", "is not a limit", _EXAMPLES)


def _invalid(text: str, zh: str, en: str, examples: tuple[Limit, ...]) -> LimitInvalid:
    shown = text if len(text) <= 40 else text[:39] + "…"
    return LimitInvalid(f"时限“{shown}”{zh}", f"The limit “{shown}” {en}",
                        hint_zh="例如写成" + "".join(f"“{example.zh}”" for example in examples),
                        hint_en="write for example " + " or ".join(f"“{example.en}”" for example in examples))


_EXAMPLES = (Limit(30, "minutes"), Limit(24, "hours"), Limit(2, "calendar days"), Limit(3, "working days"),
             Limit(1, "working days", before=True), Limit(6, "months"))
