"""Cells: compiled once per text; and whether a value belongs into a column.

Knows one cell or one value at a time, no policies.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from engine.dmn.model import Input, Output
from engine.feel import Compiled, FeelBudgetExceeded, TypeName, coerce, compile_expression, compile_unary_tests, tree
from engine.feel.tree import walk

SMALL_BUDGET = 200
"""Steps of FEEL that a constant may take."""


def compile_cell(text: str, names: tuple[str, ...] = ()) -> Compiled:
    """Tests over `?`; FeelSyntaxError when they do not read."""
    return compile_unary_tests(text, names=names)


def compile_result(text: str, names: tuple[str, ...] = ()) -> Compiled:
    """An expression; FeelSyntaxError when it does not read."""
    return compile_expression(text, names=names)


def conforming(value: object, wanted: str) -> object:
    """The value as the type wants it (a list of one as its item, and back), null where it cannot be."""
    return coerce(value, TypeName(wanted)) if wanted else value


def is_allowed(value: object, column: Input | Output, names: tuple[str, ...], scope: Mapping[str, object]) -> bool:
    """Whether a value is one of the column's allowed ones; of a list, each of its items."""
    if isinstance(value, list):
        return all(is_allowed(item, column, names, scope) for item in value)
    if isinstance(column, Input) and column.whole and not is_whole(value):
        return False
    return not column.allowed or compile_cell(column.allowed, names).evaluate({**scope, "?": value}) is True


def is_whole(value: object) -> bool:
    return compile_cell("? = floor(?)").evaluate({"?": value}) is True


@lru_cache(maxsize=512)
def alternatives(text: str, names: tuple[str, ...] = ()) -> tuple[Compiled, ...]:
    """The tests that a text lists, one by one: `"a", "b"` gives two."""
    whole = compile_cell(text, names)
    listed = whole.tree.operands if isinstance(whole.tree, tree.Junction) else (whole.tree,)
    return tuple(Compiled(text, test) for test in listed)


def rank(value: object, allowed: str, names: tuple[str, ...] = ()) -> int | None:
    """The place of a value among the allowed ones, 0 the first; None when it is not among them."""
    tests = alternatives(allowed, names)
    return next((place for place, test in enumerate(tests) if test.evaluate({"?": value}) is True), None)


def constant_of(compiled: Compiled) -> tuple[bool, object]:
    """Whether something always gives the same, and what; False where it reads, calls, asks the time or takes long."""
    clock = any(isinstance(part, tree.Call) and isinstance(part.target, tree.Name) and part.target.name in ("now", "today")
                for part in walk(compiled.tree))
    if compiled.paths or compiled.maybe_paths or compiled.calls or clock:
        return False, None
    try:
        return True, compiled.evaluate({}, budget=SMALL_BUDGET)
    except FeelBudgetExceeded:
        return False, None
