"""Reading a form: sections, fields, columns, options and checks.

It knows how a form is written, and refuses to know what people type into it (submission.py).
"""

from __future__ import annotations

from typing import cast

from engine.definition.draft import Draft, is_expression, items_of
from engine.definition.form import Check, Field, FieldType, Form, Option, Section
from engine.definition.keys import CHECK, FIELD, FORM, OPTION, SECTION
from engine.definition.keys.words import FIELD_TYPES
from engine.definition.model import LANGUAGE, Expression
from engine.definition.nodes import ListNode, MapNode, Node, ScalarNode
from engine.definition.problems import did_you_mean
from engine.definition.sheet import Sheet

_CHOICES = ("radio", "checkbox", "select")
_NEVER_IN_TABLES = ("table", "static", "seal", "signature", "file")


def read_form_sheet(draft: Draft, node: Node) -> Form:
    """The form of a file; its problems are noted in the draft."""
    sheet = Sheet(draft, node, FORM)
    read_language(draft, sheet)
    basis = sheet.basis()
    sections = tuple(_read_section(draft, item, basis) for item in sheet.items("sections"))
    checks = tuple(_read_check(draft, item, basis) for item in sheet.items("checks"))
    return Form(sheet.id("form"), sheet.text("title"), sections, sheet.text("source"), sheet.text("note"),
                checks, node.place)


def read_language(draft: Draft, sheet: Sheet) -> None:
    """`anliu: 1`: the version of the language the file is written in."""
    node = sheet.find("anliu")
    if node is not None and sheet.count("anliu", LANGUAGE) != LANGUAGE:
        draft.wrong(node, "language", f"语言版本要写 {LANGUAGE}", f"The language version is {LANGUAGE}")


def _read_section(draft: Draft, node: Node, basis: tuple[str, ...]) -> Section:
    sheet = Sheet(draft, node, SECTION)
    fields = sheet.find("fields")
    return Section(sheet.text("title"), _read_fields(draft, fields, basis) if fields is not None else ())


def _read_fields(draft: Draft, node: Node, basis: tuple[str, ...]) -> tuple[Field, ...]:
    """A list of one-key maps, id by id."""
    if not isinstance(node, ListNode):
        draft.wrong(node, "fields", "这里要写字段列表，每个字段以“- 标识:”开头",
                    "Expected a list of fields, each beginning with `- id:`")
        return ()
    found: list[Field] = []
    for item in node.items:
        if not isinstance(item, MapNode) or len(item.entries) != 1:
            draft.wrong(item, "fields", "一个字段要写成“- 标识: {…}”，只有一个标识",
                        "A field is written `- id: {…}` with exactly one id")
            continue
        key, value = item.entries[0]
        draft.declare(f"{draft.owner}.{draft.id(key)}" if draft.owner else draft.id(key), key.place)
        found.append(_read_field(draft, key, value, basis))
    return tuple(found)


def _read_field(draft: Draft, key: ScalarNode, node: Node, inherited: tuple[str, ...]) -> Field:
    sheet = Sheet(draft, node, FIELD)
    basis = sheet.basis(inherited)
    sort = _read_type(draft, sheet)
    options = tuple(_read_option(draft, item) for item in sheet.items("options"))
    _check_options(draft, key, sheet, sort, options)
    columns = _read_columns(draft, key, sheet, sort, basis)
    default = sheet.find("default")
    if sheet.flag("readonly") and default is None:
        draft.wrong(key, "readonly", f"“{key.text}”由系统填写，要写 `default`",
                    f"The read-only field {key.text!r} needs a `default`")
    _check_default(draft, default, sort, options)
    return Field(
        key.text, sheet.text("label"), sort, basis, _read_required(draft, sheet),
        sheet.find_expression("shown"), options,
        columns, draft.value(default) if default is not None else None, sheet.flag("readonly"),
        sheet.text("help"),
        sheet.text("example"), tuple(_read_check(draft, item, basis) for item in sheet.items("checks")),
        sheet.text("personal"), sheet.count("max_length", 2000), key.place)


def _check_default(draft: Draft, default: Node | None, sort: str, options: tuple[Option, ...]) -> None:
    """A literal default must be something that could be chosen."""
    known = {option.value for option in options}
    for node in items_of(default) if default is not None and sort in _CHOICES else ():
        if isinstance(node, ScalarNode) and not is_expression(node) and node.text not in known:
            draft.wrong(node, "default", f"默认值“{node.text}”不在选项里", f"The default {node.text!r} is no option",
                        did_you_mean(node.text, known))


def _read_type(draft: Draft, sheet: Sheet) -> FieldType:
    node = sheet.find("type")
    if isinstance(node, ScalarNode) and node.text in FIELD_TYPES:
        return cast(FieldType, node.text)
    if node is not None:
        name = node.text if isinstance(node, ScalarNode) else "…"
        draft.wrong(node, "unknown-type", f"没有“{name}”这种字段类型", f"There is no field type {name!r}",
                    did_you_mean(name, draft.words(FIELD_TYPES)))
    return "text"


def _read_required(draft: Draft, sheet: Sheet) -> bool | Expression:
    node = sheet.find("required")
    if node is None:
        return False
    return draft.expression(node, "required") if is_expression(node) else draft.flag(node, "required")


def _read_option(draft: Draft, node: Node) -> Option:
    if isinstance(node, ScalarNode):
        value = draft.text(node, "options")
        return Option(value, value)
    sheet = Sheet(draft, node, OPTION)
    value = sheet.text("value")
    return Option(value, sheet.text("label", value), sheet.flag("text"))


def _check_options(draft: Draft, key: ScalarNode, sheet: Sheet, sort: str,
                   options: tuple[Option, ...]) -> None:
    if sort in _CHOICES and not options:
        draft.wrong(key, "options", f"“{key.text}”要写 `options`", f"The field {key.text!r} needs `options`")
    if sort not in _CHOICES and options:
        draft.wrong(key, "options", f"只有 {'、'.join(draft.words(_CHOICES))} 才有选项",
                    f"Only {', '.join(draft.words(_CHOICES))} have options")
    seen: set[str] = set()
    for node, option in zip(sheet.items("options"), options, strict=True):
        if option.value in seen:
            draft.wrong(node, "options", f"选项“{option.value}”写了两次",
                        f"The option {option.value!r} is written twice")
        seen.add(option.value)


def _read_columns(draft: Draft, key: ScalarNode, sheet: Sheet, sort: str,
                  basis: tuple[str, ...]) -> tuple[Field, ...]:
    node = sheet.find("columns")
    if (sort == "table") != (node is not None):
        draft.wrong(key, "columns", "表格要写 `columns`，其他类型不写",
                    "A table has `columns`, other types have none")
    if node is None:
        return ()
    around, draft.owner = draft.owner, key.text
    columns = _read_fields(draft, node, basis)
    draft.owner = around
    for column in columns:
        if column.type in _NEVER_IN_TABLES:
            draft.problems.add(column.place, "columns", zh=f"表格的列不能是“{draft.words([column.type])[0]}”",
                               en=f"A column cannot be of type {draft.words([column.type])[0]!r}")
        if column.readonly or column.shown is not None:
            draft.problems.add(column.place, "columns", zh="表格的列不能写 `readonly` 和 `shown`",
                               en="A column takes neither `readonly` nor `shown`")
    return columns


def _read_check(draft: Draft, node: Node, inherited: tuple[str, ...]) -> Check:
    sheet = Sheet(draft, node, CHECK)
    return Check(sheet.expression("that"), sheet.text("else"), sheet.cited(inherited), sheet.flag("warn"))
