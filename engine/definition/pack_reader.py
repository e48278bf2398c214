"""Reading a pack, checking it beside the definition it is applied to, and the excerpt of it that a version keeps."""

from __future__ import annotations

from dataclasses import dataclass

from engine.definition.deadlines import read_value
from engine.definition.document import load_document
from engine.definition.draft import PROPOSED, Draft, Mention
from engine.definition.form_reader import read_language
from engine.definition.keys import PACK
from engine.definition.library import Library
from engine.definition.model import Definition, Parameter
from engine.definition.nodes import MapNode, Node
from engine.definition.pack import PACK_FILE, Pack
from engine.definition.problems import Problems, did_you_mean
from engine.definition.sheet import Sheet
from engine.definition.text.tree import Plain, Tree, entries, words
from engine.definition.text.tree import value as value_tree
from engine.definition.text.yaml import write
from engine.errors import Place, Problem
from engine.worktime.limit import Limit


@dataclass(frozen=True, slots=True)
class PackReading:
    pack: Pack | None
    problems: tuple[Problem, ...] = ()
    mentions: tuple[Mention, ...] = ()


def read_pack(text: str, file: str) -> PackReading:
    """Read a pack; never raises."""
    document = load_document(text, file, PACK)
    if document.node is None:
        return PackReading(None, document.problems)
    draft = document.draft(file)
    pack = _read(draft, document.node)
    return PackReading(pack, draft.problems.everything(), tuple(draft.mentions))


def _read(draft: Draft, node: Node) -> Pack:
    sheet = Sheet(draft, node, PACK)
    read_language(draft, sheet)
    places: dict[str, Place] = {}
    parameters = []
    for process, values in sheet.pairs("parameters"):
        found = []
        for key, value in values.entries if isinstance(values, MapNode) else ():
            places[f"{process.text}.{key.text}"] = key.place
            found.append(read_value(draft, key, value))
        parameters.append((draft.id(process), tuple(found)))
    roles = []
    for key, value in sheet.pairs("roles"):
        places[key.text] = key.place
        roles.append((draft.id(key), draft.text(value, "roles")))
    return Pack(sheet.id("pack"), sheet.text("title"), sheet.ids("takes"), tuple(parameters), tuple(roles), places)


def check_pack(reading: PackReading, definition: Definition | None, library: Library) -> tuple[Problem, ...]:
    """What is wrong with a pack beside the definition it is applied to."""
    pack, problems = reading.pack, Problems()
    if pack is None or definition is None:
        return ()
    for mention in reading.mentions:
        if mention.kind == "clause" and mention.name not in {*library.clauses, PROPOSED}:
            problems.add(mention.place, "unknown-clause", zh=f"没有“{mention.name}”这个条款", en=f"There is no clause {mention.name!r}",
                         hint=did_you_mean(mention.name, library.clauses))
    if definition.process not in pack.takes:
        problems.add(Place(PACK_FILE), "not-taken", zh=f"单位包“{pack.id}”没有采用流程“{definition.process}”",
                     en=f"The pack {pack.id!r} does not take the process {definition.process!r}",
                     hint=did_you_mean(definition.process, pack.takes))
    _check_values(pack, definition, problems)
    for role, _ in pack.roles:
        if role not in library.roles:
            problems.add(pack.places.get(role, Place(PACK_FILE)), "unknown-role", zh=f"没有“{role}”这个角色",
                         en=f"There is no role {role!r}", hint=did_you_mean(role, library.roles))
    return problems.everything()


def _check_values(pack: Pack, definition: Definition, problems: Problems) -> None:
    known = {parameter.name for parameter in definition.parameters}
    for name in pack.values_of(definition.process):
        if name not in known:
            problems.add(pack.places[f"{definition.process}.{name}"], "unknown-parameter",
                         zh=f"流程“{definition.process}”没有参数“{name}”",
                         en=f"The process {definition.process!r} has no parameter {name!r}", hint=did_you_mean(name, known))


def excerpt_of(pack: Pack, process: str) -> str:
    """The pack as far as it is about one process; it reads back."""
    values = {name: _value(value) for name, value in pack.values_of(process).items()}
    return write({"anliu": Plain("1"), **entries(pack=pack.id, title=pack.title, takes=process,
                                                 parameters={process: values} if values else None, roles=dict(pack.roles))})


def _value(given: Parameter) -> Tree:
    written = Plain(given.value.en) if isinstance(given.value, Limit) else value_tree(given.value)
    return entries(value=written, basis=words(given.basis), title=given.title)
