"""What inference says of an expression is what evaluation gives, over many random expressions."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, seed, settings

from engine.feel import FeelBudgetExceeded, Type, compile_expression, infer
from engine.feel.instances import conforms
from tests.engine.feel.expressions import CONTEXTS, VARIABLES, expressions

MOMENT = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)


@seed(20261128)
@settings(max_examples=300, deadline=None)
@given(expressions(), CONTEXTS)
def test_a_value_is_of_the_type_that_was_inferred(source: str, context: dict[str, object]) -> None:
    compiled = compile_expression(source)
    inferred = infer(compiled, VARIABLES).type
    try:
        value = compiled.evaluate(context, moment=MOMENT, budget=5_000)
    except FeelBudgetExceeded:
        return
    assert value is None or inferred == Type("Any") or conforms(value, inferred) is True, (source, value, inferred)
