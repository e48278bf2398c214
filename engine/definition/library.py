"""What definitions share: roles, clauses, registers and forms, read from the files beside them.

It knows these four drawers, and refuses to know which process uses what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.definition.form import Form
from engine.definition.keys import Key, Noun
from engine.definition.reader import FormReading, read_form
from engine.definition.sheet import Draft, Sheet
from engine.definition.source import Node, ScalarNode, load_yaml
from engine.errors import Place, Problem

ROLES, CLAUSES, REGISTERS = "processes/roles.yaml", "processes/clauses.yaml", "processes/registers.yaml"
SHARED_FILES = (ROLES, CLAUSES, REGISTERS)


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


_TOP = {
    "roles": Noun("roles", "角色表", "roles file", (Key("anliu", "count", "语言版本"), Key("roles", "any", "角色", required=True))),
    "clauses": Noun("clauses", "条款表", "clauses file", (Key("anliu", "count", "语言版本"), Key("clauses", "any", "条款", required=True))),
    "registers": Noun("registers", "台账表", "registers file",
                      (Key("anliu", "count", "语言版本"), Key("registers", "any", "台账", required=True))),
}
_ROLE = Noun("role", "角色", "role", (Key("title", "text", "名称", required=True), Key("scope", "text", "unit 或 institution", required=True),
                                    Key("title_en", "text", "英文名称"), Key("note", "text", "说明"), Key("basis", "basis", "依据条款")))
_CLAUSE = Noun("clause", "条款", "clause", (Key("place", "text", "在制度中的位置", required=True), Key("summary", "text", "一句话大意", required=True)))
_REGISTER = Noun("register", "台账", "register", (Key("title", "text", "名称", required=True), Key("key", "text", "条目的键", required=True),
                                                Key("fields", "any", "字段", required=True), Key("basis", "basis", "依据条款"),
                                                Key("note", "text", "说明")))
_REGISTER_FIELD = Noun("register_field", "台账字段", "register field", (Key("label", "text", "名称", required=True),
                                                                   Key("type", "text", "类型", required=True),
                                                                   Key("personal", "text", "属于个人信息时写明用途"),
                                                                   Key("basis", "basis", "依据条款")))


def load_library(files: Mapping[str, str]) -> tuple[Library, tuple[Problem, ...]]:
    """Read the shared files and all forms among `files` (path → text); other files are left alone."""
    problems: list[Problem] = []
    roles = {key.text: _role(draft, key, node) for draft, key, node in _entries(files, "roles", problems)}
    clauses = {key.text: _clause(draft, key, node) for draft, key, node in _entries(files, "clauses", problems)}
    registers = {key.text: _register(draft, key, node) for draft, key, node in _entries(files, "registers", problems)}
    readings: dict[str, FormReading] = {}
    for path in sorted(files):
        if path.startswith("forms/") and path.endswith(".yaml"):
            _load_form(path, files[path], readings, problems)
    forms = {name: reading.form for name, reading in readings.items() if reading.form is not None}
    return Library(roles, clauses, registers, forms, readings), tuple(sorted(problems))


def _entries(files: Mapping[str, str], drawer: str, problems: list[Problem]) -> list[tuple[Draft, ScalarNode, Node]]:
    """The entries of one shared file; each comes with the draft its problems are noted in."""
    path = f"processes/{drawer}.yaml"
    if path not in files:
        return []
    source = load_yaml(files[path], path)
    problems.extend(source.problems)
    if source.node is None:
        return []
    draft = Draft(path)
    entries = [(draft, key, node) for key, node in draft.sheet(source.node, _TOP[drawer]).pairs(drawer)]
    for _, key, node in entries:
        if drawer != "clauses":
            draft.id(key)
        _READERS[drawer](draft, key, node)
    problems.extend(draft.problems.everything())
    return entries


def _role(draft: Draft, key: ScalarNode, node: Node) -> Role:
    sheet = draft.sheet(node, _ROLE)
    scope = sheet.text("scope")
    if scope not in ("unit", "institution") and sheet.has("scope"):
        draft.wrong(node, "scope", "scope 要写 unit 或 institution", "scope is unit or institution")
    return Role(key.text, sheet.text("title"), scope, sheet.text("title_en"), key.place)


def _clause(draft: Draft, key: ScalarNode, node: Node) -> Clause:
    sheet = draft.sheet(node, _CLAUSE)
    return Clause(key.text, sheet.text("place"), sheet.text("summary"))


def _register(draft: Draft, key: ScalarNode, node: Node) -> Register:
    sheet = draft.sheet(node, _REGISTER)
    fields = tuple(_register_field(draft, name, value) for name, value in sheet.pairs("fields"))
    return Register(key.text, sheet.text("title"), sheet.text("key"), fields)


def _register_field(draft: Draft, key: ScalarNode, node: Node) -> RegisterField:
    sheet: Sheet = draft.sheet(node, _REGISTER_FIELD)
    return RegisterField(draft.id(key), sheet.text("label"), sheet.text("type"))


_READERS = {"roles": _role, "clauses": _clause, "registers": _register}


def _load_form(path: str, text: str, readings: dict[str, FormReading], problems: list[Problem]) -> None:
    reading = read_form(text, path)
    problems.extend(reading.problems)
    name = path.removeprefix("forms/").removesuffix(".yaml")
    form = reading.form
    if form is not None and form.id and form.id != name:
        problems.append(Problem(Place(path), "file-name", f"表单标识“{form.id}”与文件名“{name}”不同",
                                f"The form id {form.id!r} differs from the file name {name!r}"))
    readings[name] = reading
