"""Decisions: a `decide` step asks its table; the rules that fired stand in the trace, a fault stops the case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.definition.model import Decide
from engine.dmn import Decision, decide, decide_graph
from engine.errors import EngineError, Sentence
from engine.records import Record, RecordType

if TYPE_CHECKING:
    from engine.verbs.flow import Flow


def make(flow: Flow, step: Decide) -> None:
    """Decide over what the step hands in and the variables; the result becomes the variable of the step.

    Raises DecisionFailed with the table's own sentence.
    """
    scope = flow.scope.new_child({name: flow.value_of(value) for name, value in step.values})
    decision = _decide(flow, step, scope)
    if decision.fault is not None:
        raise DecisionFailed(decision.fault)
    old = flow.variables.get(step.id)
    local = {"local": [step.id]} if flow.leave(step.id, decision.value) else {}
    clauses = (*step.basis, *(clause for rule in decision.fired for clause in rule.basis))
    flow.record(Record(RecordType.DECISION_MADE, {
        "title": step.title or step.id, "set": {step.id: {"old": old, "new": decision.value}}, **local,
        "inputs": dict(decision.inputs),
        "fired": [{"decision": rule.decision, "rule": rule.number, "note": rule.annotation} for rule in decision.fired],
    }, element_id=step.id, clauses=tuple(dict.fromkeys(clauses))))


def _decide(flow: Flow, step: Decide, scope: Mapping[str, object]) -> Decision:
    if not isinstance(step.table, str):
        return decide(step.table, scope, functions=flow.functions, moment=flow.unit.now)
    file, _, wanted = step.table.partition(".")
    return decide_graph(flow.version.bundle.tables[file], scope, decision=wanted or None, functions=flow.functions,
                        moment=flow.unit.now)


class DecisionFailed(EngineError):
    """A table has no answer to what it was asked."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(f"{sentence.zh} / {sentence.en}")
        self.sentence = sentence
