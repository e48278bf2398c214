"""Built-in functions over text; characters are Unicode code points."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.feel.errors import NoValue
from engine.feel.functions.registry import Declarations
from engine.feel.regex import compile_pattern, replacement_template
from engine.feel.sizes import check_text

FUNCTIONS = feel = Declarations()


@feel("substring(string: string, start position: number, [length: number]) -> string")
def substring(string: str, start: Decimal, length: Decimal | None) -> object:
    place = int(start)
    if place == 0 or abs(place) > len(string) or (length is not None and length < 1):
        raise NoValue
    index = place - 1 if place > 0 else len(string) + place
    return string[index:] if length is None else string[index:index + int(length)]


@feel("string length(string: string) -> number")
def string_length(string: str) -> object:
    return len(string)


@feel("upper case(string: string) -> string")
def upper_case(string: str) -> object:
    return string.upper()


@feel("lower case(string: string) -> string")
def lower_case(string: str) -> object:
    return string.lower()


@feel("substring before(string: string, match: string) -> string")
def substring_before(string: str, match: str) -> object:
    head, mark, _ = string.partition(match) if match else ("", "", "")
    return head if mark else ""


@feel("substring after(string: string, match: string) -> string")
def substring_after(string: str, match: str) -> object:
    return string.partition(match)[2] if match else string


@feel("contains(string: string, match: string) -> boolean")
def contains(string: str, match: str) -> object:
    return match in string


@feel("starts with(string: string, match: string) -> boolean")
def starts_with(string: str, match: str) -> object:
    return string.startswith(match)


@feel("ends with(string: string, match: string) -> boolean")
def ends_with(string: str, match: str) -> object:
    return string.endswith(match)


@feel("matches(input: string, pattern: string, [flags: string?]) -> boolean")
def matches(text: str, pattern: str, flags: str | None) -> object:
    return compile_pattern(pattern, flags or "", len(text)).search(text) is not None


@feel("replace(input: string, pattern: string, replacement: string, [flags: string?]) -> string")
def replace(text: str, pattern: str, replacement: str, flags: str | None) -> object:
    compiled = compile_pattern(pattern, flags or "", len(text))
    parts = replacement_template(replacement, compiled.groups)
    grown = 0

    def put(match: re.Match[str]) -> str:
        nonlocal grown
        found = "".join(part if isinstance(part, str) else match[part] or "" for part in parts)
        grown += len(found)
        check_text(grown)
        return found

    return compiled.sub(put, text)


@feel("split(string: string, delimiter: string) -> list<string>")
def split(string: str, delimiter: str) -> object:
    compiled = compile_pattern(delimiter, "", len(string))
    parts, position = [], 0
    for match in compiled.finditer(string):
        if match.end() == match.start():
            continue
        parts.append(string[position:match.start()])
        position = match.end()
    return [*parts, string[position:]]
