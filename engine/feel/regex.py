r"""Patterns of `matches`, `replace` and `split`: XPath's regular expressions in terms of Python's.

XPath has class subtraction `[A-Z-[OI]]`, categories `\p{Lu}`, name characters `\i \c`, the flags s m i x, and
none of Python's look-arounds; a group is referred to only once it is closed. Refuses (NoValue) what XPath
refuses, and what could run away.
"""

from __future__ import annotations

import re
from functools import lru_cache

from engine.feel.ambiguity import degree_of, longest_input, may_run_away
from engine.feel.errors import NoValue
from engine.feel.pattern_tree import Options, Piece, render
from engine.feel.unicode_classes import category_class

MAX_PATTERN, MAX_REPEAT, MAX_NESTING = 500, 1000, 40
_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": re.NOFLAG}
_LETTERS = {"n": "\\n", "r": "\\r", "t": "\\t", "d": "\\d", "D": "\\D", "w": "\\w", "W": "\\W", "s": " \\t\\n\\r",
            "i": ":_A-Za-z\u00c0-\u1fff\u2c00-\ud7ff", "c": "-.:_0-9A-Za-z\u00b7-\u1fff\u2c00-\ud7ff"}
_NEGATED = {"S": "s", "I": "i", "C": "c"}
_META = frozenset("\\|.?*+(){}$-[]^ ")
_COUNT = re.compile(r"\{([0-9]+)(,([0-9]*))?\}")


def compile_pattern(pattern: str, flags: str, length: int) -> re.Pattern[str]:
    """The pattern, for an input of that length."""
    if len(pattern) > MAX_PATTERN:
        raise NoValue
    compiled, degree = _compile(pattern, "".join(sorted(set(flags))))
    if compiled is None or length > longest_input(degree):
        raise NoValue
    return compiled


def work_of(pattern: str, length: int) -> int:
    """How much a match on an input of that length may take, in steps of the matcher; 0 where it is not run."""
    if len(pattern) > MAX_PATTERN:
        return 0
    compiled, degree = _compile(pattern, "")
    return length ** degree if compiled is not None and length <= longest_input(degree) else 0


@lru_cache(maxsize=512)
def _compile(pattern: str, flags: str) -> tuple[re.Pattern[str] | None, int]:
    if not set(flags) <= set(_FLAGS):
        return None, 1
    options = re.NOFLAG
    for flag in flags:
        options |= _FLAGS[flag]
    try:
        tree = Translator(_without_space(pattern) if "x" in flags else pattern, flags).whole()
        compiled = re.compile(render(tree), options)
        return (None, 1) if may_run_away(tree, options) else (compiled, degree_of(tree))
    except (NoValue, re.error, OverflowError):
        return None, 1


def _without_space(pattern: str) -> str:
    """The pattern without white space, except within classes."""
    kept, nesting, escaped = [], 0, False
    for character in pattern:
        if not escaped:
            nesting += (character == "[") - (character == "]" and nesting > 0)
        if nesting or not character.isspace():
            kept.append(character)
            escaped = character == "\\" and not escaped
    return "".join(kept)


class Translator:
    """Reads one pattern once."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern, self.flags = pattern, flags
        self.at = 0
        self.open: list[tuple[int, str]] = []
        self.alternatives: list[list[list[Piece]]] = [[[]]]
        self.groups = 0
        self.closed: set[int] = set()

    def whole(self) -> Options:
        while self.at < len(self.pattern):
            self.piece()
        if self.open:
            raise NoValue
        return self.options()

    def options(self) -> Options:
        return tuple(map(tuple, self.alternatives.pop()))

    def add(self, piece: Piece) -> None:
        self.alternatives[-1][-1].append(piece)

    def take(self) -> str:
        if self.at >= len(self.pattern):
            raise NoValue
        self.at += 1
        return self.pattern[self.at - 1]

    def piece(self) -> None:
        character = self.take()
        if character == "(":
            self.group()
        elif character == ")":
            self.close()
        elif character == "|":
            self.alternatives[-1].append([])
        elif character in "^$":
            self.add(Piece("anchor", "\\Z" if character == "$" and "m" not in self.flags else character))
        elif character in "*+?{}]":
            raise NoValue
        else:
            self.add(self.quantified(self.atom(character)))

    def atom(self, character: str) -> Piece:
        if character == "[":
            return Piece("atom", self.class_())
        if character == ".":
            return Piece("atom", "." if "s" in self.flags else "[^\\n\\r]")
        if character != "\\":
            return Piece("atom", re.escape(character))
        if self.pattern[self.at:self.at + 1].isdigit():
            return Piece("reference", self.reference())
        return Piece("atom", self.escape())

    def group(self) -> None:
        if len(self.open) >= MAX_NESTING:
            raise NoValue
        if self.pattern.startswith("?:", self.at):
            self.at += 2
            self.open.append((0, "(?:"))
        elif self.pattern.startswith("?", self.at):
            raise NoValue
        else:
            self.groups += 1
            self.open.append((self.groups, "("))
        self.alternatives.append([[]])

    def close(self) -> None:
        if not self.open:
            raise NoValue
        number, opening = self.open.pop()
        self.closed.add(number)
        options = self.options()
        self.add(self.quantified(Piece("group", opening, options)))

    def quantified(self, piece: Piece) -> Piece:
        """The piece with the quantifier that stands here, if one does."""
        match = _COUNT.match(self.pattern, self.at)
        if match:
            least = int(match[1])
            most = (int(match[3]) if match[3] else None) if match[2] else least
            if max(least, most or 0) > MAX_REPEAT or (most is not None and most < least):
                raise NoValue
            found = match.group()
        else:
            found = self.pattern[self.at:self.at + 1]
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(found, (1, 1))
            found = found if found and found in "*+?" else ""
        self.at += len(found)
        if found and self.pattern.startswith("?", self.at):
            self.at += 1
            found += "?"
        return piece.repeated(least, most, found) if found else piece

    def escape(self) -> str:
        character = self.pattern[self.at:self.at + 1]
        body = self.class_escape()
        if character in ("d", "D", "w", "W", "n", "r", "t") or character in _META:
            return body
        return body if body.startswith("[") else f"[{body}]"

    def reference(self) -> str:
        digits = self.take()
        while self.pattern[self.at:self.at + 1].isdigit() and int(digits + self.pattern[self.at]) <= self.groups:
            digits += self.take()
        if int(digits) not in self.closed or digits == "0":
            raise NoValue
        return f"(?:\\{digits})"

    def class_escape(self) -> str:
        """What stands after a backslash, as part of a class (or one in brackets where it is negated)."""
        character = self.take()
        if character in _META:
            return re.escape(character)
        if character in "pP":
            end = self.pattern.find("}", self.at)
            if not self.pattern.startswith("{", self.at) or end < 0:
                raise NoValue
            name = self.pattern[self.at + 1:end]
            self.at = end + 1
            found = category_class(name)
            return found if character == "p" else f"[^{found}]"
        if character in _NEGATED:
            return f"[^{_LETTERS[_NEGATED[character]]}]"
        if character not in _LETTERS:
            raise NoValue
        return _LETTERS[character]

    def class_(self) -> str:
        """A class after its `[`, up to and with its `]`."""
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        inside, others, minus = "", [], ""
        while not self.pattern.startswith("]", self.at):
            if self.pattern.startswith("-[", self.at):
                self.at += 2
                minus = self.class_()
                break
            part = self.class_part(inside)
            if part.startswith("[^"):
                others.append(part)
            else:
                inside += part
        self.at += 1
        if self.at > len(self.pattern) or not (inside or others):
            raise NoValue
        return _join_class(inside, others, minus, negated=negated)

    def class_part(self, before: str) -> str:
        """One character, escape or range mark; a `-` that cannot be a range mark is itself."""
        character = self.take()
        if character == "[":
            raise NoValue
        if character == "\\":
            if self.pattern[self.at:self.at + 1].isdigit():
                raise NoValue
            return self.class_escape()
        ranging = character == "-" and before and before[-1] != "-" and not self.pattern.startswith("]", self.at)
        return "-" if ranging else re.escape(character)


def _join_class(inside: str, others: list[str], minus: str, *, negated: bool) -> str:
    """One class of its plain inside, of classes that are negated themselves, and without another class."""
    if negated and not others:
        body = f"[^{inside}]"
    else:
        body = "|".join(([f"[{inside}]"] if inside else []) + others)
        if negated:
            body = f"(?!{body})[\\s\\S]"
    if minus:
        return f"(?:(?!{minus})(?:{body}))"
    return f"(?:{body})" if others else body


def replacement_template(text: str, groups: int) -> list[str | int]:
    """A replacement as texts and group numbers; `$` and a backslash must be escaped."""
    parts: list[str | int] = []
    index = 0
    while index < len(text):
        character, following = text[index], text[index + 1:index + 2]
        if character == "\\" and following in ("\\", "$") and following:
            parts.append(following)
            index += 2
        elif character == "$" and following.isdigit():
            index += 1
            end = index + 1
            while text[end:end + 1].isdigit() and int(text[index:end + 1]) <= groups:
                end += 1
            number = int(text[index:end])
            parts.append(number if number <= groups else "")
            index = end
        elif character in "\\$":
            raise NoValue
        else:
            parts.append(character)
            index += 1
    return parts
