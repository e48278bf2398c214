"""A version of a process, ready to run: compiled once, never changed, shared by every instance and thread.

Knows how a document becomes specs; the instances and what they remember are elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.bpmn.xml import Element, name, parse_xml
from engine.errors import DefinitionInvalid, Place, Problem
from engine.runtime.assembly import assemble
from engine.runtime.drawn import Event
from engine.runtime.inspection import find_problems
from engine.runtime.reading import Document, children, extension, feel_text, is_set, kind_of
from engine.runtime.scopes import EventScope


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """The sealed specs of one process, that of its main level first.

    `starts` are the ways in and the event each needs (None: somebody simply starts it), `received` those that are
    receive tasks; `scopes` are the event sub-processes of the main level. `scripts` are the texts of script tasks,
    `called` the processes of call activities, both by element.
    """

    process_id: str
    specs: tuple[BpmnProcessSpec, ...]
    starts: Mapping[str, Event | None]
    received: frozenset[str]
    scopes: Mapping[str, EventScope]
    scripts: Mapping[str, str]
    called: Mapping[str, str]
    has_conditions: bool

    @property
    def main(self) -> BpmnProcessSpec:
        return self.specs[0]

    @property
    def start_ids(self) -> tuple[str, ...]:
        return tuple(self.starts)

    @property
    def only_start(self) -> str | None:
        """Where an instance begins when nobody says; empty: at every node no flow leads to; None: it must be said."""
        if not self.starts:
            return ""
        plain = [start_id for start_id, event in self.starts.items() if event is None]
        found = plain or list(self.starts)
        return found[0] if len(found) == 1 else None


def compile_program(xml: bytes | Element, process_id: str) -> Program:
    """The program of one process of a document; raises DefinitionInvalid naming all it will not execute."""
    root = parse_xml(xml) if isinstance(xml, bytes) else xml
    file = f"{process_id}.bpmn"
    process = next((each for each in root.iter(name("process")) if each.get("id") == process_id), None)
    if process is None:
        raise DefinitionInvalid([Problem(Place(file), "bpmn-not-executable", f"文件中没有流程 {process_id}",
                                         f"Expected a process {process_id}, but there is none")])
    problems = find_problems(process, file)
    if any(problem.severity == "error" for problem in problems):
        raise DefinitionInvalid(problems)
    document = Document(process)
    specs = assemble(process, document)
    main = specs[0]
    nodes = [node for spec in specs for node in spec.task_specs.values()]
    return Program(process_id, specs, MappingProxyType(_starts(process, document)),
                   frozenset(each.get("id") or "" for each in children(process, "receiveTask")),
                   MappingProxyType({node.name[1:]: node for node in main.task_specs.values()
                                     if isinstance(node, EventScope) and node is not main.undo}),
                   MappingProxyType(_scripts(process)), MappingProxyType(_called(process)),
                   any(event.kind == "condition" for node in nodes for event in getattr(node, "events", ())))


def _starts(process: Element, document: Document) -> dict[str, Event | None]:
    found: dict[str, Event | None] = {}
    for node in process:
        if kind_of(node) == "startEvent":
            found[node.get("id") or ""] = next(iter(document.events_of(node)), None)
        elif kind_of(node) == "receiveTask" and is_set(node, "instantiate"):
            found[node.get("id") or ""] = document.message_of(node)
    return found


def _scripts(process: Element) -> dict[str, str]:
    return {each.get("id") or "": feel_text(each.find(name("script"))) for each in process.iter(name("scriptTask"))}


def _called(process: Element) -> dict[str, str]:
    return {each.get("id") or "": called_process(each) for each in process.iter(name("callActivity"))}


def called_process(activity: Element) -> str:
    """The id of the process that a call activity calls; empty when it names none."""
    found = extension(activity, "calledElement")
    return activity.get("calledElement") or (found.get("processId") if found is not None else "") or ""
