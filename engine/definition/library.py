"""What definitions share: roles, clauses, registers, forms and tables, read from the files beside them.

It knows these five drawers, and refuses to know which process uses what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from engine.definition.document import load_document
from engine.definition.draft import Draft
from engine.definition.form import Form
from engine.definition.keys import CLAUSE, CLAUSES, REGISTER, REGISTER_FIELD, REGISTERS, ROLE, ROLES, Noun
from engine.definition.keys.words import SCOPES
from engine.definition.nodes import Node, ScalarNode
from engine.definition.reader import FormReading, read_form
from engine.definition.sheet import Sheet
from engine.definition.spelling import spelt
from engine.definition.table_reader import TableReading, read_table_file
from engine.dmn import DecisionGraph, DecisionTable, FunctionOf
from engine.errors import Place, Problem

ROLES_FILE, CLAUSES_FILE = "processes/roles.yaml", "processes/clauses.yaml"
REGISTERS_FILE = "processes/registers.yaml"
SHARED_FILES = (ROLES_FILE, CLAUSES_FILE, REGISTERS_FILE)
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
    tables: Mapping[str, DecisionGraph] = field(default_factory=dict)
    table_readings: Mapping[str, TableReading] = field(default_factory=dict)

    def find_table(self, table: str | DecisionTable) -> DecisionTable | None:
        """The table that a step decides by: its own, or of a file; None where a DMN file decides in another way."""
        if isinstance(table, DecisionTable):
            return table
        name, _, decision = table.partition(".")
        graph = self.tables.get(name)
        node = graph.find(decision or graph.answer) if graph is not None else None
        return node.logic if node is not None and isinstance(node.logic, DecisionTable) else None

    def table_names(self) -> Iterator[str]:
        """What a step may decide by: a file with one answer by its name, any decision of a file as `file.decision`."""
        for name, reading in self.table_readings.items():
            if reading.graph is None or reading.graph.answer:
                yield name
            if reading.graph is not None and len(reading.graph.decisions) > 1:
                yield from (f"{name}.{node.id}" for node in reading.graph.decisions if not isinstance(node.logic, FunctionOf))


def load_library(files: Mapping[str, str]) -> tuple[Library, tuple[Problem, ...]]:
    """Read the shared files and all forms and decision tables among `files` (path → text); other files are left alone."""
    problems: list[Problem] = []
    roles = _read_drawer(files, ROLES, _role, problems)
    clauses = _read_drawer(files, CLAUSES, _clause, problems)
    registers = _read_drawer(files, REGISTERS, _register, problems)
    readings: dict[str, FormReading] = {}
    for path in sorted(files):
        if path.startswith("forms/") and path.endswith(".yaml"):
            _load_form(path, files[path], readings, problems)
    forms = {name: reading.form for name, reading in readings.items() if reading.form is not None}
    tables = _load_tables(files, problems)
    graphs = {name: reading.graph for name, reading in tables.items() if reading.graph is not None}
    return Library(roles, clauses, registers, forms, readings, graphs, tables), spelt(problems, files)


def _read_drawer(files: Mapping[str, str], noun: Noun, read: Callable[[Draft, ScalarNode, Node], Thing],
                 problems: list[Problem]) -> dict[str, Thing]:
    """The things of one shared file, by id."""
    path = f"processes/{noun.name}.yaml"
    if path not in files:
        return {}
    document = load_document(files[path], path, noun)
    if document.node is None:
        problems.extend(document.problems)
        return {}
    draft = document.draft(path)
    found = {key.text: read(draft, key, node)
             for key, node in Sheet(draft, document.node, noun).pairs(noun.name)}
    problems.extend(draft.problems.everything())
    return found


def _role(draft: Draft, key: ScalarNode, node: Node) -> Role:
    draft.id(key)
    sheet = Sheet(draft, node, ROLE)
    scope = sheet.text("scope")
    if scope not in SCOPES and sheet.has("scope"):
        draft.wrong(node, "scope", "`scope` 要写 `unit` 或 `institution`", "`scope` is `unit` or `institution`")
    return Role(key.text, sheet.text("title"), scope, sheet.text("title_en"), key.place)


def _clause(draft: Draft, key: ScalarNode, node: Node) -> Clause:
    sheet = Sheet(draft, node, CLAUSE)
    return Clause(key.text, sheet.text("place"), sheet.text("summary"))


def _register(draft: Draft, key: ScalarNode, node: Node) -> Register:
    draft.id(key)
    sheet = Sheet(draft, node, REGISTER)
    fields = tuple(_register_field(draft, name, value) for name, value in sheet.pairs("fields"))
    return Register(key.text, sheet.text("title"), sheet.text("key"), fields)


def _register_field(draft: Draft, key: ScalarNode, node: Node) -> RegisterField:
    sheet: Sheet = Sheet(draft, node, REGISTER_FIELD)
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


def _load_tables(files: Mapping[str, str], problems: list[Problem]) -> dict[str, TableReading]:
    """The decision tables by the names of their files; one of YAML is named like its file."""
    found: dict[str, TableReading] = {}
    for path in sorted(files):
        name, dot, ending = path.removeprefix("tables/").rpartition(".")
        if not path.startswith("tables/") or ending not in ("yaml", "dmn") or not dot:
            continue
        reading = read_table_file(files[path], path)
        problems.extend(reading.problems)
        if name in found:
            problems.append(Problem(Place(path), "file-name", f"tables/ 里有两个“{name}”", f"There are two {name!r} in tables/"))
        called = reading.graph.answer if reading.graph is not None and ending == "yaml" else name
        if called not in (name, ""):
            problems.append(Problem(Place(path), "file-name", f"判定表标识“{called}”与文件名“{name}”不同",
                                    f"The table id {called!r} differs from the file name {name!r}"))
        found[name] = reading
    return found
