"""A definition while it is edited: the text of one file, its problems at their lines, the diagram it would have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import request

from engine.bpmn.svg import draw_svg
from engine.bpmn.writer import write_bpmn
from engine.definition.bundle import read_bundle
from engine.errors import DefinitionInvalid, NotFound, Problem
from web.pictures import inside_page

_LARGEST_TEXT = 256 * 1024


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A problem as the editor's script reads it."""

    problem: Problem

    def as_json(self, language: str) -> Mapping[str, Any]:
        problem, english = self.problem, language == "en"
        return {"file": problem.place.file, "line": problem.place.line, "column": problem.place.column,
                "severity": problem.severity, "code": problem.code, "message": problem.en if english else problem.zh,
                "hint": problem.hint_en if english else problem.hint_zh}


@dataclass(frozen=True, slots=True)
class Drafting:
    """One file of a version being edited; `files` is the version's source with the edited text in it."""

    version: Any
    file: str
    files: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    diagram: str = ""

    @property
    def text(self) -> str:
        return self.files[self.file]

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def is_changed(self) -> bool:
        return dict(self.files) != dict(self.version.sources)

    @property
    def shown(self) -> tuple[ShownProblem, ...]:
        return tuple(ShownProblem(problem) for problem in self.problems)

    def with_problems(self, problems: Iterable[Problem]) -> Drafting:
        return replace(self, problems=tuple(problems))


def drafting_of(version: Any, file: str) -> Drafting:
    if file not in version.sources:
        raise NotFound
    return _examined(Drafting(version, file, version.sources))


def received_drafting(version: Any) -> Drafting:
    """The text that the browser sent in place of one of the version's files, examined."""
    file = request.form.get("definition-file", version.main_file)
    if file not in version.sources:
        raise NotFound
    text = request.form.get("definition-text", "").replace("\r\n", "\n")
    return _examined(Drafting(version, file, {**version.sources, file: text}))


def _examined(drafting: Drafting) -> Drafting:
    try:
        bundle = read_bundle(drafting.version.main_file, drafting.files)
    except DefinitionInvalid as error:
        return drafting.with_problems(error.problems)
    titles = {role.id: role.title for role in bundle.library.roles.values()}
    diagram = inside_page(draw_svg(write_bpmn(bundle.definition, role_titles=titles)))
    return replace(drafting, problems=bundle.warnings, diagram=diagram)
