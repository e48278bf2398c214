"""What a YAML scanner complains about, said in Chinese and English with the way to mend it.

It knows the sentences of the scanner, and refuses to know what the file is for.
"""

from __future__ import annotations

import re
from typing import Any

from ruamel.yaml.error import MarkedYAMLError

from engine.definition.problems import full_width_hint
from engine.errors import Place, Problem

_FULL_WIDTH_COLON = re.compile(r"^(?P<head>\s*(?:- +)*[\w.]+ *)：", re.MULTILINE)

_SENTENCES: tuple[tuple[str, str, str, str, str], ...] = (
    ("mapping values are not allowed", "这里多了一个冒号，或缩进不对",
     "There is a colon too many here, or the indentation is off",
     "文字里有“: ”时请给整段加引号；同一层的键要对齐", 'Quote a text that contains ": "; align keys of one level'),
    ("could not find expected ':'", "这一行缺少冒号", "This line lacks a colon", "写成“键: 值”，冒号后空一格",
     "Write `key: value`"),
    ("cannot start any token", "这里有 YAML 不允许的开头字符", "A value may not begin with this character",
     "缩进只用空格，不用制表符；以特殊字符开头的文字请加引号",
     "Indent with spaces, not tabs; quote texts that begin with special characters"),
    ("found a tab character", "这里有 YAML 不允许的开头字符", "A value may not begin with this character",
     "缩进只用空格，不用制表符；以特殊字符开头的文字请加引号",
     "Indent with spaces, not tabs; quote texts that begin with special characters"),
    ("found unexpected end of stream", "引号没有配对", "A quotation mark is not closed", "补上右引号",
     "Close the quotation"),
    ("expected ',' or ']'", "方括号里缺少逗号或右括号", "A comma or `]` is missing", "含有逗号或括号的表达式请整段加引号",
     "Quote expressions that contain commas or brackets"),
    ("expected ',' or '}'", "花括号里缺少逗号或右括号", "A comma or `}` is missing", "含有逗号或括号的表达式请整段加引号",
     "Quote expressions that contain commas or brackets"),
    ("block mapping did not find expected key", "缩进不对，或这里缺少引号", "The indentation is off, or quotes are missing",
     "同一层的内容要左对齐", "Align everything of one level"),
    ("did not find expected '-' indicator", "缩进不对，或这里缺少引号", "The indentation is off, or quotes are missing",
     "同一层的内容要左对齐", "Align everything of one level"),
    ("sequence entries are not allowed", "列表的“- ”不能写在这里", "A list item `- ` cannot stand here",
     "另起一行并缩进",
     "Put it on a line of its own"),
    ("did not find expected node content", "这里缺少内容，或多了一个标点", "Content is missing here, or there is a mark too many",
     "以标点开头的文字请加引号", "Quote a text that begins with a mark"),
    ("found unexpected ':'", "括号里的冒号后面缺少内容", "Nothing follows the colon between brackets",
     "写成“键: 值”，冒号后空一格；文字末尾的冒号请连同文字加引号", "Write `key: value`; quote a text that ends in a colon"),
    ("did not find expected comment or line break", "“|”或“>”后面只能换行", "Nothing may stand after `|` or `>` on the same line",
     "另起一行并缩进；以“|”或“>”开头的文字请加引号", "Go on in a new, indented line; quote a text that begins with `|` or `>`"),
    ("expected <document start>", "文件开头的内容与后面的接不上", "What the file begins with does not go on here",
     "整个文件是一张“键: 值”的表", "The whole file is one map of `key: value`"),
    ("unknown escape character", "双引号里有无法识别的反斜线", "Unknown backslash escape in double quotes", "请改用单引号",
     "Use single quotes"),
    ("while scanning an alias", "不能使用 YAML 引用（*）", "YAML aliases (*) are not allowed", "", ""),
    ("while scanning an anchor", "不能使用 YAML 锚点（&）", "YAML anchors (&) are not allowed", "", ""),
    ("while scanning a tag", "不能使用 YAML 标签（!）", "YAML tags (!) are not allowed", "", ""),
    ("undefined tag handle", "不能使用 YAML 标签（!）", "YAML tags (!) are not allowed", "", ""),
)


def describe_yaml_error(error: MarkedYAMLError, text: str, file: str) -> Problem:
    """The problem a scanner error stands for; a full-width colon before it is named first."""
    mark = error.problem_mark or error.context_mark
    if error.context_mark and "end of stream" in (error.problem or ""):
        mark = error.context_mark  # where the quotation begins says more than where the file ends
    line, column = _place_of(mark, text)
    colon = _find_full_width_colon(text, line)
    if colon is not None:
        hint = full_width_hint("：")
        return Problem(Place(file, *colon), "full-width", "这里用了全角冒号", "There is a full-width colon here",
                       *hint)
    said = f"{error.context or ''} {error.problem or ''}"
    for key, zh, en, hint_zh, hint_en in _SENTENCES:
        if key in said:
            return Problem(Place(file, line, column), "yaml", zh, en, hint_zh, hint_en)
    return Problem(Place(file, line, column), "yaml", "YAML 写法有误", f"Malformed YAML: {said.strip()}")


def _place_of(mark: Any, text: str) -> tuple[int, int]:
    """Line and column of a mark; what is missed at the very end is missed behind the last word."""
    if mark is None:
        return 1, 1
    written = text.rstrip()
    if mark.index < len(written):
        return mark.line + 1, mark.column + 1
    return written.count("\n") + 1, len(written) - written.rfind("\n")


def _find_full_width_colon(text: str, line: int) -> tuple[int, int] | None:
    """The nearest line at or before the error whose key is followed by a full-width colon."""
    lines = text.split("\n")
    for number in range(min(line, len(lines)), max(line - 3, 0), -1):
        found = _FULL_WIDTH_COLON.match(lines[number - 1])
        if found:
            return number, len(found["head"]) + 1
    return None
