"""Moving a token by hand: from where it rests to any step, with everything around it brought in order first.

First a plan, which crosses the borders of `borders` and is refused by name before anything moves; then the plan is
carried out in one go. Knows where tokens may stand; who may move them, and why, is asked elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.runtime.ad_hoc import AdHocSubProcess
from engine.runtime.blocks import SHARED, Block, Chain, blocks_of
from engine.runtime.borders import BORDERS, CannotMove
from engine.runtime.elements import FlowNode, SubProcess
from engine.runtime.flow import KEPT, WAITING, Level, LiveToken, Owner
from engine.runtime.joins import Join
from engine.runtime.naming import INSTANCE
from engine.runtime.places import hosts_of, position, resting_in, target_of, way_to
from engine.runtime.program import Program
from engine.runtime.scopes import EventScope
from engine.runtime.throwing import loop_host


@dataclass(frozen=True, slots=True)
class Move:
    """What a move is, or would be: the borders it crosses, whose tokens are withdrawn, which flows count as passed."""

    token_id: str
    source: str
    target: str
    borders: tuple[str, ...]
    withdrawn: tuple[str, ...]
    """The elements at which tokens rested that are gone, the moved one first."""
    passed: tuple[str, ...]
    """The last elements of branches that count as passed."""


@dataclass(slots=True)
class Plan:
    """A move with the tokens and nodes it is made of; good until a token of its case moves."""

    source: LiveToken
    target: FlowNode
    level: Level
    entered: list[SubProcess]
    gone: list[LiveToken]
    borders: list[str] = field(default_factory=list)
    passed: dict[BpmnProcessSpec, list[tuple[str, str]]] = field(default_factory=dict)
    """In each level the joins at which a token has to be set, with the flow it would have come by."""
    arms_anew: bool = False

    def cross(self, border: str) -> None:
        if BORDERS[border].is_refused:
            raise CannotMove(BORDERS[border])
        if border not in self.borders:
            self.borders.append(border)

    @property
    def move(self) -> Move:
        return Move(self.source.id, self.source.element_id, self.target.name[1:], tuple(self.borders) or ("within",),
                    tuple(dict.fromkeys(each.element_id for token in self.gone for each in resting_in(token))),
                    tuple(via[1:] for joins in self.passed.values() for _, via in joins))


def plan_move(owner: Owner, program: Program, token_id: str, element_id: str) -> Plan:
    """How a token gets to an element. Raises CannotMove, and NotFound for an element or a token that is not there."""
    source = position(owner, token_id)
    spec, target = target_of(program, element_id)
    way, hosts = way_to(program, spec), hosts_of(source)
    depth = 0
    while depth < min(len(way), len(hosts)) and hosts[depth].task_spec is way[depth]:
        depth += 1
    outermost = hosts[depth] if depth < len(hosts) else source
    left = loop_host(outermost)
    plan = Plan(source, target, outermost.workflow, way[depth:], [left])
    _check_left(plan, hosts[depth:], left)
    _check_entered(plan)
    goal = plan.entered[0] if plan.entered else target
    _check_beside(plan, left, goal)
    _cross_blocks(plan, _chain_of(left), blocks_of(plan.level.spec).around(goal.name))
    for node, inner in zip(plan.entered, (*plan.entered, target)[1:], strict=True):
        _enter_blocks(plan, node.level, blocks_of(node.level).around(inner.name))
    return plan


def carry_out(plan: Plan) -> Move:
    """Withdraw, set what counts as passed, and put the token where it goes; the case settles afterwards."""
    move, level = plan.move, plan.level
    for token in plan.gone:
        token.cancel()
    if plan.arms_anew:
        _arm_anew(level)
    _set_passed(plan, level)
    for node in plan.entered:
        level = node.enter(level)
        _set_passed(plan, level)
    level.sprout(plan.target)
    return move


# ---------------------------------------------------------------- levels

def _check_left(plan: Plan, hosts: list[LiveToken], left: LiveToken) -> None:
    for host in hosts:
        spec = host.task_spec
        if isinstance(spec, EventScope):
            if host is left:
                plan.cross("out of an interruption" if spec.interrupting else "out of a side scope")
                plan.arms_anew = True
        else:
            plan.cross("out of a loop" if "loop" in host.internal_data else "out of a group")
    if not hosts and left is not plan.source:
        plan.cross("out of a loop")
    group = left.internal_data.get("group")
    plan.gone += [each for each in plan.level.live() if group is not None and each is not left
                  and each.internal_data.get("group") == group]


def _check_entered(plan: Plan) -> None:
    for node in plan.entered:
        if isinstance(node, EventScope):
            plan.cross("into a scope")
        plan.cross("into an unordered group" if isinstance(node, AdHocSubProcess)
                   else "into an item" if node.name[0] == INSTANCE else "into a group")


def _check_beside(plan: Plan, left: LiveToken, goal: FlowNode) -> None:
    """A way beside a step that did not interrupt it runs beside the flow: nothing moves from one to the other."""
    blocks = blocks_of(plan.level.spec)
    here, there = blocks.beside(left.task_spec.name), blocks.beside(goal.name)
    if here[:len(there)] != there:
        plan.cross("into a scope")
    if here != there:
        plan.cross("out of a side scope")
    if here:
        plan.cross("beside a step")


def _arm_anew(level: Level) -> None:
    for scope in level.spec.armed:
        if not any(token.task_spec is scope and token._state == WAITING for token in level.live()):
            level.sprout(scope)


# ---------------------------------------------------------------- blocks

def _chain_of(token: LiveToken) -> Chain:
    """The blocks around a token; one that waits at a join still stands in its branch."""
    spec = token.task_spec
    blocks = blocks_of(token.workflow.spec)
    chain = blocks.around(spec.name)
    if isinstance(spec, Join) and len(spec._inputs) > 1:
        via = token.internal_data.get("via", "")
        for block in blocks.all:
            if block.join == spec.name:
                branch = block.branch_of(via)
                chain = (*chain, (block, SHARED if branch is None else branch))
    return chain


def _cross_blocks(plan: Plan, here: Chain, there: Chain) -> None:
    same = 0
    while same < min(len(here), len(there)) and here[same] == there[same]:
        same += 1
    left, entered = here[same:], there[same:]
    if left and entered and left[0][0] is entered[0][0]:
        _cross(plan, left[0][0], left[0][1], entered[0][1])
        left, entered = left[1:], entered[1:]
    for block, _ in left:
        _check_block(plan, block)
        if block.is_choice and any(token.task_spec.name == block.join and "rest" in token.internal_data for token in plan.level.live()):
            plan.cross("out of a late branch")
        plan.cross("out of a branch")
        _withdraw(plan, block)
    _enter_blocks(plan, plan.level.spec, entered)


def _cross(plan: Plan, block: Block, here: int, there: int) -> None:
    _check_block(plan, block, here, there)
    if block.is_choice:
        plan.cross("into a choice")
    plan.cross("across branches")
    _withdraw(plan, block, here, there)
    if block.waits_for_all:
        _count_as_passed(plan, plan.level.spec, block, [here])


def _enter_blocks(plan: Plan, spec: BpmnProcessSpec, entered: Chain) -> None:
    for block, branch in entered:
        _check_block(plan, block, branch)
        if block.is_choice:
            plan.cross("into a choice")
        plan.cross("into a branch")
        if spec is plan.level.spec:
            _withdraw(plan, block)
        if block.waits_for_all:
            ways = range(len(spec.task_specs[block.split]._outputs))
            _count_as_passed(plan, spec, block, [each for each in ways if each != branch])


def _check_block(plan: Plan, block: Block, *branches: int) -> None:
    if block.is_tangled or SHARED in branches:
        plan.cross("tangled")


def _withdraw(plan: Plan, block: Block, *branches: int) -> None:
    """Every token in these branches of a block (none said: in all of them) goes; what may be compensated is kept."""
    for token in plan.level.live():
        if token in plan.gone or token.task_spec.remembers or token._state == KEPT or "host" in token.internal_data:
            continue
        inside = dict(_chain_of(loop_host(token))).get(block)
        if inside is not None and (not branches or inside in branches) and "loop" not in token.internal_data:
            plan.gone.append(token)


def _count_as_passed(plan: Plan, spec: BpmnProcessSpec, block: Block, branches: Iterable[int]) -> None:
    into = spec.task_specs[block.join]._inputs
    plan.passed.setdefault(spec, []).extend((block.join, via) for branch in branches for via in block.flows_of(branch, into))


def _set_passed(plan: Plan, level: Level) -> None:
    for join, via in plan.passed.get(level.spec, ()):
        level.sprout(level.spec.task_specs[join], via=via)
