"""Bundles of definitions in either notation: YAML, or BPMN when the name of the main file says so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial

from engine.bpmn.reading.reader import read_bpmn
from engine.definition import bundle
from engine.definition.bundle import Bundle
from engine.definition.library import Library, load_library
from engine.definition.neighbours import NOBODY, Candidate, Neighbours
from engine.definition.reader import DefinitionReading, read_definition
from engine.errors import Problem

BPMN_ENDING = ".bpmn"
_MAIN_FILE = re.compile(r"processes/(?P<process>\w+)\.(?P<profile>\w+)\.(?:yaml|bpmn)")


def is_bpmn(file: str) -> bool:
    return file.endswith(BPMN_ENDING)


def read_bundle(main_file: str, files: Mapping[str, str], *, neighbours: Neighbours = NOBODY) -> Bundle:
    """The bundle of a definition; DefinitionInvalid carries all problems, also those it has with its neighbours."""
    if is_bpmn(main_file):
        return bundle.read_bundle(main_file, files, read=read_bpmn, neighbours=neighbours)
    return bundle.read_bundle(main_file, files, neighbours=neighbours)


def reopen_bundle(main_file: str, sources: Mapping[str, str]) -> Bundle:
    """The bundle of a version that is deployed, from its own sources; it is not checked again."""
    if is_bpmn(main_file):
        return bundle.reopen_bundle(main_file, sources, read=read_bpmn)
    return bundle.reopen_bundle(main_file, sources)


def find_problems(main_file: str, files: Mapping[str, str]) -> tuple[Problem, ...]:
    """Every problem of a definition and of what it uses; `files` maps paths to texts."""
    if is_bpmn(main_file):
        return bundle.find_problems(main_file, files, read=read_bpmn)
    return bundle.find_problems(main_file, files)


# ---------------------------------------------------------------- the processes beside it

def neighbours_of(main_file: str, files: Mapping[str, str], deployed: Iterable[Bundle] = ()) -> Neighbours:
    """The processes beside a main file: those that files are named after, and those deployed of which there is no file.

    Of several profiles that of the main file counts; when there is none, only the name is certain.
    """
    own = _MAIN_FILE.fullmatch(main_file)
    found: dict[str, Candidate | None] = {
        each.definition.process: Candidate(each.sources[each.main_file], partial(_read_deployed, each)) for each in deployed}
    by_process: dict[str, dict[str, str]] = defaultdict(dict)
    for file in files:
        match = _MAIN_FILE.fullmatch(file)
        if match and file != main_file:
            by_process[match["process"]][match["profile"]] = file
    for process, profiles in by_process.items():
        chosen = profiles.get(own["profile"]) if own else None
        if chosen is None and len(profiles) == 1:
            chosen = next(iter(profiles.values()))
        found[process] = Candidate(files[chosen], partial(_read_file, chosen, files)) if chosen is not None else None
    return Neighbours(found)


def _read_deployed(deployed: Bundle) -> tuple[DefinitionReading, Library]:
    return _read(deployed.main_file, deployed.sources[deployed.main_file], deployed.library), deployed.library


def _read_file(file: str, files: Mapping[str, str]) -> tuple[DefinitionReading, Library]:
    library = load_library(files)[0]
    return _read(file, files[file], library), library


def _read(file: str, text: str, library: Library) -> DefinitionReading:
    return read_bpmn(text, file, library) if is_bpmn(file) else _read_yaml(text, file)


_read_yaml = lru_cache(maxsize=64)(read_definition)
"""An editor asks again at every pause; what stands beside has not changed."""
