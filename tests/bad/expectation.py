"""What stands above a bad file: its expected problems as comments. They count as lines of the file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engine.definition.library import load_library
from engine.errors import Problem
from engine.verbs.deployments import find_problems
from tests.engine.definition.shelf import NEIGHBOURS, SHARED

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.yaml"))
MAIN = "processes/demo.test.yaml"
FIRST, MORE = "# 期望 ", "#   "


def problems_of(name: str, text: str) -> tuple[Problem, ...]:
    """The problems of a text as the main file of a process; as a form or a table when its file is called form_…, table_…"""
    for drawer in ("form", "table"):
        if name.startswith(f"{drawer}_"):
            return load_library({f"{drawer}s/sample.yaml": text})[1]
    return find_problems(MAIN, {**SHARED, **NEIGHBOURS, MAIN: text})


def split(text: str) -> tuple[str, str]:
    """The expectation above a text, and the text itself."""
    lines = text.splitlines(keepends=True)
    count = next((number for number, line in enumerate(lines) if not line.startswith((FIRST, MORE))), len(lines))
    return "".join(lines[:count]), "".join(lines[count:])


def written(problems: Iterable[Problem]) -> str:
    """The problems as they stand above a file."""
    return "".join(f"{FIRST}{problem.place.line}:{problem.place.column} {problem.code}{_severity(problem)}\n"
                   + "".join(f"{MORE}{line}\n" for line in _sentences(problem)) for problem in problems)


def _severity(problem: Problem) -> str:
    return "" if problem.severity == "error" else f" {problem.severity}"


def _sentences(problem: Problem) -> list[str]:
    hint = [f"提示 {problem.hint_zh} / {problem.hint_en}"] if problem.hint_zh else []
    return [_shown(line) for line in (problem.zh, problem.en, *hint)]


def _shown(line: str) -> str:
    """One line of printable text."""
    return "".join(mark if mark.isprintable() else f"\\u{ord(mark):04x}" for mark in line)


def expected_now(name: str, text: str) -> str:
    """What the reader says of a bad file now, as it would stand above it: the places count the lines that say so."""
    _, body = split(text)
    above = written(problems_of(name, body)).count("\n")
    return written(problems_of(name, "#\n" * above + body))
