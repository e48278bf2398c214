"""The marshmallow schema of a form: what was typed becomes typed values, and every wrong field is named.

Built once per form. Types only: who exists, what is required or shown and what the checks say is decided in
submission.py. Messages are Sentences, so that both languages travel together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, cast

from marshmallow import Schema, ValidationError, fields, missing

from engine.definition import normalise
from engine.definition.form import Field, Form
from engine.definition.wrong import Wrong
from engine.errors import Sentence

MAX_ROWS = 200
MAX_NESTING = 4
SIGNED = ("on", "true", "1", "yes", "是")
_A_PERSON = Field("", "", "person", ())
_FILE_KEYS = frozenset({"id", "name", "sha256", "size"})

UNKNOWN = Sentence("表单里没有这一项", "The form has no such field")
_TEXT_READERS: Mapping[str, Callable[[str], object]] = {
    "text": normalise.normal_line, "textarea": normalise.normal_text, "tel": normalise.normal_tel,
    "email": normalise.normal_email, "date": normalise.normal_date, "datetime": normalise.normal_moment,
    "number": normalise.normal_number, "ip_list": normalise.normal_ip_list,
    "port_list": normalise.normal_port_list,
    "url": normalise.normal_url, "domain": normalise.normal_domain, "person": normalise.normal_line,
    "unit": normalise.normal_line,
}


@lru_cache(maxsize=512)
def schema_of(form: Form) -> Schema:
    """The schema of the form's answers; unknown names are refused."""
    return _schema(form.fields())


def _schema(items: Iterable[Field]) -> Schema:
    made: dict[str, fields.Field[Any]] = {}
    for item in items:
        if item.type == "static":
            continue
        made[item.id] = _Answer(item)
        made.update({f"{item.id}_{option.value}": _Answer(_text_beside(item, option.value, option.label))
                     for option in item.options if option.text})
    return _Answers.from_dict(made)()


def _text_beside(item: Field, value: str, label: str) -> Field:
    return Field(f"{item.id}_{value}", f"{item.label}：{label}", "text", item.basis,
                 max_length=item.max_length)


class _Answers(Schema):
    """The fields of a form or of a row."""

    def load(self, data: Any, **_: Any) -> dict[str, Any]:
        """Each answer read by its field. In place of marshmallow's own round: no hook or validator has a say here."""
        found: dict[str, Any] = {}
        wrong: dict[str, Any] = {name: [UNKNOWN] for name in data if name not in self.fields}
        for name, reader in self.fields.items():
            try:
                value = reader.deserialize(data.get(name, missing))
            except ValidationError as error:
                wrong[name], value = error.messages, error.valid_data or missing
            if value is not missing:
                found[name] = value
        if wrong:
            raise ValidationError(wrong, valid_data=found)
        return found


class _Answer(fields.Field[Any]):
    """One field of a form as a marshmallow field."""

    def __init__(self, item: Field) -> None:
        super().__init__(required=False, allow_none=True)
        self.item = item
        self.rows = _schema(item.columns) if item.columns else None
        self.read = _reader_of(item, self.rows)

    def deserialize(self, value: Any, attr: str | None = None, data: Mapping[str, Any] | None = None,
                    **kwargs: Any) -> Any:
        # In place of marshmallow's own steps (required, null, validators): none has a say in an answer.
        if value is missing or is_blank(value):
            return missing if value is missing else None
        try:
            return self.read(value)
        except Wrong as wrong:
            raise ValidationError([Sentence(f"“{self.item.label}”{wrong.zh}",
                                            f"{self.item.label}: {wrong.en}")]) from None


def _read_table(row_schema: Schema, value: object) -> dict[int, dict[str, object]]:
    """Row number → answers; blank rows are dropped, the others keep the number they were typed with."""
    rows = {number: row for number, row in _numbered(value).items() if not is_blank(row)}
    if len(rows) > MAX_ROWS:
        raise Wrong(f"最多填 {MAX_ROWS} 行", f"expected {MAX_ROWS} rows at most")
    found: dict[int, dict[str, object]] = {}
    errors: dict[int, Any] = {}
    for number, row in sorted(rows.items()):
        try:
            read = row_schema.load(row)
        except ValidationError as error:
            errors[number], read = error.messages, error.valid_data or {}
        found[number] = {**dict.fromkeys(row_schema.fields), **cast("dict[str, object]", read)}
    if errors:
        raise ValidationError(cast("Any", errors), valid_data=cast("Any", found))
    return found


def _numbered(value: object) -> dict[int, Mapping[str, object]]:
    rows = dict(enumerate(value)) if isinstance(value, list | tuple) else value
    if not isinstance(rows, Mapping) or not all(isinstance(number, int) and isinstance(row, Mapping)
                                                for number, row in rows.items()):
        raise Wrong("要填表格的行", "expected the rows of a table")
    return cast("dict[int, Mapping[str, object]]", dict(rows))


def is_blank(value: object, depth: int = 0) -> bool:
    """Nothing was typed, or rows and lists of nothing; what is nested deeper than any form is something."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip("\u3000 \t\r\n")
    if depth > MAX_NESTING or not isinstance(value, Mapping | list | tuple):
        return False
    parts = value.values() if isinstance(value, Mapping) else value
    return all(is_blank(part, depth + 1) for part in parts)


# ---------------------------------------------------------------- one answer

def read_answer(item: Field, value: object) -> object:
    """The value of one field that is not blank; Wrong says what was expected."""
    return _reader_of(item, None)(value)


def _reader_of(item: Field, rows: Schema | None) -> Callable[[object], object]:
    """How answers to this field are read; worked out once, because a form has dozens of fields."""
    if rows is not None:
        return partial(_read_table, rows)
    if item.type in ("radio", "select"):
        return _choice_reader(item)
    if item.type == "checkbox":
        return partial(_options, item)
    return _STRUCTURED.get(item.type) or _text_reader(item)


def _choice_reader(item: Field) -> Callable[[object], object]:
    known = {option.value for option in item.options}
    return lambda value: value if type(value) is str and value in known else _one_option(item, _one(value))


def _text_reader(item: Field) -> Callable[[object], object]:
    normal, longest = _TEXT_READERS[item.type], item.max_length
    longest_typed = min(longest * 4, 200_000)

    def read(value: object) -> object:
        text = value if type(value) is str else _as_text(item, value)
        if len(text) > longest_typed:
            raise _too_long(item)
        found = normal(text)
        if type(found) is str and len(found) > longest:
            raise _too_long(item)
        return found

    return read


def _too_long(item: Field) -> Wrong:
    return Wrong(f"最多填 {item.max_length} 个字", f"expected {item.max_length} characters at most")


def _one(value: object) -> object:
    if isinstance(value, list | tuple) and len(value) == 1:
        return value[0]
    if isinstance(value, list | tuple):
        raise Wrong("只能填一个值", "expected one value")
    return value


def _as_text(item: Field, value: object) -> str:
    """What a browser or a program sends for a field of text, as text."""
    if item.type in ("ip_list", "port_list") and isinstance(value, list | tuple):
        return ",".join(_plain_text(part) for part in value)
    value = _one(value)
    if item.type in ("person", "unit") and isinstance(value, Mapping):
        value = value.get("id")
    return _plain_text(value)


def _plain_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        return format(number, "f") if number.is_finite() and abs(number.adjusted()) < 40 else "?"
    if isinstance(value, date):
        return value.isoformat()
    raise Wrong("要填文字", "expected a text")


def _one_option(item: Field, value: object) -> str:
    known = {option.value for option in item.options}
    if not isinstance(value, str) or value not in known:
        raise Wrong(f"要从选项中选一个：{'、'.join(option.label for option in item.options)}",
                    f"expected one of: {', '.join(option.label for option in item.options)}")
    return value


def _options(item: Field, value: object) -> list[str]:
    chosen = value if isinstance(value, list | tuple) else [value]
    ticked = {_one_option(item, part) for part in chosen if not is_blank(part)}
    return [option.value for option in item.options if option.value in ticked]


def _signature(value: object) -> object:
    value = _one(value)
    if isinstance(value, Mapping):
        value = value.get("signed", True)
    if value is True or (isinstance(value, str) and value.lower() in SIGNED):
        return True
    raise Wrong("要打勾签名", "expected the box to be ticked")


def _seal(value: object) -> dict[str, object]:
    """A seal is a fact of paper: sealed or not, when, seen by whom, and perhaps a scan."""
    if not isinstance(value, Mapping):
        value = {"sealed": _one(value)}
    if set(value) - {"sealed", "sealed_on", "scan", "received_by"}:
        raise Wrong("有不认识的内容", "contains unknown parts")
    sealed = _one(value.get("sealed"))
    if sealed not in ("是", "否", True, False):
        raise Wrong("要选“是”或“否”", "expected 是 (sealed) or 否 (not sealed)")
    found: dict[str, object] = {"sealed": "是" if sealed in ("是", True) else "否", "sealed_on": None,
                                "scan": None, "received_by": None}
    if not is_blank(value.get("sealed_on")):
        found["sealed_on"] = normalise.normal_date(_plain_text(_one(value["sealed_on"])))
    if not is_blank(value.get("scan")):
        found["scan"] = _files(value["scan"])
    if not is_blank(value.get("received_by")):
        found["received_by"] = normalise.normal_line(_as_text(_A_PERSON, value["received_by"]))
    return found


def _files(value: object) -> list[object]:
    """References to attachments: their ids, or the whole references that the attachments verb gave."""
    items = value if isinstance(value, list | tuple) else [value]
    for item in items:
        if isinstance(item, Mapping) and not (set(item) == _FILE_KEYS and isinstance(item["id"], str)):
            raise Wrong("附件要先上传", "expected uploaded attachments")
        if not isinstance(item, str | Mapping):
            raise Wrong("附件要先上传", "expected uploaded attachments")
    return [item["id"] if isinstance(item, Mapping) else item for item in items if not is_blank(item)]


_STRUCTURED: Mapping[str, Callable[[object], object]] = {"signature": _signature, "seal": _seal,
                                                         "file": _files}
