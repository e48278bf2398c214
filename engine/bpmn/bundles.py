"""Bundles of definitions in either notation: YAML, or BPMN when the name of the main file says so."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.reading.reader import read_bpmn
from engine.definition import bundle
from engine.definition.bundle import Bundle
from engine.errors import Problem

BPMN_ENDING = ".bpmn"


def is_bpmn(file: str) -> bool:
    return file.endswith(BPMN_ENDING)


def read_bundle(main_file: str, files: Mapping[str, str]) -> Bundle:
    """The bundle of a definition; DefinitionInvalid carries all problems."""
    if is_bpmn(main_file):
        return bundle.read_bundle(main_file, files, read=read_bpmn)
    return bundle.read_bundle(main_file, files)


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
