"""What an id may look like: 中文 and latin letters, digits and underscore, nothing that only looks like them.

It refuses to know what the id names.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

MAX_LENGTH = 64
ID_PATTERN = "^[A-Za-z_〇\u3400-\u4dbf\u4e00-\u9fff][A-Za-z0-9_〇\u3400-\u4dbf\u4e00-\u9fff]*$"
_ID = re.compile(ID_PATTERN)

KEYWORDS = frozenset(
    ["and", "between", "else", "every", "false", "for", "function", "if", "in", "instance", "item", "not",
     "null", "of", "or", "return", "satisfies", "some", "then", "true"])
"""Words of FEEL: an id of this name could not be used in an expression."""
RESERVED = KEYWORDS | {"end", "step", "now", "today", "entry", "entries", "own"}


class IdFault(NamedTuple):
    zh: str
    en: str
    hint_zh: str = ""
    hint_en: str = ""


def find_id_fault(name: str) -> IdFault | None:
    """Why the name cannot be an id, or None."""
    if len(name) > MAX_LENGTH:
        return IdFault(f"标识超过 {MAX_LENGTH} 个字", f"The id is longer than {MAX_LENGTH} characters")
    if not name:
        return IdFault("标识是空的", "The id is empty")
    if unicodedata.normalize("NFC", name) != name:
        return IdFault(f"标识“{name}”不是标准的 Unicode 写法（NFC）", f"The id {name!r} is not in Unicode form NFC",
                       "请重新输入这个标识", "Type it again")
    if name in RESERVED:
        return IdFault(f"“{name}”是保留字，不能作标识", f"{name!r} is reserved and cannot be an id",
                       f"可改为 {name}_1 之类的名字", f"Use something like {name}_1")
    return None if _ID.match(name) else _describe(name)


def _describe(name: str) -> IdFault:
    for mark in name:
        script = unicodedata.name(mark, "").split(" ")[0]
        if mark.isalpha() and script in ("CYRILLIC", "GREEK", "FULLWIDTH", "ARMENIAN", "CHEROKEE", "COPTIC",
                                         "MATHEMATICAL"):
            return IdFault(f"标识“{name}”里的“{mark}”（U+{ord(mark):04X} {script}）看起来像另一个字母",
                           f"{mark!r} (U+{ord(mark):04X}, {script}) in {name!r} looks like another letter",
                           "请换成拉丁字母", "Use the latin letter")
    if "-" in name:
        return IdFault(f"标识“{name}”含有连字符，会被当作减号", f"The hyphen in the id {name!r} would be read as minus",
                       f"请写 {name.replace('-', '_')}", f"Write {name.replace('-', '_')}")
    return IdFault(f"标识“{name}”只能由汉字、拉丁字母、数字和下划线组成，且不以数字开头",
                   f"The id {name!r} has only 中文 or latin letters, digits, underscores; no digit first")
