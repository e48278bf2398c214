"""Text to model: a definition or a form, with every problem of the file at once.

What stands in one file is checked here; names of other files, and the shape of the flow, in check.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from engine.definition.deadlines import read_deadline, read_due, read_parameters
from engine.definition.document import load_document
from engine.definition.draft import Draft, Mention, UsedNames
from engine.definition.effects import read_effects, read_gates
from engine.definition.events import enter, is_event, read_event, read_request
from engine.definition.form import Form
from engine.definition.form_reader import read_form_sheet, read_language
from engine.definition.keys import DEFINITION, FORM, START
from engine.definition.model import Definition, Expression, Start
from engine.definition.nodes import Node
from engine.definition.pack import Pack
from engine.definition.sheet import Sheet
from engine.definition.starts import is_event_start, read_event_start
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
    pack: Pack | None = None
    """The pack that was applied."""
    owners: Mapping[Place, str] = field(default_factory=dict)
    """Whose mistake one at a place is, where a line alone says little: `userTask review`."""

    def owned(self, problem: Problem) -> Problem:
        """The problem with its owner said first."""
        owner = self.owners.get(problem.place)
        return problem if owner is None else replace(problem, zh=f"{owner}：{problem.zh}", en=f"{owner}: {problem.en}")


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
    document = load_document(text, file, FORM)
    if document.node is None:
        return FormReading(None, document.problems)
    draft = document.draft(file)
    form = read_form_sheet(draft, document.node)
    return FormReading(form, draft.problems.everything(), tuple(draft.mentions), tuple(draft.used))


def read_definition(text: str, file: str, pack: Pack | None = None) -> DefinitionReading:
    """Read a definition file, with the values and the profile of a pack that takes it; never raises.

    Names in other files are checked by check.check_definition.
    """
    document = load_document(text, file, DEFINITION)
    if document.node is None:
        return DefinitionReading(None, document.problems)
    draft = document.draft(file)
    definition = read_definition_node(draft, document.node, pack)
    return DefinitionReading(definition, draft.problems.everything(), tuple(draft.mentions),
                             tuple(draft.used), pack)


def read_definition_node(draft: Draft, node: Node, pack: Pack | None = None) -> Definition:
    """A definition from its nodes, whatever they were made from; its problems and mentions are in the draft."""
    sheet = Sheet(draft, node, DEFINITION)
    read_language(draft, sheet)
    process, profile = sheet.id("process"), sheet.id("profile")
    if pack is not None and process in pack.takes:
        profile, draft.values = pack.id, pack.values_of(process)
    basis = sheet.basis()
    parameters = read_parameters(draft, sheet)
    begins = sheet.items("starts")
    starts = tuple(_read_start(draft, item, basis) for item in begins if not is_event_start(item))
    event_starts = tuple(read_event_start(draft, item, basis) for item in begins if is_event_start(item))
    steps = sheet.find("do")
    main = read_steps(draft, steps, basis) if steps is not None else ()
    deadlines = tuple(read_deadline(draft, key, value, basis) for key, value in sheet.pairs("deadlines"))
    beside = sheet.items("on")
    requests = tuple(read_request(draft, item, basis, read_steps) for item in beside if not is_event(item))
    events = tuple(read_event(draft, f"on_{number}", item, basis, read_steps)
                   for number, item in enumerate(beside, start=1) if is_event(item))
    draft.owner = ""
    return Definition(process, sheet.text("title"), profile, basis,
                      _read_subject(draft, sheet),
                      parameters, starts, main, deadlines, requests, sheet.text("description"),
                      sheet.text("category"), Place(draft.file), event_starts, events, sheet.names("returns"))


def _read_subject(draft: Draft, sheet: Sheet) -> Expression | str:
    node = sheet.find("subject")
    return draft.either(node, "subject") if node is not None else sheet.text("title")


def _read_start(draft: Draft, node: Node, inherited: tuple[str, ...]) -> Start:
    sheet = Sheet(draft, node, START)
    element = enter(draft, sheet, "id")
    own = sheet.basis()
    basis = own or sheet.cited(inherited, f"“{element}”")
    return Start(element, sheet.text("title"), read_who(draft, sheet, own),
                 sheet.mention("form", "form") or "", basis,
                 read_gates(draft, sheet, basis), read_effects(draft, sheet, basis),
                 read_due(draft, sheet.find("due"), own),
                 sheet.mention("then", "target"), sheet.text("note"), node.place)
