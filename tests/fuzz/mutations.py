"""Definitions made wrong at random, each from a seed: a character, a word, a line, a block or a whole text spoilt."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

NASTY = ("", " ", "\t", "\n", ":", "：", "- ", "{", "}", "[", "]", "[" * 500, "&a", "*a", "<<: *a", "!!python/name:os.system",
         "!!binary aGk=", "'", '"', "“”", "|", ">", "?", "---", "...", "%YAML 9.9", "=", "==", "=(" * 200, "=1/0", "null", "~", "yes",
         "0x7f", "1e999999", "9" * 400, "-", "#", "\u202e", "\u200b", "\ufeff", "\x00", "\x85", "\u2028", "\ud7ff", "𠮷", "é", "ｉｄ",
         "P99999Y",
         "9999999999999 working days", "=for x in 1..999999999 return x", '=string join(for i in 1..99999 return "aaaaaaaaaa")',
         '="a" + ' * 300, "=a.b.c.d.e.f", "=now(", "then: then", "anliu: 2", "do: do", "x" * 5000, "中" * 3000)
LARGEST = 2_000_000
Mutation = Callable[[Random, str], str]


def mutated(seed: int, text: str) -> str:
    """The text with one to six random mutations, fewer once it is far too large; the same seed spoils it in the same way."""
    random = Random(seed)
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        text = random.choice(MUTATIONS)(random, text) if len(text) < LARGEST else text
    return text


def _spot(random: Random, text: str) -> int:
    return random.randrange(len(text) + 1)


def _drop(random: Random, text: str) -> str:
    at = _spot(random, text)
    return text[:at] + text[at + random.choice((1, 1, 2, 5, 40)):]


def _insert(random: Random, text: str) -> str:
    at = _spot(random, text)
    return text[:at] + random.choice(NASTY) + text[at:]


def _swap_characters(random: Random, text: str) -> str:
    at = _spot(random, text)
    return text[:at] + text[at + 1:at + 2] + text[at:at + 1] + text[at + 2:]


def _replace_word(random: Random, text: str) -> str:
    words = text.split(" ")
    words[random.randrange(len(words))] = random.choice((*NASTY, random.choice(words)))
    return " ".join(words)


def _drop_lines(random: Random, text: str) -> str:
    lines = text.split("\n")
    at = random.randrange(len(lines))
    del lines[at:at + random.choice((1, 1, 3, 10))]
    return "\n".join(lines)


def _move_lines(random: Random, text: str) -> str:
    lines = text.split("\n")
    at, size = random.randrange(len(lines)), random.choice((1, 2, 6))
    block = lines[at:at + size]
    del lines[at:at + size]
    to = random.randrange(len(lines) + 1)
    return "\n".join((*lines[:to], *block, *lines[to:]))


def _repeat_lines(random: Random, text: str) -> str:
    lines = text.split("\n")
    at = random.randrange(len(lines))
    block = lines[at:at + random.choice((1, 4, 12))] * random.choice((1, 2, 30))
    return "\n".join((*lines[:at], *block, *lines[at:]))


def _indent(random: Random, text: str) -> str:
    lines = text.split("\n")
    at = random.randrange(len(lines))
    for number in range(at, min(len(lines), at + random.choice((1, 3, 9)))):
        lines[number] = random.choice(("  ", " ", "\t", "        ")) + lines[number]
    return "\n".join(lines)


def _cut(random: Random, text: str) -> str:
    return text[:_spot(random, text)]


def _nest(random: Random, text: str) -> str:
    at = _spot(random, text)
    opening, closing = random.choice((("[", "]"), ("{a: ", "}"), ("=(", ")"), ("- ", "")))
    depth = random.choice((10, 40, 2000))
    return text[:at] + opening * depth + closing * depth + text[at:]


def _inflate(random: Random, text: str) -> str:
    return text + "\n" + random.choice(("# " + "x" * 300_000, "[" * 1_000_000, "a: &x [*x, *x]\n" * 2000, "\n" * 100_000))


MUTATIONS: tuple[Mutation, ...] = (
    _drop, _insert, _insert, _swap_characters, _replace_word, _replace_word, _drop_lines, _move_lines, _repeat_lines, _indent,
    _cut, _nest, _inflate)
