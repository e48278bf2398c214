"""Expressions of Camunda 7 and Flowable, the plainest of them, as FEEL.

`${a == 'x' && b.c > 3}` has one meaning in both; whatever calls Java, computes or coerces has not and is left to the author.
"""

from __future__ import annotations

import re

_WHOLE = re.compile(r"\s*[$#]\{(.*)\}\s*", re.DOTALL)
_TOKEN = re.compile(r"""\s*(?:
    (?P<text>'(?:[^'\\]|\\['"\\])*'|"(?:[^"\\]|\\['"\\])*")
  | (?P<number>\d+(?:\.\d+)?)
  | (?P<word>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
  | (?P<mark>==|!=|<=|>=|&&|\|\||<|>|!|/|\(|\)))""", re.VERBOSE)
_COMPARISONS = {"==": "=", "eq": "=", "!=": "!=", "ne": "!=", "<": "<", "lt": "<", "<=": "<=", "le": "<=", ">": ">", "gt": ">",
                ">=": ">=", "ge": ">="}
_FIXED = {"true": "true", "false": "false", "null": "null"}
_COUNTERS = frozenset({"nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"})
"""What a loop counts: numbers in both, so that their ratio is the same in both."""
_FOREIGN = frozenset({"execution", "task", "empty", "div", "mod", "instanceof", "authenticatedUserId", "connector"})


class NotPlain(ValueError):
    """The expression says more than a comparison of names and literals."""

LONGEST = 4000
"""Characters of one expression."""
MOST_NESTED = 40
"""Brackets and negations of one expression: each may stand within the other."""


def is_juel(text: str) -> bool:
    return "${" in text or "#{" in text


def to_feel(text: str) -> str:
    """The FEEL of one `${…}`; NotPlain for everything whose meaning is not the same in both."""
    whole = _WHOLE.fullmatch(text)
    if whole is None or is_juel(whole[1]) or len(text) > LONGEST:
        raise NotPlain(text)
    tokens = _tokens(whole[1])
    if sum(word in ("(", "!", "not") for _, word in tokens) > MOST_NESTED:
        raise NotPlain(text)
    return _Reading(tokens).whole()


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise NotPlain(text)
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


class _Reading:
    """Or, and, comparison, not: one function per level."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def whole(self) -> str:
        found = self._either()
        if self._at < len(self._tokens):
            raise NotPlain(self._word())
        return found

    def _either(self) -> str:
        return self._chain(self._both, "or", "||")

    def _both(self) -> str:
        return self._chain(self._comparison, "and", "&&")

    def _chain(self, part: object, word: str, mark: str) -> str:
        assert callable(part)
        found: list[str] = [part()]
        while self._word() in (word, mark):
            self._at += 1
            found.append(part())
        return f" {word} ".join(found)

    def _comparison(self) -> str:
        left = self._ratio()
        sign = _COMPARISONS.get(self._word())
        if sign is None:
            return left
        self._at += 1
        return f"{left} {sign} {self._ratio()}"

    def _ratio(self) -> str:
        over = self._one()
        if self._word() != "/":
            return over
        self._at += 1
        under = self._one()
        if not {over, under} <= _COUNTERS:
            raise NotPlain("/")
        return f"{over} / {under}"

    def _one(self) -> str:
        kind, word = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        self._at += 1
        if word in ("!", "not"):
            return f"not({self._one()})"
        if word == "(":
            inner = self._either()
            if self._word() != ")":
                raise NotPlain(word)
            self._at += 1
            return f"({inner})"
        if kind == "text":
            return '"' + re.sub(r"\\(.)", r"\1", word[1:-1]).replace("\\", "\\\\").replace('"', '\\"') + '"'
        if kind == "number" or word in _FIXED:
            return word
        if kind != "word" or word in _COMPARISONS or word in ("and", "or") or word.split(".")[0] in _FOREIGN:
            raise NotPlain(word)
        return word

    def _word(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""
