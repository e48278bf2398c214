"""Problems in the words of their files: a sentence names keywords as English code, `when`, and here as the file spells them.

Knows how keywords are marked in a sentence; refuses to know which problems there are. What stands in quotation marks are names
and texts of the author, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.definition.keywords import KEYS, WORDS
from engine.definition.toggle import language_of
from engine.errors import Problem

_CODE = re.compile(r"""“[^”]*” | (?<!\w)'[^'\n]*'(?!\w) | "[^"\n]*" | `(?P<code>[^`\n]*)`""", re.VERBOSE)
_PAIR = re.compile(r"(?P<key>[a-z_]+)(?P<colon>: ?)(?P<word>[a-z]+\b(?![.(]))?")


def spelt(problems: Iterable[Problem], files: Mapping[str, str]) -> tuple[Problem, ...]:
    """The problems in the order of their places, each with the keywords of its file (path → text), in both languages."""
    found = [*problems]
    chinese = {file for file in {problem.place.file for problem in found} if language_of(files.get(file, "")) == "zh"}
    return tuple(sorted(_in_chinese(problem) if problem.place.file in chinese else problem for problem in found))


def _in_chinese(problem: Problem) -> Problem:
    zh, en, hint_zh, hint_en = (_CODE.sub(_marked, said) for said in (problem.zh, problem.en, problem.hint_zh, problem.hint_en))
    return replace(problem, zh=zh, en=en, hint_zh=hint_zh, hint_en=hint_en)


def _marked(found: re.Match[str]) -> str:
    code = found["code"]
    return found[0] if code is None else f"`{_spelt(code)}`"


def _spelt(code: str) -> str:
    """One keyword, or keys with what stands behind their colons; expressions and names are no keywords."""
    return KEYS.get(code) or WORDS.get(code) or _PAIR.sub(_pair, code)


def _pair(found: re.Match[str]) -> str:
    word = found["word"] or ""
    return KEYS.get(found["key"], found["key"]) + found["colon"] + WORDS.get(word, word)
