"""A definition while it is edited: the texts of its files, their problems at their lines, the diagram it would have.

What was changed in files that are not on the screen travels with the page, so that a clause and the step that cites
it can be published together. Nothing is kept here between two requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import request

from engine.bpmn.bundles import BPMN_ENDING, is_bpmn
from engine.bpmn.svg import draw_svg
from engine.definition.bundle import merge_sources
from engine.definition.keywords import KEYS, Language
from engine.definition.library import SHARED_FILES
from engine.definition.toggle import language_of, toggle
from engine.errors import DefinitionInvalid, NotFound, Place, Problem
from engine.markup import decode_xml
from engine.views.definitions import examine_edited
from web import visit
from web.pictures import inside_page

NEW_FILE = "processes/new.yaml"
"""The main file of a process that has no name yet."""
EDITED = "definition-edited:"
"""Before the path of a changed file that is not on the screen."""
_FORM = re.compile(r"forms/\w{1,64}\.yaml")
_BESIDE = re.compile(r"(?:forms/\w{1,64}\.yaml|tables/\w{1,64}\.(?:yaml|dmn))")
"""Files that a definition may bring along: its forms and its decision tables."""
_SAYS = {key: rf"^(?:{key}|{KEYS[key]})\s*:" for key in ("form", "table", "roles", "clauses", "registers")}
_KINDS = ((re.compile(_SAYS["form"] + r"\s*[\"']?(\w{1,64})", re.M), "forms/{}.yaml"),
          (re.compile(_SAYS["table"] + r"\s*[\"']?(\w{1,64})", re.M), "tables/{}.yaml"),
          *((re.compile(_SAYS[shared], re.M), f"processes/{shared}.yaml") for shared in ("roles", "clauses", "registers")))
"""What an uploaded file is, by the keyword at the beginning of a line, in either language."""
_SKELETON = """\
anliu: 1
process:
title:
profile:
basis: proposed
starts:
  - id: request
    title:
    who: {role: applicant, unit: own}
    form:
do:
  - review:
      task:
      who: {role: unit_head, unit: =request.unit}
      form:
      end: 完成
"""


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
    """The files of a version being edited, one of them on the screen. `version` is None for a new process."""

    version: Any
    main_file: str
    file: str
    base: Mapping[str, str]
    """The files as they were."""
    files: Mapping[str, str]
    """The files with what was typed."""
    beside: Mapping[str, str]
    """What all current versions define: a definition may refer to it."""
    problems: tuple[Problem, ...] = ()
    diagram: str = ""
    process: str = ""
    """What the text calls the process; empty while it cannot be read."""
    profile: str = ""

    @property
    def is_xml(self) -> bool:
        """Whether the file on the screen is BPMN or DMN."""
        return self.file.endswith((BPMN_ENDING, ".dmn"))

    @property
    def text(self) -> str:
        return self.files[self.file]

    @property
    def keywords(self) -> Language:
        """The language of the file on the screen, for the editor's completion."""
        return language_of(self.text)

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def edited(self) -> Mapping[str, str]:
        """Changed files that are not on the screen."""
        return {path: text for path, text in self.files.items() if path != self.file and self.base.get(path) != text}

    @property
    def order(self) -> tuple[str, ...]:
        """The files as tabs: the definition, its forms, what it shares with others."""
        return tuple(sorted(self.files, key=lambda path: (path != self.main_file, path in SHARED_FILES, path)))

    @property
    def shown(self) -> tuple[ShownProblem, ...]:
        return tuple(ShownProblem(problem) for problem in self.problems)

    def with_problems(self, problems: Iterable[Problem]) -> Drafting:
        return replace(self, problems=tuple(problems))

    def to_deploy(self) -> tuple[str, Mapping[str, str]]:
        """The main file and all files; a new process takes its file name from its own words."""
        files = merge_sources(self.beside, self.files)
        if self.version is not None:
            return self.main_file, files
        name = f"processes/{self.process}.{self.profile}{BPMN_ENDING if is_bpmn(self.main_file) else '.yaml'}"
        text = files.pop(self.main_file)
        return name, {**files, name: text}


def drafting_of(version: Any, beside: Mapping[str, str], file: str = "") -> Drafting:
    """A version as it is stored, or a new process."""
    drafting = _opened(version, beside)
    if (file or drafting.main_file) not in drafting.files:
        raise NotFound
    return _examined(replace(drafting, file=file or drafting.main_file))


def received_drafting(version: Any, beside: Mapping[str, str]) -> Drafting:
    """What the browser sent, put over the stored files and examined; then another file may come on the screen."""
    drafting = _opened(version, beside)
    files = {**drafting.files, **{name.removeprefix(EDITED): _sent(name) for name in request.form if name.startswith(EDITED)}}
    on_screen = request.form.get("definition-file", drafting.main_file)
    files[on_screen] = _sent("definition-text")
    if request.form.get("intent") == "toggle":
        files[on_screen] = _toggled(files[on_screen], on_screen)
    uploaded = _uploaded(drafting.main_file)
    if drafting.main_file in uploaded:
        files = {path: text for path, text in files.items() if path not in _notations(drafting.main_file)}
    files.update(uploaded)
    added = f"forms/{request.form.get('definition-form', '').strip()}.yaml"
    wanted = request.form.get("definition-next") or next(iter(sorted(uploaded, reverse=True)), on_screen)
    drafting, files, wanted = _in_its_notation(drafting, files, wanted)
    if request.form.get("intent") == "add" and _FORM.fullmatch(added):
        files.setdefault(added, f"anliu: 1\nform: {added[6:-5]}\ntitle:\nsections:\n  - fields:\n")
        wanted = added
    known = (*drafting.files, drafting.main_file)
    if any(path not in known and not _BESIDE.fullmatch(path) for path in files) or wanted not in files:
        raise NotFound
    return _examined(replace(drafting, files=files, file=wanted))


def _toggled(text: str, file: str) -> str:
    """With its keywords in the other language; as it was when it has problems, which are shown anyway."""
    try:
        return toggle(text, file)
    except DefinitionInvalid:
        return text


def _opened(version: Any, beside: Mapping[str, str]) -> Drafting:
    main_file = version.main_file if version is not None else NEW_FILE
    shared = {path: beside[path] for path in SHARED_FILES if path in beside}
    base = {**shared, **(version.sources if version is not None else {NEW_FILE: _SKELETON})}
    return Drafting(version, main_file, main_file, base, base, beside)


def _notations(main_file: str) -> list[str]:
    """Where the definition stands as YAML, and where as a drawing."""
    return [main_file.rpartition(".")[0] + ending for ending in (".yaml", BPMN_ENDING)]


def _in_its_notation(drafting: Drafting, files: Mapping[str, str], wanted: str) -> tuple[Drafting, dict[str, str], str]:
    """The text of the definition says whether it is BPMN or YAML, whatever it stood in before."""
    mains = _notations(drafting.main_file)
    texts = [files[path] for path in mains if path in files and path != drafting.main_file] or [files[drafting.main_file]]
    main = mains[1] if texts[0].lstrip("\ufeff \r\n\t").startswith("<") else mains[0]
    rest = {path: text for path, text in files.items() if path not in mains}
    return replace(drafting, main_file=main), {**rest, main: texts[0]}, main if wanted in mains else wanted


def _sent(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n")


def _uploaded(main_file: str) -> dict[str, str]:
    """Uploaded files by the path that their content gives them: a form, a table, a shared file, else the definition.

    A DMN file goes by its own name.
    """
    found = {}
    for upload in request.files.getlist("definition-upload"):
        if upload.filename:
            text = _text_of(upload.read()).replace("\r\n", "\n").removeprefix("\ufeff")
            stem, _, ending = upload.filename.rpartition(".")
            found[f"tables/{stem}.dmn" if ending == "dmn" else _path_of(text, main_file)] = text
    return found


def _text_of(source: bytes) -> str:
    """A text in the encoding it declares when it is XML, else in UTF-8."""
    if source.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").startswith(b"<"):
        try:
            return decode_xml(source)
        except DefinitionInvalid:
            pass
    return source.decode(errors="replace")


def _path_of(text: str, main_file: str) -> str:
    for pattern, path in _KINDS if not text.lstrip().startswith("<") else ():
        match = pattern.search(text)
        if match is not None:
            return path.format(*match.groups())
    return main_file


def _examined(drafting: Drafting) -> Drafting:
    with visit.reading() as read:
        files = merge_sources(drafting.beside, drafting.files)
        examined = examine_edited(read, main_file=drafting.main_file, files=files)
    drafting = replace(drafting, problems=examined.problems,
                       diagram=inside_page(draw_svg(examined.bpmn)) if examined.bpmn else "")
    if examined.bundle is None:
        return drafting
    definition = examined.bundle.definition
    return replace(drafting, process=definition.process, profile=definition.profile)


def overtaken(drafting: Drafting, current: Any) -> Problem:
    """Somebody published since this version was opened: said once, before it is replaced."""
    return Problem(Place(drafting.main_file), "overtaken",
                   f"您改的是第 {drafting.version.version} 版，现行的是第 {current.version} 版（{current.deployed_by}发布）；"
                   "再按一次发布，就以您的文本为准",
                   f"You edit version {drafting.version.version}, current is {current.version} by {current.deployed_by}; "
                   "publish once more to replace it", severity="warning")


def taken_name(drafting: Drafting) -> Problem:
    """A new process may not become the next version of one that exists."""
    return Problem(Place(drafting.main_file), "process-taken", f"已有流程“{drafting.process}”，请在它的页面上修改",
                   f"There already is a process {drafting.process!r}; edit it on its own page")
