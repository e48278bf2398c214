"""Answers shown back: as text for tables, traces and exports, masked where personal, and as what inputs hold.

It knows how values look to people in China (+08:00), and refuses to know HTML and who may see what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from engine.clock import in_china
from engine.definition.form import Field, Form

Typed = dict[str, object]


def display(item: Field, value: object) -> str:
    """The answer as one text; empty when there is none."""
    if value is None:
        return ""
    shower = _SHOWERS.get(item.type)
    return shower(item, value) if shower is not None else _plain(value)


def display_masked(item: Field, value: object) -> str:
    """As `display`, with personal data masked: 138****5262, 张**."""
    if item.type == "table" and not item.personal:
        return _table(item, value, display_masked)
    shown = display(item, value)
    return mask(item, shown) if item.personal and shown else shown


def display_all(form: Form, answers: Mapping[str, object]) -> Iterator[tuple[Field, str]]:
    """Every answered field with its text, in the order of the form."""
    return _all(form, answers, display)


def display_all_masked(form: Form, answers: Mapping[str, object]) -> Iterator[tuple[Field, str]]:
    """As `display_all`, with personal data masked."""
    return _all(form, answers, display_masked)


def _all(form: Form, answers: Mapping[str, object],
         show: Callable[[Field, object], str]) -> Iterator[tuple[Field, str]]:
    for item in form.fields():
        shown = show(item, answers.get(item.id))
        texts = [f"{option.label}：{answers[f'{item.id}_{option.value}']}" for option in item.options
                 if option.text and answers.get(f"{item.id}_{option.value}")]
        if shown:
            yield item, "；".join([shown, *texts])


def mask(item: Field, shown: str) -> str:
    """The text with its middle hidden, as much as its type needs to stay recognisable."""
    if item.type == "email":
        name, at, host = shown.partition("@")
        return f"{name[:1]}***{at}{host}"
    if item.type in ("person", "signature"):
        return shown[:1] + "**"
    if item.type == "tel" and len(shown) >= 11:
        return f"{shown[:3]}****{shown[-4:]}"
    if len(shown) <= 4:
        return shown[:1] + "**"
    return f"{shown[:1]}****{shown[-2:] if len(shown) > 6 else ''}"


# ---------------------------------------------------------------- by type

def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return show_moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(_plain(item) for item in value)
    return str(value.get("name") or value.get("id") or "") if isinstance(value, Mapping) else str(value)


def show_moment(moment: datetime) -> str:
    """A moment as people in China read it, seconds only where there are some."""
    local = in_china(moment)
    return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")


def _options(item: Field, value: object) -> str:
    labels = {option.value: option.label for option in item.options}
    chosen = value if isinstance(value, list | tuple) else [value]
    return "、".join(labels.get(str(part), str(part)) for part in chosen)


def _list(_item: Field, value: object) -> str:
    return ", ".join(_plain(part) for part in value) if isinstance(value, list | tuple) else _plain(value)


def _table(item: Field, value: object, show: Callable[[Field, object], str] = display) -> str:
    rows = cast("list[Mapping[str, object]]", value) if isinstance(value, list | tuple) else []
    lines = []
    for row in rows:
        cells = ((column.label, show(column, row.get(column.id))) for column in item.columns)
        lines.append("，".join(f"{label}：{text}" for label, text in cells if text))
    return "；".join(lines)


def _signature(_item: Field, value: object) -> str:
    if not isinstance(value, Mapping):
        return _plain(value)
    signed_on = value.get("signed_on")
    moment = show_moment(signed_on) if isinstance(signed_on, datetime) else ""
    return f"{_plain(value.get('person') or {})} {moment}".strip()


def _seal(_item: Field, value: object) -> str:
    if not isinstance(value, Mapping):
        return _plain(value)
    if value.get("sealed") != "是":
        return "未盖章"
    parts = ["已盖章"]
    parts += [_plain(value["sealed_on"])] if value.get("sealed_on") else []
    parts += [f"收件人 {_plain(value['received_by'])}"] if value.get("received_by") else []
    parts += [_plain(value["scan"])] if value.get("scan") else []
    return " ".join(parts)


_SHOWERS: Mapping[str, Callable[[Field, object], str]] = {
    "radio": _options, "select": _options, "checkbox": _options, "ip_list": _list, "port_list": _list,
    "table": _table,
    "signature": _signature, "seal": _seal,
}


# ---------------------------------------------------------------- back into inputs

def typed_values(form: Form, answers: Mapping[str, object]) -> Typed:
    """What the inputs of the form hold to show these answers; reading it again gives the same answers."""
    typed: Typed = {}
    for item in form.fields():
        value = answers.get(item.id)
        if value is not None:
            typed[item.id] = typed_value(item, value)
        for option in item.options:
            beside = answers.get(f"{item.id}_{option.value}")
            if option.text and beside is not None:
                typed[f"{item.id}_{option.value}"] = str(beside)
    return typed


def typed_value(item: Field, value: object) -> object:
    """What one input holds: a text; a list (checkbox), rows (table), parts (seal), references (file)."""
    if item.type == "table" and isinstance(value, list | tuple):
        return [{column.id: typed_value(column, row[column.id])
                 for column in item.columns if row.get(column.id) is not None}
                for row in value]
    if item.type in ("checkbox", "file"):
        return list(value) if isinstance(value, list | tuple) else [value]
    if item.type in ("ip_list", "port_list"):
        return _list(item, value)
    if item.type == "signature":
        return "on"
    if item.type == "seal" and isinstance(value, Mapping):
        return {key: part if key == "scan" else _input(part)
                for key, part in value.items() if part is not None}
    return _input(value)


def _input(value: object) -> str:
    if isinstance(value, datetime):
        local = in_china(value)
        return local.strftime("%Y-%m-%dT%H:%M:%S" if local.second else "%Y-%m-%dT%H:%M")
    return str(value.get("id", "")) if isinstance(value, Mapping) else _plain(value)
