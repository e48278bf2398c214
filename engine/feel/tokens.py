"""Text into tokens: numbers, strings, single words of names, marks, each with its place.

Names of several words are put together by the parser, which knows which ones exist. Full-width marks are
told apart from the half-width ones FEEL reads, because a Chinese keyboard types them without being asked.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from engine.feel.errors import FeelSyntaxError

MAX_SOURCE = 20_000

_TOKEN = re.compile(
    r"""(?P<space>(?:[\s\ufeff]|//[^\n]*|/\*.*?\*/)+)
      | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<string>"(?:[^"\\]|\\.)*")
      | (?P<mark>\*\*|\.\.|->|<=|>=|!=|[-+*/=<>()\[\]{}.,:@])
      | (?P<name>(?:[^\W\d]|[?\U00010000-\U000EFFFF])(?:\w|[·\u0300-\u036F\u203F\u2040\U00010000-\U000EFFFF])*)
      | (?P<odd>.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(["\'\\nrt]))')
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_WIDE_MARKS = {"“": '"', "”": '"', "‘": '"', "’": '"', "「": '"', "」": '"', "。": ".", "、": ",", "【": "[",
               "】": "]", "《": "<", "》": ">", "≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": "/",
               "—": "-", "－": "-", "–": "-", "−": "-", "…": "..", "\u3000": " ", "〈": "<", "〉": ">"}


_ODD_HINTS = {
    "'": ('文字要写在 "" 里', 'Text stands between ""'),
    "&": ("并且写作 and", "Write and"),
    "|": ("或者写作 or", "Write or"),
    "!": ("否定写作 not(…)，不等于写作 !=", "Write not(…), or != for not equal"),
    "%": ("余数写作 modulo(a, b)", "Write modulo(a, b) for the remainder"),
}


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its sort, its text (unescaped for strings), and where it starts and ends."""

    sort: str
    text: str
    start: int
    end: int


def tokenize(source: str) -> list[Token]:
    """All tokens, closed by one of sort "end"."""
    if len(source) > MAX_SOURCE:
        raise FeelSyntaxError(f"表达式超过 {MAX_SOURCE} 个字符", f"The expression is longer than {MAX_SOURCE} characters",
                              MAX_SOURCE, hint_zh="把它拆成几步", hint_en="Split it into several steps")
    tokens = []
    for match in _TOKEN.finditer(source):
        sort, text = match.lastgroup or "odd", match.group()
        if sort == "odd" or (not text.isascii() and sort in ("space", "name")):
            _refuse_odd(sort, text, match.start())
        if sort != "space":
            tokens.append(Token(sort, _clean(sort, text), match.start(), match.end()))
    tokens.append(Token("end", "", len(source), len(source)))
    return tokens


def narrow(character: str) -> str:
    """The half-width mark that a full-width or Chinese mark stands for; empty if it is none."""
    if character in _WIDE_MARKS:
        return _WIDE_MARKS[character]
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    return ""


def _clean(sort: str, text: str) -> str:
    if sort == "string":
        return unescape(text[1:-1])
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def unescape(text: str) -> str:
    r"""A string's body with \n \t \r \" \\ \uXXXX \UXXXXXX resolved; other backslashes stay (patterns)."""
    if "\\" not in text:
        return text
    joined = _ESCAPE.sub(_unescape_one, text)
    if any("\ud800" <= character <= "\udfff" for character in joined):
        return joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return joined


def _unescape_one(match: re.Match[str]) -> str:
    short, long, plain = match.groups()
    if plain:
        return _PLAIN_ESCAPES.get(plain, plain)
    code = int(short or long, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def _refuse_odd(sort: str, text: str, start: int) -> None:
    for index, character in enumerate(text):
        meant = narrow(character)
        if meant and not (sort == "name" and character in "·"):
            raise FeelSyntaxError(f"这里是全角标点“{character}”", f'"{character}" is a full-width mark', start + index,
                                  hint_zh=f"改用半角的 {meant if meant.strip() else '空格'}",
                                  hint_en=f"Write {meant if meant.strip() else 'an ordinary space'} instead")
    if sort != "odd":
        return
    if text == '"':
        raise FeelSyntaxError("字符串没有结束", "The string is not closed", start,
                              hint_zh="补上结尾的 \"", hint_en='Add the closing "')
    hint_zh, hint_en = _ODD_HINTS.get(text, ("", ""))
    raise FeelSyntaxError(f"不认识的字符“{text}”", f'Unknown character "{text}"', start, hint_zh=hint_zh, hint_en=hint_en)
