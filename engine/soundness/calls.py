"""Other processes that a definition calls: whether there are any of that name. It refuses to know what they do."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from engine.definition.model import Call, Definition
from engine.definition.problems import Problems, did_you_mean

_MAIN_FILE = re.compile(r"processes/(?P<process>\w+)\.\w+\.(?:yaml|bpmn)")


def processes_among(files: Iterable[str]) -> frozenset[str]:
    """The processes that files are named after: `processes/<process>.<profile>.yaml`."""
    return frozenset(match["process"] for file in files if (match := _MAIN_FILE.fullmatch(file)))


def check_calls(definition: Definition, processes: Collection[str], problems: Problems) -> None:
    """Every process that is called is one of these, or the definition itself."""
    known = {*processes, definition.process}
    for step in definition.every_step():
        if isinstance(step, Call) and step.process and step.process not in known:
            problems.add(step.place, "unknown-process", zh=f"没有“{step.process}”这个流程", en=f"There is no process {step.process!r}",
                         hint=did_you_mean(step.process, known))
