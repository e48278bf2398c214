"""Where a token may be moved from and to, and what stands around both: positions, targets, levels.

Refuses, by the rows of `borders`, what is no position and no target. Moves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.errors import NotFound
from engine.runtime.borders import BORDERS, CannotMove
from engine.runtime.elements import FlowNode, PassThrough, SubProcess
from engine.runtime.events import BoundaryEvent, CompensationEvent, EventGateway, StartEvent
from engine.runtime.flow import WAITING, LiveToken, Owner
from engine.runtime.joins import Gather, Join
from engine.runtime.loops import LoopNode
from engine.runtime.naming import inner_name
from engine.runtime.program import Program
from engine.runtime.scopes import EventScope

_NO_STEP = (BoundaryEvent, CompensationEvent, StartEvent, EventScope, PassThrough, Gather)


def position(owner: Owner, token_id: str) -> LiveToken:
    """The token at rest. Raises NotFound, and CannotMove for what is none, or while something is being undone."""
    token = owner.find(token_id)
    if token is None:
        raise NotFound(f"没有位置 {token_id}，事项可能已经前进", f"There is no position {token_id}: the case may have moved on")
    if any("undo" in each.internal_data for each in owner.live()):
        raise CannotMove(BORDERS["undoing"])
    if not is_position(token):
        raise CannotMove(BORDERS["no position"])
    return token


def is_position(token: LiveToken) -> bool:
    """Whether the flow rests here: neither a sub-process or loop as a whole, nor what waits or remembers beside it."""
    spec = token.task_spec
    is_whole = token.id in token.workflow.top_workflow.subprocesses or (isinstance(spec, LoopNode) and "made" in token.internal_data)
    return not is_whole and "host" not in token.internal_data and not spec.remembers and token.holds


def place_kind(token: LiveToken) -> str:
    """What it does here: the kind of its work; `join` when it waits for other branches; empty otherwise."""
    spec = token.task_spec
    return "join" if isinstance(spec, Join) and token._state == WAITING else str(spec.kind)


def target_of(program: Program, element_id: str) -> tuple[BpmnProcessSpec, FlowNode]:
    """The node of an element, and its level. Raises NotFound, and CannotMove for what is no step."""
    name = inner_name(element_id)
    for spec in program.specs:
        node = spec.task_specs.get(name)
        if isinstance(node, FlowNode):
            is_join = isinstance(node, Join) and len(node._inputs) > 1
            is_reached = bool(node._inputs) or name in spec.entries
            is_rival = any(isinstance(spec.task_specs[each], EventGateway) for each in node._inputs)
            if isinstance(node, _NO_STEP) or is_join or is_rival or not is_reached:
                raise CannotMove(BORDERS["no step"])
            return spec, node
    raise NotFound(f"流程没有步骤 {element_id}", f"The process has no step {element_id}")


@lru_cache(maxsize=256)
def _containers(program: Program) -> Mapping[BpmnProcessSpec, tuple[BpmnProcessSpec, SubProcess]]:
    """For each inner level the level around it, and the node that it is in there."""
    return {node.level: (spec, node) for spec in program.specs for node in spec.task_specs.values() if isinstance(node, SubProcess)}


def way_to(program: Program, spec: BpmnProcessSpec) -> list[SubProcess]:
    """The sub-processes around a level, the outermost first."""
    found: list[SubProcess] = []
    while spec is not program.main:
        spec, node = _containers(program)[spec]
        found.insert(0, node)
    return found


def hosts_of(token: LiveToken) -> list[LiveToken]:
    """The tokens of the sub-processes around it, the outermost first."""
    found: list[LiveToken] = []
    host = token.workflow.host
    while host is not None:
        found.insert(0, host)
        host = host.workflow.host
    return found


def resting_in(token: LiveToken) -> list[LiveToken]:
    """The token, or those that rest in what it stands for: a loop's items, a sub-process's steps."""
    level = token.workflow
    instances = [each for each in level.live() if each.internal_data.get("loop") == token.id]
    inner = level.top_workflow.subprocesses.get(token.id)
    around = [each for each in inner.live() if each.holds and "host" not in each.internal_data] if inner is not None else []
    return [deep for each in (*instances, *around) for deep in resting_in(each)] or [token]
