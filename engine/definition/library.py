"""What definitions share: roles, clauses, registers and forms, read from the files beside them.

It knows these four drawers, and refuses to know which process uses what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from engine.definition.draft import Draft
from engine.definition.form import Form
from engine.definition.keys import Noun, keys_of
from engine.definition.nodes import Node, ScalarNode
from engine.definition.reader import FormReading, read_form
from engine.definition.sheet import Sheet
from engine.definition.source import load_yaml
from engine.errors import Place, Problem

ROLES, CLAUSES, REGISTERS = "processes/roles.yaml", "processes/clauses.yaml", "processes/registers.yaml"
SHARED_FILES = (ROLES, CLAUSES, REGISTERS)
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Role:
    """A post of the directory; `scope` is "unit" when every unit has its own holders."""

    id: str
    title: str
    scope: str
    title_en: str = ""
    place: Place = field(compare=False, default=Place())


@dataclass(frozen=True, slots=True)
class Clause:
    """A rule of a regulation: where it stands, and our own one-line summary."""

    id: str
    place: str
    summary: str


@dataclass(frozen=True, slots=True)
class RegisterField:
    id: str
    label: str
    type: str


@dataclass(frozen=True, slots=True)
class Register:
    """A register (台账): what its entries are keyed by, and their fields."""

    id: str
    title: str
    key: str
    fields: tuple[RegisterField, ...]

    def find_field(self, field_id: str) -> RegisterField | None:
        return next((item for item in self.fields if item.id == field_id), None)


@dataclass(frozen=True, slots=True)
class Library:
    """Everything definitions may refer to, by id."""

    roles: Mapping[str, Role] = field(default_factory=dict)
    clauses: Mapping[str, Clause] = field(default_factory=dict)
    registers: Mapping[str, Register] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    form_readings: Mapping[str, FormReading] = field(default_factory=dict)
    """How each form was read: names it uses, for the checks against the steps that use it."""


_ROLES = Noun("roles", "角色表", "roles file", keys_of("""
anliu     count    语言版本
roles!    any      角色
"""))
_ROLE = Noun("role", "角色", "role", keys_of("""
title!     text     名称
scope!     text     unit（每个单位都有）或 institution
title_en   text     英文名称
note       text     说明
basis      basis    依据条款
"""))
_CLAUSES = Noun("clauses", "条款表", "clauses file", keys_of("""
anliu       count    语言版本
clauses!    any      条款
"""))
_CLAUSE = Noun("clause", "条款", "clause", keys_of("""
place!      text     在制度中的位置
summary!    text     一句话大意
"""))
_REGISTERS = Noun("registers", "台账表", "registers file", keys_of("""
anliu         count    语言版本
registers!    any      台账
"""))
_REGISTER = Noun("register", "台账", "register", keys_of("""
title!     text     名称
key!       text     条目的键
fields!    any      字段
note       text     说明
basis      basis    依据条款
"""))
_REGISTER_FIELD = Noun("register_field", "台账字段", "register field", keys_of("""
label!      text     名称
type!       text     类型
personal    text     属于个人信息时写明用途
basis       basis    依据条款
"""))


def load_library(files: Mapping[str, str]) -> tuple[Library, tuple[Problem, ...]]:
    """Read the shared files and all forms among `files` (path → text); other files are left alone."""
    problems: list[Problem] = []
    roles = _read_drawer(files, _ROLES, _role, problems)
    clauses = _read_drawer(files, _CLAUSES, _clause, problems)
    registers = _read_drawer(files, _REGISTERS, _register, problems)
    readings: dict[str, FormReading] = {}
    for path in sorted(files):
        if path.startswith("forms/") and path.endswith(".yaml"):
            _load_form(path, files[path], readings, problems)
    forms = {name: reading.form for name, reading in readings.items() if reading.form is not None}
    return Library(roles, clauses, registers, forms, readings), tuple(sorted(problems))


def _read_drawer(files: Mapping[str, str], noun: Noun, read: Callable[[Draft, ScalarNode, Node], Thing],
                 problems: list[Problem]) -> dict[str, Thing]:
    """The things of one shared file, by id."""
    path = f"processes/{noun.name}.yaml"
    if path not in files:
        return {}
    source = load_yaml(files[path], path)
    problems.extend(source.problems)
    if source.node is None:
        return {}
    draft = Draft(path)
    found = {key.text: read(draft, key, node)
             for key, node in Sheet(draft, source.node, noun).pairs(noun.name)}
    problems.extend(draft.problems.everything())
    return found


def _role(draft: Draft, key: ScalarNode, node: Node) -> Role:
    draft.id(key)
    sheet = Sheet(draft, node, _ROLE)
    scope = sheet.text("scope")
    if scope not in ("unit", "institution") and sheet.has("scope"):
        draft.wrong(node, "scope", "scope 要写 unit 或 institution", "scope is unit or institution")
    return Role(key.text, sheet.text("title"), scope, sheet.text("title_en"), key.place)


def _clause(draft: Draft, key: ScalarNode, node: Node) -> Clause:
    sheet = Sheet(draft, node, _CLAUSE)
    return Clause(key.text, sheet.text("place"), sheet.text("summary"))


def _register(draft: Draft, key: ScalarNode, node: Node) -> Register:
    draft.id(key)
    sheet = Sheet(draft, node, _REGISTER)
    fields = tuple(_register_field(draft, name, value) for name, value in sheet.pairs("fields"))
    return Register(key.text, sheet.text("title"), sheet.text("key"), fields)


def _register_field(draft: Draft, key: ScalarNode, node: Node) -> RegisterField:
    sheet: Sheet = Sheet(draft, node, _REGISTER_FIELD)
    return RegisterField(draft.id(key), sheet.text("label"), sheet.text("type"))


def _load_form(path: str, text: str, readings: dict[str, FormReading], problems: list[Problem]) -> None:
    reading = read_form(text, path)
    problems.extend(reading.problems)
    name = path.removeprefix("forms/").removesuffix(".yaml")
    form = reading.form
    if form is not None and form.id and form.id != name:
        problems.append(Problem(Place(path), "file-name", f"表单标识“{form.id}”与文件名“{name}”不同",
                                f"The form id {form.id!r} differs from the file name {name!r}"))
    readings[name] = reading
