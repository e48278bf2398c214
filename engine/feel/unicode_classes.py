r"""Unicode categories and blocks that `\p{…}` names, as the inside of a character class.

Looks at the Basic Multilingual Plane, which holds everything a form is filled in with.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from engine.feel.errors import NoValue

_BLOCKS = {"BasicLatin": (0x0, 0x7F), "Latin-1Supplement": (0x80, 0xFF), "LatinExtended-A": (0x100, 0x17F),
           "Greek": (0x370, 0x3FF), "GreekandCoptic": (0x370, 0x3FF), "Cyrillic": (0x400, 0x4FF),
           "GeneralPunctuation": (0x2000, 0x206F), "CJKSymbolsandPunctuation": (0x3000, 0x303F),
           "Hiragana": (0x3040, 0x309F), "Katakana": (0x30A0, 0x30FF), "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
           "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF)}
_CATEGORY = re.compile("L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?")
_PLANE = 0x10000


@lru_cache(maxsize=64)
def category_class(name: str) -> str:
    """The inside of a class for one category or `Is` block."""
    if name.startswith("Is") and name[2:] in _BLOCKS:
        first, last = _BLOCKS[name[2:]]
        return _span(first, last)
    if not _CATEGORY.fullmatch(name):
        raise NoValue
    return "".join(_span(first, last) for first, last in _spans(name))


def _spans(category: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for code in range(_PLANE):
        if unicodedata.category(chr(code)).startswith(category):
            if spans and spans[-1][1] == code - 1:
                spans[-1] = (spans[-1][0], code)
            else:
                spans.append((code, code))
    return spans


def _span(first: int, last: int) -> str:
    return f"\\u{first:04x}-\\u{last:04x}" if first != last else f"\\u{first:04x}"
