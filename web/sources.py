"""The files a definition stands on: those of its own project folder, over the shipped ones.

A project folder holds `processes/`, `forms/` and `tables/`. It reads files and asks the engine what is wrong with them; what
a definition means it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from engine.bpmn.bundles import is_bpmn
from engine.definition.library import SHARED_FILES, load_library
from engine.definition.pack import PACK_FILE, with_pack
from engine.definition.pack_reader import read_pack
from engine.definition.spelling import spelt
from engine.errors import EngineError, Place, Problem
from engine.markup import decode_xml
from engine.verbs.deployments import examine

DRAWERS = ("processes", "forms", "tables")
PACKS = "processes/packs"
_TRAVELLING = Path(__file__).parent / "shipped"
"""Where processes/ and forms/ stand in the wheel; in a checkout they stand beside web/."""


class FileUnreadable(EngineError):
    """A file that should be read is missing or not text."""


class FileGarbled(FileUnreadable):
    """A file whose bytes are not UTF-8."""

    def __init__(self, place: Place) -> None:
        zh, en = "文件须是 UTF-8 编码的文本", "The file must be UTF-8 text"
        super().__init__(f"{place}: {zh} / {en}")
        self.problem = Problem(place, "encoding", zh, en, "用编辑器另存为 UTF-8（不少表格和旧编辑器存成 GBK）",
                               "Save it as UTF-8 (many spreadsheets and older editors write GBK)")


@dataclass(frozen=True, slots=True)
class Sources:
    """One file to look at, under its name in the project, with all the files around it by name."""

    name: str
    files: Mapping[str, str]
    given: Path
    """The path as it was given, for the places of problems."""
    garbled: tuple[Problem, ...] = ()
    """Of files beside it that are no text: they are not among the files."""


def shipped_folder() -> Path:
    """The folder that holds the shipped processes/ and forms/, in a checkout as in an installed wheel."""
    return _TRAVELLING if _TRAVELLING.is_dir() else Path(__file__).parents[1]


def shipped_definitions() -> tuple[Path, ...]:
    """The shipped definitions; shared files have no profile in their name."""
    return tuple(sorted((shipped_folder() / "processes").glob("*.*.yaml")))


def sources_around(path: Path, pack: str = "") -> Sources:
    """A file and everything it may refer to, with a pack applied when one is named; NotFound when there is none of that name.

    A file outside a project is read as if it stood in processes/.
    """
    text = _read(path)
    drawer, project = _drawer_of(path)
    name = f"{drawer}/{path.name}"
    garbled: list[Problem] = []
    own = _files_in(project, garbled) if project is not None else {}
    files = {**_files_in(shipped_folder(), garbled), **own, name: text}
    return Sources(name, with_pack(files, pack) if pack else files, path, tuple(garbled))


def _drawer_of(path: Path) -> tuple[str, Path | None]:
    """The drawer a file stands in and the folder of its project; None outside of any."""
    above = path.absolute().parents
    if above[0].name == "packs" and above[1].name == "processes":
        return PACKS, above[2]
    return (above[0].name, above[1]) if above[0].name in DRAWERS else ("processes", None)


def problems_in(sources: Sources) -> tuple[Problem, ...]:
    """Every problem of the file; a definition's also in the forms and shared files that it uses."""
    if sources.name.startswith(("forms/", "tables/")) or sources.name in SHARED_FILES:
        found = [problem for problem in _problems_beside(sources) if problem.place.file == sources.name]
    elif sources.name.startswith(f"{PACKS}/"):
        found = _problems_of_pack(sources)
    else:
        found = list(examine(sources.name, sources.files).problems)
    placed = {replace(problem, place=_place_as_given(sources, problem.place)) for problem in spelt(found, sources.files)}
    return tuple(sorted({*placed, *sources.garbled}))


def _problems_beside(sources: Sources) -> list[Problem]:
    """What reading the file shows, and what each definition that stands in the same project makes of it."""
    found = list(load_library(sources.files)[1])
    own = {f"processes/{path.name}" for path in sources.given.absolute().parents[1].glob("processes/*.*.yaml")}
    for name in sorted(own):
        found += examine(name, sources.files).problems
    return found


def _problems_of_pack(sources: Sources) -> list[Problem]:
    """What reading a pack shows, and what is wrong with it beside each definition that it takes."""
    reading = read_pack(sources.files[sources.name], sources.name)
    found = list(reading.problems)
    takes = reading.pack.takes if reading.pack is not None else ()
    files = {**sources.files, PACK_FILE: sources.files[sources.name]}
    for process in takes:
        main = next((path for path in sources.files if path.startswith(f"processes/{process}.")), None)
        if main is None:
            found.append(Problem(Place(sources.name), "unknown-process", f"没有“{process}”这个流程", f"There is no process {process!r}"))
        else:
            beside = [problem for problem in examine(main, files).problems if problem.place.file == PACK_FILE]
            found += [replace(problem, place=replace(problem.place, file=sources.name)) for problem in beside]
    return found


def _place_as_given(sources: Sources, place: Place) -> Place:
    if place.file == sources.name:
        return replace(place, file=str(sources.given))
    beside = sources.given.parent.parent / place.file
    return replace(place, file=str(beside)) if beside.is_file() else place


def _files_in(project: Path, garbled: list[Problem]) -> dict[str, str]:
    """The texts of a project by name; a file that is no text is noted and left out."""
    found = {}
    for drawer in (*DRAWERS, PACKS):
        for path in sorted((project / drawer).glob("*.*")):
            if path.suffix in (".yaml", ".dmn") and not path.name.startswith("."):
                try:
                    found[f"{drawer}/{path.name}"] = _read(path)
                except FileGarbled as error:
                    garbled.append(error.problem)
    return found


def _read(path: Path) -> str:
    try:
        source = path.read_bytes()
        return decode_xml(source, str(path)) if is_bpmn(path.name) else source.decode()
    except OSError as error:
        raise FileUnreadable(f"读不到文件 {path}：{error.strerror} / Cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        before = error.object[:error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise FileGarbled(Place(str(path), line, column)) from error
