"""The operator's page of one case: where it rests, where it could go, what could be changed, what waits to be confirmed.

Shows names and titles, not contents: an operator intervenes in the course of a case, and reads its answers where all do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.definition.model import EXTRA_NAMES
from engine.definition.normalise import normal_date, normal_moment, normal_number, normal_text
from engine.definition.value_types import types_of
from engine.definition.wrong import Wrong
from engine.errors import EngineError, FieldError, Sentence, SubmissionInvalid
from engine.feel import FeelBudgetExceeded, Type, compile_expression
from engine.feel.types import in_chinese, in_english
from engine.store.queries.cases import (
    InstanceHead,
    ProposalRow,
    SuspensionRow,
    find_suspension,
    get_head,
    proposals_of,
    task_rows,
)
from engine.store.queries.changes import Naming
from engine.store.reader import Reader
from engine.verbs.flow import Flow
from engine.verbs.moves import Position, positions
from engine.verbs.offers import flow_of
from engine.verbs.operations import not_variables

DIGITS = 30
"""How many digits a number may have before its point, and zeros behind it, as in a form."""


@dataclass(frozen=True, slots=True)
class Target:
    """A step that a case may be moved to."""

    id: str
    title: str
    was_done: bool


@dataclass(frozen=True, slots=True)
class VariableRow:
    """A variable that may be changed, and what it holds."""

    name: str
    kind: Sentence


@dataclass(frozen=True, slots=True)
class OperationsView:
    head: InstanceHead
    suspension: SuspensionRow | None
    positions: tuple[Position, ...]
    targets: tuple[Target, ...]
    variables: tuple[VariableRow, ...]
    proposals: tuple[ProposalRow, ...]


def operations_view(read: Reader, instance_id: str) -> OperationsView:
    """NotFound unless it exists and the actor may see it."""
    head = get_head(read, instance_id)
    flow = flow_of(read, instance_id)
    steps = (*flow.definition.starts, *flow.definition.every_step()) if head.status == "running" else ()
    done = {row.element_id for row in task_rows(read, instance_id) if row.status == "completed"}
    targets = tuple(Target(step.id, str(getattr(step, "title", "") or step.id), step.id in done) for step in steps)
    variables = tuple(VariableRow(name, Sentence(in_chinese(sort), in_english(sort))) for name, sort in sorted(_changeable(flow).items()))
    return OperationsView(head, find_suspension(read, instance_id), positions(flow), targets, variables,
                          proposals_of(read, instance_id, Naming(flow.version.bundle)))


def value_typed(read: Reader, instance_id: str, name: str, typed: str) -> object:
    """What somebody typed, as a value for this variable; a text that begins with `=` is an expression over the case.

    Raises NotFound, SubmissionInvalid.
    """
    get_head(read, instance_id)
    flow = flow_of(read, instance_id)
    text = typed.strip()
    if not text:
        return None
    try:
        if text.startswith("="):
            _check_readable(flow, text[1:])
            return _bounded(flow.value_of_text(text[1:]))
        sort = _changeable(flow).get(name)
        return _READERS.get(sort.name if sort is not None else "", normal_text)(text)
    except SubmissionInvalid:
        raise
    except FeelBudgetExceeded as costly:
        raise SubmissionInvalid([FieldError("value", f"{name}：{costly.zh}", f"{name}: {costly.en}")]) from None
    except (Wrong, EngineError, ArithmeticError, KeyError):
        raise SubmissionInvalid([FieldError("value", f"{name} 的值写得不对；也可以写表达式，以 = 开头",
                                            f"This is no value for {name}; an expression begins with =")]) from None


def _check_readable(flow: Flow, text: str) -> None:
    """Raises SubmissionInvalid for an expression that would show in a variable what the operator reads masked."""
    if Naming(flow.version.bundle).reads_personal(compile_expression(text, names=EXTRA_NAMES)):
        raise SubmissionInvalid([FieldError("value", "表达式不能读取标为个人信息的填写内容，也不能读取台账；请直接写值",
                                            "An expression reads no answers that are marked personal and no registers: type the value")])


def _bounded(value: object) -> object:
    """Raises Wrong for a number that no form would take."""
    if isinstance(value, Decimal) and not (value.is_finite() and abs(value.adjusted()) <= DIGITS):
        raise Wrong("数字过大或过小", "the number is too large or too small")
    return value


def _changeable(flow: Flow) -> dict[str, Type]:
    """Variables that steps write by themselves, with their types."""
    fixed = not_variables(flow.definition) | {step.id for step in flow.definition.every_form_step()}
    return {name: sort for name, sort in types_of(flow.definition, flow.version.bundle.library).items() if name not in fixed}


_READERS: Mapping[str, Callable[[str], object]] = {
    "number": normal_number, "date": normal_date, "date and time": normal_moment,
    "boolean": {"是": True, "否": False, "true": True, "false": False}.__getitem__}
