"""Sentences for what does not read: what stands here, what should, and how to mend it.

Looks at the cursor only; decides nothing about the grammar.
"""

from __future__ import annotations

from typing import Protocol

from engine.feel.errors import FeelSyntaxError
from engine.feel.tokens import Token

_SENTENCES = {
    "begin": ("这里应当是一个值，却是{here}", "Expected a value here, but found {here_en}"),
    "continue": ("表达式到这里应当结束，却还有{here}", "Expected the expression to end here, but found {here_en}"),
    "expect": ("这里应当是“{wanted}”，却是{here}", 'Expected "{wanted}" here, but found {here_en}'),
    "name": ("这里应当是一个名称，却是{here}", "Expected a name here, but found {here_en}"),
    "key": ("这里应当是条目名称，却是{here}", "Expected the name of an entry here, but found {here_en}"),
    "range": ("这个区间没有写完，却遇到{here}", "The range is not complete, but found {here_en}"),
    "type": ("这里应当是类型名称，却是{here}", "Expected the name of a type here, but found {here_en}"),
    "arguments": ("参数要么都写名称，要么都不写", "Either all arguments are named or none is"),
    "depth": ("表达式嵌套过深", "The expression is nested too deeply"),
}
_HINTS = {
    "==": ("相等只写一个 =", "Equality is a single ="),
    "<>": ("不等于写作 !=", "Write != for not equal"),
    "AND": ("关键字用小写：and", "Keywords are lower case: and"),
    "OR": ("关键字用小写：or", "Keywords are lower case: or"),
    "True": ("写作 true", "Write true"), "False": ("写作 false", "Write false"), "None": ("写作 null", "Write null"),
    "否则": ("写作 else", "Write else"), "并且": ("写作 and", "Write and"), "或者": ("写作 or", "Write or"),
}


class Cursor(Protocol):
    """What a complaint looks at."""

    tokens: list[Token]
    position: int


def complain(cursor: Cursor, sort: str, wanted: str = "") -> FeelSyntaxError:
    """The error for what stands at the cursor."""
    token = cursor.tokens[cursor.position]
    before = cursor.tokens[cursor.position - 1] if cursor.position else None
    here = "结尾" if token.sort == "end" else f"“{token.text}”"
    here_en = "the end" if token.sort == "end" else f'"{token.text}"'
    zh, en = (sentence.format(here=here, here_en=here_en, wanted=wanted) for sentence in _SENTENCES[sort])
    hint_zh, hint_en = _hint(token, before, wanted)
    return FeelSyntaxError(zh, en, token.start, hint_zh=hint_zh, hint_en=hint_en)


def _hint(token: Token, before: Token | None, wanted: str) -> tuple[str, str]:
    if before and before.sort == token.sort == "mark" and before.text + token.text in _HINTS:
        return _HINTS[before.text + token.text]
    if token.text in _HINTS and token.sort != "string":
        return _HINTS[token.text]
    if token.sort == "end" and wanted:
        return f"补上 {wanted}", f"Add {wanted}"
    if before and token.sort == before.sort == "name":
        return ("两个名称之间缺少运算符；带空格的名称须先声明",
                "An operator is missing between two names; a name with spaces must be declared")
    if before and token.sort in ("name", "number", "string") and before.sort in ("name", "number", "string"):
        return "两个值之间缺少运算符", "An operator is missing between two values"
    return "", ""
