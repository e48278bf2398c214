"""Text to model: a definition or a form, with every problem of the file at once.

What stands in one file is checked here; names of other files, and the shape of the flow, in check.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from engine.definition.deadlines import read_deadline, read_due, read_parameters
from engine.definition.draft import Draft, Mention, UsedNames
from engine.definition.effects import read_effects, read_gates
from engine.definition.form import Form
from engine.definition.form_reader import read_form_sheet, read_language
from engine.definition.keys import DEFINITION, REQUEST, START
from engine.definition.model import Definition, Expression, Request, Start
from engine.definition.nodes import Node
from engine.definition.sheet import Sheet
from engine.definition.source import load_yaml
from engine.definition.steps import read_steps
from engine.definition.who import read_who
from engine.errors import Place, Problem


@dataclass(frozen=True, slots=True)
class DefinitionReading:
    """A definition as far as it could be read, its problems, and every name it mentions or uses."""

    definition: Definition | None
    problems: tuple[Problem, ...]
    mentions: tuple[Mention, ...] = ()
    used: tuple[UsedNames, ...] = ()


@dataclass(frozen=True, slots=True)
class FormReading:
    """A form as far as it could be read, its problems, and every name it mentions or uses."""

    form: Form | None
    problems: tuple[Problem, ...]
    mentions: tuple[Mention, ...] = ()
    used: tuple[UsedNames, ...] = ()


@lru_cache(maxsize=256)
def read_form(text: str, file: str) -> FormReading:
    """Read a form file; never raises. The same text is read once: an editor asks again at every pause."""
    source = load_yaml(text, file)
    if source.node is None:
        return FormReading(None, source.problems)
    draft = _draft(source.problems, file)
    form = read_form_sheet(draft, source.node)
    return FormReading(form, draft.problems.everything(), tuple(draft.mentions), tuple(draft.used))


def read_definition(text: str, file: str) -> DefinitionReading:
    """Read a definition file; never raises. Names in other files are checked by check.find_problems_of."""
    source = load_yaml(text, file)
    if source.node is None:
        return DefinitionReading(None, source.problems)
    draft = _draft(source.problems, file)
    definition = _read_definition(draft, source.node)
    return DefinitionReading(definition, draft.problems.everything(), tuple(draft.mentions),
                             tuple(draft.used))


def _draft(problems: tuple[Problem, ...], file: str) -> Draft:
    draft = Draft(file)
    draft.problems.extend(problems)
    return draft


def _read_definition(draft: Draft, node: Node) -> Definition:
    sheet = Sheet(draft, node, DEFINITION)
    read_language(draft, sheet)
    basis = sheet.basis()
    parameters = read_parameters(draft, sheet)
    starts = tuple(_read_start(draft, item, basis) for item in sheet.items("starts"))
    steps = sheet.find("do")
    main = read_steps(draft, steps, basis) if steps is not None else ()
    deadlines = tuple(read_deadline(draft, key, value, basis) for key, value in sheet.pairs("deadlines"))
    requests = tuple(_read_request(draft, item, basis) for item in sheet.items("on"))
    draft.owner = ""
    return Definition(sheet.id("process"), sheet.text("title"), sheet.id("profile"), basis,
                      _read_subject(draft, sheet),
                      parameters, starts, main, deadlines, requests, sheet.text("description"),
                      sheet.text("category"),
                      Place(draft.file))


def _read_subject(draft: Draft, sheet: Sheet) -> Expression | str:
    node = sheet.find("subject")
    return draft.either(node, "subject") if node is not None else sheet.text("title")


def _enter(draft: Draft, sheet: Sheet, key: str) -> str:
    node = sheet.find(key)
    element = draft.id(node) if node is not None else ""
    if node is not None:
        draft.owner = element
        draft.declare(element, node.place)
    return element


def _read_start(draft: Draft, node: Node, inherited: tuple[str, ...]) -> Start:
    sheet = Sheet(draft, node, START)
    element = _enter(draft, sheet, "id")
    own = sheet.basis()
    basis = own or sheet.cited(inherited, f"“{element}”")
    return Start(element, sheet.text("title"), read_who(draft, sheet, own),
                 sheet.mention("form", "form") or "", basis,
                 read_gates(draft, sheet, basis), read_effects(draft, sheet, basis),
                 read_due(draft, sheet.find("due"), own),
                 sheet.mention("then", "target"), sheet.text("note"), node.place)


def _read_request(draft: Draft, node: Node, inherited: tuple[str, ...]) -> Request:
    sheet = Sheet(draft, node, REQUEST)
    element = _enter(draft, sheet, "request")
    own = sheet.basis()
    basis = own or sheet.cited(inherited, f"“{element}”")
    who = read_who(draft, sheet, own)
    form = sheet.mention("form", "form") or ""
    gates = read_gates(draft, sheet, basis)
    effects = read_effects(draft, sheet, basis)
    when = sheet.find_expression("when")
    steps = sheet.find("do")
    return Request(element, sheet.text("title"), who, form,
                   read_steps(draft, steps, basis) if steps is not None else (),
                   basis, when, sheet.flag("interrupting"), sheet.flag("repeat"), gates, effects,
                   sheet.text("note"),
                   node.place)
