"""Deployments: a checked definition becomes a version; running instances keep theirs."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from engine.actors import PROCESS_ADMIN
from engine.bpmn.writer import write_bpmn
from engine.definition.bundle import Bundle, read_bundle
from engine.errors import DefinitionInvalid, NotAllowed, Problem
from engine.records import Record, RecordType
from engine.runtime import compile_program
from engine.soundness import Posts, check_soundness, processes_among
from engine.store.definition_rows import deployed_processes, find_current, find_number, last_number
from engine.store.directory_rows import StoredDirectory
from engine.store.register_rows import hold_count
from engine.store.unit import UnitOfWork
from engine.store.versions import Version
from engine.verbs.supported import find_unsupported


@dataclass(frozen=True, slots=True)
class Deployed:
    """The version a deployment led to; `is_new` is false when this very content already is the current one."""

    hash: str
    process: str
    number: int
    is_new: bool
    warnings: tuple[Problem, ...] = ()


def deploy(unit: UnitOfWork, *, main_file: str, files: Mapping[str, str]) -> Deployed:
    """Check, draw, compile and store a definition. Raises DefinitionInvalid with every problem; then nothing is stored."""
    if not (unit.actor.is_system or unit.actor.has_power(PROCESS_ADMIN)):
        raise NotAllowed("只有流程管理员可以发布流程", "Only a process administrator may publish")
    bundle = read_deployable(main_file, files, posts=StoredDirectory(unit.connection, unit.now),
                             processes=deployed_processes(unit.connection))
    bpmn = write_bpmn(bundle.definition, role_titles={role.id: role.title for role in bundle.library.roles.values()})
    process = bundle.definition.process
    compile_program(bpmn, process)
    counter = f"versions/{process}"
    count = hold_count(unit.connection, counter)
    known = find_number(unit.connection, bundle.hash)
    current = find_current(unit.connection, process)
    if known is not None and current == bundle.hash:
        return Deployed(bundle.hash, process, known, False, bundle.warnings)
    number = known or last_number(unit.connection, process) + 1
    _record(unit, bundle, bpmn, {"number": number, "is_back": known is not None, "counter": counter,
                                 "count": count + 1})
    version = Version(bundle.hash, number, bundle, bpmn)
    unit.after_commit(lambda: unit.means.versions.put(version))
    return Deployed(bundle.hash, process, number, True, bundle.warnings)


def read_deployable(main_file: str, files: Mapping[str, str], *, posts: Posts | None = None,
                    processes: Collection[str] = ()) -> Bundle:
    """The bundle of a sound definition that this version runs, with all warnings; DefinitionInvalid carries all problems.

    With `posts`, separations of duty are held against who holds which post now. What is called must be among the files or
    the `processes` deployed so far.
    """
    bundle = read_bundle(main_file, files)
    sound = check_soundness(bundle, posts=posts, processes=processes_among(files) | {*processes})
    problems = tuple(sorted({*find_unsupported(bundle.definition), *sound, *bundle.warnings}))
    if any(problem.severity == "error" for problem in problems):
        raise DefinitionInvalid(problems)
    return replace(bundle, warnings=problems)


def find_problems(main_file: str, files: Mapping[str, str]) -> tuple[Problem, ...]:
    """Every problem with which a definition would be refused, and its warnings."""
    try:
        return read_deployable(main_file, files).warnings
    except DefinitionInvalid as error:
        return tuple(error.problems)


def _record(unit: UnitOfWork, bundle: Bundle, bpmn: bytes, counted: Mapping[str, object]) -> None:
    definition = bundle.definition
    unit.record_system(Record(RecordType.DEFINITION_DEPLOYED, {
        "hash": bundle.hash, "process": definition.process, "title": definition.title, **counted,
        "profile": definition.profile, "main_file": bundle.main_file,
        "sources": json.dumps(dict(bundle.sources), ensure_ascii=False, sort_keys=True), "bpmn": bpmn.decode(),
    }, element_id=definition.process, clauses=definition.basis))
