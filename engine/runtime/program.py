"""A version of a process, ready to run: compiled once, never changed, shared by every instance and thread.

Knows how a document becomes specs; the instances and what they remember are elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.bpmn.xml import Element, name, parse_xml
from engine.errors import DefinitionInvalid, Place, Problem
from engine.runtime.blueprint import PREFIX, draw, event_scopes, inner_name
from engine.runtime.events import CatchEvent
from engine.runtime.inspection import children, find_problems, is_set
from engine.runtime.parsing import parse_specs


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """The sealed specs of one process; `interrupting` tells which event sub-processes cancel all else."""

    process_id: str
    specs: Mapping[str, BpmnProcessSpec]
    start_ids: tuple[str, ...]
    interrupting: Mapping[str, bool]
    has_conditions: bool

    @property
    def main(self) -> BpmnProcessSpec:
        return self.specs[inner_name(self.process_id)]


def compile_program(xml: bytes | Element, process_id: str) -> Program:
    """The program of one process of a document; raises DefinitionInvalid naming all it will not execute."""
    root = parse_xml(xml) if isinstance(xml, bytes) else xml
    file = f"{process_id}.bpmn"
    process = next((each for each in root.iter(name("process")) if each.get("id") == process_id), None)
    if process is None:
        raise _invalid(file, f"文件中没有流程 {process_id}", f"Expected a process {process_id}, but there is none")
    problems = find_problems(process, file)
    if problems:
        raise DefinitionInvalid(problems)
    try:
        specs = parse_specs(draw(process))
    except ValidationException as error:
        raise _invalid(file, f"流程无法读入：{error}", f"the process cannot be read: {error}") from error
    scopes = {scope.get("id") or "": is_set(children(scope, "startEvent")[0], "isInterrupting", "true")
              for scope in event_scopes(process)}
    return Program(process_id, MappingProxyType(specs), _start_ids(specs[inner_name(process_id)]),
                   MappingProxyType(scopes), _awaits_conditions(specs.values()))


def _start_ids(spec: BpmnProcessSpec) -> tuple[str, ...]:
    return tuple(start.name.removeprefix(PREFIX) for start in spec.bpmn_start_events)


def _awaits_conditions(specs: Iterable[BpmnProcessSpec]) -> bool:
    return any(isinstance(node, CatchEvent) and node.event_definition.kind == "condition"
               for spec in specs for node in spec.task_specs.values())


def _invalid(file: str, zh: str, en: str) -> DefinitionInvalid:
    return DefinitionInvalid([Problem(Place(file), "bpmn-not-executable", zh, en)])
