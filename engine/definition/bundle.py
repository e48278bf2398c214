"""One version: a definition with everything it stands on, and the hash of all of it.

The sources of a bundle are enough to read the same bundle again: the full texts of the definition, its
forms and decision tables, all roles (they are the institution's, and people read their titles), and of the other shared files only the
clauses and registers that are used. It refuses to know where bundles are kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from engine.definition.check import check_definition, forms_used, tables_used
from engine.definition.draft import PROPOSED
from engine.definition.form import Form
from engine.definition.library import (
    CLAUSES_FILE,
    REGISTERS_FILE,
    ROLES_FILE,
    SHARED_FILES,
    Library,
    load_library,
)
from engine.definition.model import Definition
from engine.definition.names import registers_called
from engine.definition.neighbours import NOBODY, Neighbours
from engine.definition.pack import PACK_FILE, Pack
from engine.definition.pack_reader import PackReading, check_pack, excerpt_of, read_pack
from engine.definition.reader import DefinitionReading, FormReading, read_definition
from engine.definition.table_reader import TableReading
from engine.dmn import DecisionGraph
from engine.errors import DefinitionInvalid, Problem


@dataclass(frozen=True, slots=True)
class Bundle:
    """A definition, its forms, and the excerpts of the library it uses; equal content has equal hashes."""

    definition: Definition
    forms: Mapping[str, Form]
    library: Library
    main_file: str
    sources: Mapping[str, str]
    """Path → text: enough to read this bundle again."""
    hash: str
    warnings: tuple[Problem, ...] = ()
    tables: Mapping[str, DecisionGraph] = field(default_factory=dict)
    """The decision tables in files of their own that steps decide by, by the names of the files."""

    def form_of(self, element_id: str) -> Form | None:
        """The form of a start, task or request."""
        element = self.definition.find_task(element_id)
        return self.forms.get(element.form) if element is not None else None


Read = Callable[[str, str, Library, Pack | None], DefinitionReading]
"""How a text of some notation is read: text, file, what it may refer to, and the pack that may be applied."""


def _read_yaml(text: str, file: str, _library: Library, pack: Pack | None) -> DefinitionReading:
    return read_definition(text, file, pack)


def find_problems(main_file: str, files: Mapping[str, str], *, read: Read = _read_yaml) -> tuple[Problem, ...]:
    """Every problem of a definition and of what it uses; `files` maps paths to texts."""
    return _read(main_file, files, read)[2]


def read_bundle(main_file: str, files: Mapping[str, str], *, read: Read = _read_yaml, neighbours: Neighbours = NOBODY) -> Bundle:
    """The bundle of a definition; DefinitionInvalid carries all problems."""
    reading, library, problems = _read(main_file, files, read, neighbours)
    return _bundle(main_file, files, reading, library, problems)


def reopen_bundle(main_file: str, sources: Mapping[str, str], *, read: Read = _read_yaml) -> Bundle:
    """The bundle of a version that is deployed, from its own sources; DefinitionInvalid if they do not read.

    It was checked when it was deployed and is not checked again: a check that was added later must not stop the
    cases that run on the version.
    """
    applied = _pack_among(sources)
    library = _renamed(load_library(sources)[0], applied.pack)
    reading = read(sources.get(main_file, ""), main_file, library, applied.pack)
    is_drawing = reading.definition is not None and reading.definition.drawing is not None
    return _bundle(main_file, sources, reading, library, () if is_drawing else reading.problems)


def _bundle(main_file: str, files: Mapping[str, str], reading: DefinitionReading, library: Library,
            problems: tuple[Problem, ...]) -> Bundle:
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or reading.definition is None:
        invalid = DefinitionInvalid(problems)
        invalid.read = reading.definition
        raise invalid
    used = [name for name in forms_used(reading.mentions) if name in library.forms]
    tables = {name: library.tables[name] for name in tables_used(reading.mentions)}
    excerpt = _excerpt(reading, library, used, tables)
    drawing = reading.definition.drawing
    sources = {main_file: drawing.decode() if drawing is not None else _normal(files[main_file]),
               **{_form_file(name): _normal(files[_form_file(name)]) for name in used},
               **{path: _normal(files[path]) for path in _table_files(tables, files)},
               **_shared_sources(excerpt)}
    if reading.pack is not None:
        sources[PACK_FILE] = excerpt_of(reading.pack, reading.definition.process)
    forms = {name: library.forms[name] for name in used}
    return Bundle(reading.definition, forms, excerpt, main_file, dict(sorted(sources.items())),
                  _hash(sources),
                  tuple(problem for problem in problems if problem.severity != "error"), tables)


def merge_sources(beside: Mapping[str, str], files: Mapping[str, str]) -> dict[str, str]:
    """`files` over `beside`: shared files entry by entry, all others as a whole.

    A shared file of `files` that has problems stays as it is, so that they are told at their lines.
    """
    own, problems = load_library(_shared_among(files))
    broken = {problem.place.file for problem in problems if problem.severity == "error"}
    other, _ = load_library(_shared_among(beside))
    merged = {path: text for path, text in _shared_sources(_over(other, own)).items() if path not in broken}
    return {**beside, **files, **merged}


def sources_of(bundles: Iterable[Bundle]) -> dict[str, str]:
    """The sources of several versions together; where two differ, the later one counts.

    A pack is left out: it fits the one version that was published with it, not what stands beside.
    """
    found: dict[str, str] = {}
    library = Library()
    for bundle in bundles:
        found.update(bundle.sources)
        library = _over(library, bundle.library)
    found.pop(PACK_FILE, None)
    return {**found, **_shared_sources(library)}


def _over(below: Library, above: Library) -> Library:
    return Library({**below.roles, **above.roles}, {**below.clauses, **above.clauses},
                   {**below.registers, **above.registers})


def _shared_among(files: Mapping[str, str]) -> dict[str, str]:
    return {path: files[path] for path in SHARED_FILES if path in files}


def _read(main_file: str, files: Mapping[str, str], read: Read,
          neighbours: Neighbours = NOBODY) -> tuple[DefinitionReading, Library, tuple[Problem, ...]]:
    library, shared = load_library(files)
    applied = _pack_among(files)
    library = _renamed(library, applied.pack)
    reading = read(files.get(main_file, ""), main_file, library, applied.pack)
    relevant = {*SHARED_FILES, *(_form_file(name) for name in forms_used(reading.mentions)),
                *_table_files(tables_used(reading.mentions), files)}
    problems = [*reading.problems, *map(reading.owned, check_definition(reading, library, neighbours)), *applied.problems]
    problems += check_pack(applied, reading.definition, library)
    problems += [problem for problem in shared if problem.place.file in relevant]
    return reading, library, tuple(sorted(set(problems)))


def _pack_among(files: Mapping[str, str]) -> PackReading:
    return read_pack(files[PACK_FILE], PACK_FILE) if PACK_FILE in files else PackReading(None)


def _renamed(library: Library, pack: Pack | None) -> Library:
    """The library with the roles called as the pack calls them."""
    titles = dict(pack.roles) if pack is not None else {}
    roles = {name: replace(role, title=titles.get(name, role.title)) for name, role in library.roles.items()}
    return replace(library, roles=roles)


def _form_file(name: str) -> str:
    return f"forms/{name}.yaml"


def _table_files(names: Iterable[str], files: Mapping[str, str]) -> list[str]:
    return [path for name in names for path in (f"tables/{name}.dmn", f"tables/{name}.yaml") if path in files]


def _normal(text: str) -> str:
    """The text as it is hashed: no byte order mark, Unix line ends."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _hash(sources: Mapping[str, str]) -> str:
    canonical = json.dumps(dict(sources), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


# ---------------------------------------------------------------- excerpts of the shared files

def _excerpt(reading: DefinitionReading, library: Library, used_forms: Iterable[str],
             tables: Mapping[str, DecisionGraph]) -> Library:
    forms = {name: library.forms[name] for name in used_forms}
    readings = {name: library.form_readings[name] for name in forms}
    table_readings = {name: library.table_readings[name] for name in tables}
    beside: list[FormReading | TableReading] = [*readings.values(), *table_readings.values()]
    mentions = [*reading.mentions, *(mention for item in beside for mention in item.mentions)]
    used = [*reading.used, *(names for item in beside for names in item.used)]
    clauses = {mention.name for mention in mentions if mention.kind == "clause"} - {PROPOSED}
    registers = {mention.name for mention in mentions if mention.kind == "register"}
    registers |= {name for names in used for name, _ in registers_called(names)}
    return Library({name: library.roles[name] for name in sorted(library.roles)},
                   {name: library.clauses[name] for name in sorted(clauses)},
                   {name: library.registers[name] for name in sorted(registers)}, forms, readings, tables, table_readings)


def _shared_sources(library: Library) -> dict[str, str]:
    """JSON is YAML: the excerpts read like the files they were taken from."""
    roles = {role.id: {"title": role.title, "scope": role.scope,
                       **({"title_en": role.title_en} if role.title_en else {})}
                       for role in library.roles.values()}
    clauses = {clause.id: {"place": clause.place, "summary": clause.summary}
               for clause in library.clauses.values()}
    registers = {
        register.id: {"title": register.title, "key": register.key,
                      "fields": {item.id: {"label": item.label, "type": item.type}
                                 for item in register.fields}}
        for register in library.registers.values()}
    drawers = ((ROLES_FILE, "roles", roles), (CLAUSES_FILE, "clauses", clauses),
               (REGISTERS_FILE, "registers", registers))
    return {path: json.dumps({drawer: content}, ensure_ascii=False, indent=1) + "\n"
            for path, drawer, content in drawers if content}
