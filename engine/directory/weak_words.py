"""How much of a password is left when everything guessable is taken out of it. Pure text, no secrets kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

_LIST = "common_passwords.txt"
_ROWS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_LINES = tuple(row for forward in _ROWS for row in (forward, forward[::-1]))
_SHORTEST_RUN = 3
_DATE = re.compile(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?)?")
_REPEAT = re.compile(r"(.{1,4}?)\1{2,}|(.)\2{2,}")
_DISGUISES = tuple(str.maketrans(marks, meant) for marks, meant in (
    ("", ""), ("013457$@!", "oieastsai"), ("013457$@", "oleastsa")))


def strength(password: str) -> int:
    """How many different characters remain, at worst, without common words, dates, repeats and keyboard runs."""
    return min(len(set(_without_weak_parts(form))) for form in disguises(password))


def letters_of(text: str) -> str:
    """Letters, digits and characters of the text, small, without marks and blanks."""
    return "".join(character for character in text.casefold() if character.isalnum())


def disguises(text: str) -> Iterator[str]:
    """The letters of the text as written, and of the words it may disguise: `4dm1n` is admin."""
    return (letters_of(text.casefold().translate(disguise)) for disguise in _DISGUISES)


def _without_weak_parts(text: str) -> str:
    text = _words().sub(" ", text)
    for pattern in (_DATE, _REPEAT):
        text = pattern.sub(" ", text)
    return _without_runs(text).replace(" ", "")


def _without_runs(text: str) -> str:
    left, place = [], 0
    while place < len(text):
        length = max(_run_length(text, place, line) for line in _LINES)
        left.append(" " if length >= _SHORTEST_RUN else text[place])
        place += length if length >= _SHORTEST_RUN else 1
    return "".join(left)


def _run_length(text: str, place: int, line: str) -> int:
    """How far the text follows a keyboard line from here; 0 when it does not start on it."""
    start = line.find(text[place])
    if start < 0:
        return 0
    length = 1
    while text[place + length:place + length + 1] and line[start:].startswith(text[place:place + length + 1]):
        length += 1
    return length


@cache
def _words() -> re.Pattern[str]:
    lines = files("engine.directory").joinpath(_LIST).read_text("utf-8").splitlines()
    words = {line for line in lines if line and not line.startswith("#")}
    # Longest first: an alternation takes the first that fits, and `pass` must not eat half of `password`.
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
