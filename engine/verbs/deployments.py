"""Deployments: a checked definition becomes a version; running instances keep theirs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.actors import PROCESS_ADMIN
from engine.bpmn import bundles
from engine.bpmn.reading.drawing import open_drawing
from engine.bpmn.writer import write_bpmn
from engine.definition.bundle import Bundle
from engine.definition.model import Definition, MessageTrigger
from engine.definition.neighbours import Neighbours
from engine.definition.problems import Problems
from engine.definition.spelling import spelt
from engine.errors import DefinitionInvalid, NotAllowed, Problem
from engine.records import Record, RecordType
from engine.runtime import compile_program, find_unexecutable
from engine.soundness import Posts, check_calls, check_shape, check_soundness
from engine.store.definition_rows import find_current, find_number, last_number
from engine.store.directory_rows import StoredDirectory
from engine.store.register_rows import hold_count, version_counter
from engine.store.unit import UnitOfWork
from engine.store.versions import Version
from engine.verbs import messages, schedules

_BESIDE_THE_FLOW = frozenset({
    "unknown-role", "unknown-form", "unknown-clause", "unknown-register", "unknown-register-field", "unknown-name", "unknown-field",
    "unknown-column", "unknown-function", "unknown-table", "role-unit", "no-basis", "limit", "expression", "type", "wanted-type",
    "not-taken", "not-callable", "given-type"})
"""Problems with which the flow can be drawn all the same."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """The version a deployment led to; `is_new` is false when this very content already is the current one."""

    hash: str
    process: str
    number: int
    is_new: bool
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Examined:
    """A definition looked at: what it became (None while it has errors), its BPMN as far as there is one, its problems."""

    bundle: Bundle | None
    bpmn: bytes
    problems: tuple[Problem, ...]


def examine(main_file: str, files: Mapping[str, str], *, posts: Posts | None = None,
            deployed: Iterable[Bundle] = ()) -> Examined:
    """Read, check and draw a definition, and ask what of it would not run; every problem at once.

    With `posts`, separations of duty are held against who holds which post now. What is called must be among the files or
    the versions `deployed` so far, and fit to what it is given. A drawing that cannot run yet is a draft: it is shown all the
    same, with what it needs.
    """
    bpmn, problems = b"", set[Problem]()
    if bundles.is_bpmn(main_file):
        bpmn, problems = _examine_drawing(main_file, files.get(main_file, ""))
    bundle = None
    neighbours = bundles.neighbours_of(main_file, files, deployed)
    try:
        bundle = bundles.read_bundle(main_file, files, neighbours=neighbours)
        titles = {role.id: role.title for role in bundle.library.roles.values()}
        bpmn = write_bpmn(bundle.definition, role_titles=titles)
        sound = check_soundness(bundle, posts=posts, neighbours=neighbours)
        problems |= {*bundle.warnings, *sound}
    except DefinitionInvalid as error:
        problems |= {*error.problems, *_shown_by_the_flow(error, neighbours)}
    found = spelt(problems, files)
    if bundle is None or _has_errors(found):
        return Examined(None, bpmn, found)
    return Examined(replace(bundle, warnings=found), bpmn, found)


def _shown_by_the_flow(invalid: DefinitionInvalid, neighbours: Neighbours) -> tuple[Problem, ...]:
    """Where only names, limits or expressions are wrong, what the flow shows is told with them at once; what it calls always."""
    if not isinstance(invalid.read, Definition):
        return ()
    called = Problems()
    check_calls(invalid.read, neighbours, called)
    errors = {problem.code for problem in invalid.problems if problem.severity == "error"}
    return called.everything() if errors - _BESIDE_THE_FLOW else (*called.everything(), *check_shape(invalid.read))


def _examine_drawing(main_file: str, text: str) -> tuple[bytes, set[Problem]]:
    """The drawing in normal form, and what the runtime says to it at the author's lines."""
    try:
        drawing = open_drawing(text, main_file)
    except DefinitionInvalid:
        return b"", set()
    return drawing.normal_form(), {*find_unexecutable(drawing.root, drawing.process.element, main_file, drawing.ledger.places)}


def _has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def deploy(unit: UnitOfWork, *, main_file: str, files: Mapping[str, str]) -> Deployed:
    """Check, draw, compile and store a definition. Raises DefinitionInvalid with every problem; then nothing is stored."""
    if not (unit.actor.is_system or unit.actor.has_power(PROCESS_ADMIN)):
        raise NotAllowed("只有流程管理员可以发布流程", "Only a process administrator may publish")
    examined = examine(main_file, files, posts=StoredDirectory(unit.connection, unit.now),
                       deployed=unit.means.versions.current_bundles(unit.connection))
    bundle, bpmn = examined.bundle, examined.bpmn
    if bundle is None:
        raise DefinitionInvalid(examined.problems)
    process = bundle.definition.process
    compile_program(bpmn, process)
    counter = version_counter(process)
    count = hold_count(unit.connection, counter)
    known = find_number(unit.connection, bundle.hash)
    current = find_current(unit.connection, process)
    if known is not None and current == bundle.hash:
        return Deployed(bundle.hash, process, known, False, bundle.warnings)
    number = known or last_number(unit.connection, process) + 1
    _record(unit, bundle, bpmn, {"number": number, "is_back": known is not None, "counter": counter,
                                 "count": count + 1, "schedules": schedules.first_windows(unit, bundle.definition)})
    messages.try_kept(unit, {start.trigger.name for start in bundle.definition.event_starts
                             if isinstance(start.trigger, MessageTrigger)})
    version = Version(bundle.hash, number, bundle, bpmn)
    unit.after_commit(lambda: unit.means.versions.put(version))
    return Deployed(bundle.hash, process, number, True, bundle.warnings)


def find_problems(main_file: str, files: Mapping[str, str]) -> tuple[Problem, ...]:
    """Every problem with which a definition would be refused, and its warnings."""
    return examine(main_file, files).problems


def _record(unit: UnitOfWork, bundle: Bundle, bpmn: bytes, counted: Mapping[str, object]) -> None:
    definition = bundle.definition
    unit.record_system(Record(RecordType.DEFINITION_DEPLOYED, {
        "hash": bundle.hash, "process": definition.process, "title": definition.title, **counted,
        "profile": definition.profile, "main_file": bundle.main_file,
        "sources": json.dumps(dict(bundle.sources), ensure_ascii=False, sort_keys=True), "bpmn": bpmn.decode(),
    }, element_id=definition.process, clauses=definition.basis))
