"""Collecting problems: all mistakes of a file at once, each with its place, and "did you mean".

It knows what a problem looks like, and refuses to know what is checked.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections.abc import Iterable

from engine.errors import Place, Problem

FULL_WIDTH = {
    "：": ":", "，": ",", "；": ";", "“": '"', "”": '"', "‘": "'", "’": "'", "（": "(", "）": ")", "＝": "=",
    "－": "-",
    "【": "[", "】": "]", "［": "[", "］": "]", "｛": "{", "｝": "}", "＞": ">", "＜": "<", "　": " ", "．": ".",
    "／": "/", "！": "!", "＃": "#", "％": "%", "＋": "+", "＿": "_", "≥": ">=", "≤": "<=", "≠": "!=",
}
"""Marks a Chinese keyboard gives, and what the language wants instead."""


class Problems:
    """The problems found so far, in the order they were found."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def add(self, place: Place, code: str, *, zh: str, en: str, hint: tuple[str, str] = ("", ""),
            severity: str = "error") -> None:
        """Note one problem; `hint` is (Chinese, English)."""
        self._found[Problem(place, code, zh, en, hint[0], hint[1], severity)] = None

    def extend(self, problems: Iterable[Problem]) -> None:
        self._found |= dict.fromkeys(problems)

    def has(self, *codes: str) -> bool:
        """Whether a problem with one of these codes was found."""
        return any(problem.code in codes for problem in self._found)

    def __len__(self) -> int:
        return len(self._found)

    def everything(self) -> tuple[Problem, ...]:
        """All problems in the order of the file."""
        return tuple(sorted(self._found))


MOST_COMPARED = 150
"""Known names that an unknown one is compared with at the most: those beside it in the alphabet when there are more."""


def nearest(name: str, known: Iterable[str], *, likeness: float = 0.55) -> str | None:
    """The one known name that this one was most likely meant to be; `likeness` is between 0 and 1."""
    return next(iter(difflib.get_close_matches(name, _beside(name, known), n=1, cutoff=likeness)), None)


def did_you_mean(name: str, known: Iterable[str]) -> tuple[str, str]:
    """A hint naming the nearest known names, or all of them when they are few; empty when there are none."""
    names = _beside(name, known)
    near = (difflib.get_close_matches(name, names, n=1, cutoff=0.8)
            or difflib.get_close_matches(name, names, n=2, cutoff=0.55))
    if near:
        return f"是不是想写 {' 或 '.join(near)}？", f"Did you mean {' or '.join(near)}?"
    if 0 < len(names) <= 12:
        return f"可以写：{'、'.join(names)}", f"Known: {', '.join(names)}"
    return "", ""


def _beside(name: str, known: Iterable[str]) -> list[str]:
    names = sorted(set(known))
    if len(names) <= MOST_COMPARED:
        return names
    first = max(bisect_left(names, name) - MOST_COMPARED // 2, 0)
    return names[first:first + MOST_COMPARED]


def code(word: str) -> str:
    """A keyword as a sentence names it; `spelling` puts that of the file in its place."""
    return f"`{word}`"


def full_width_hint(text: str) -> tuple[str, str]:
    """A hint naming the full-width marks of the text and what to write instead; empty when there are none."""
    marks = [mark for mark in dict.fromkeys(text) if mark in FULL_WIDTH]
    if not marks:
        return "", ""
    zh = "，".join(f"全角的“{mark}”请改为半角的 {FULL_WIDTH[mark]!r}" for mark in marks)
    en = ", ".join(f"write {FULL_WIDTH[mark]!r} instead of the full-width {mark!r}" for mark in marks)
    return zh, en[0].upper() + en[1:]
