"""The two doors of the language: compile an expression, evaluate it.

`compile_expression` says what is wrong with a text; `Compiled.evaluate` computes, and gives null where FEEL
does. Knows nothing of definitions, forms or instances.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import lru_cache

from engine.feel.access import Closure
from engine.feel.compiler import Compiler
from engine.feel.errors import FeelBudgetExceeded, FeelSyntaxError
from engine.feel.functions import BUILT_IN
from engine.feel.names import Vocabulary
from engine.feel.parser import Parser
from engine.feel.run import Run
from engine.feel.sizes import HOLDERS, measure
from engine.feel.tree import Node

DEFAULT_BUDGET = 10_000
_BUILT_IN_NAMES = Vocabulary(BUILT_IN)


class Compiled:
    """A readable expression: what it reads and calls, and its value in a context."""

    __slots__ = ("_closure", "_empty", "calls", "maybe_paths", "paths", "source", "tree")

    def __init__(self, source: str, node: Node) -> None:
        compiler = Compiler()
        self.source = source
        self.tree = node
        self._closure: Closure = compiler.compile(node)
        self._empty: list[object] = [None] * (compiler.scopes.slots - 2)
        self.paths = frozenset(compiler.scopes.paths)
        self.maybe_paths = frozenset(compiler.scopes.maybe)
        self.calls = frozenset(compiler.scopes.calls)

    def evaluate(self, context: Mapping[str, object], *, functions: Mapping[str, Callable[..., object]] | None = None,
                 moment: datetime | None = None, budget: int = DEFAULT_BUDGET) -> object:
        """The expression's value; null where it has none, FeelBudgetExceeded where it costs too much."""
        try:
            value = self._closure([context, Run(functions, moment, budget), *self._empty])
            if type(value) in HOLDERS:
                measure(value)
            return value
        except RecursionError:
            raise FeelBudgetExceeded("表达式嵌套过深", "The expression is nested too deeply") from None


def compile_expression(source: str, *, names: Collection[str] = ()) -> Compiled:
    """Reads an expression; `names` are names of several words that may occur in it. FeelSyntaxError if it does not read."""
    return _compile(source, frozenset(names), Parser.whole)


def compile_unary_tests(source: str, *, names: Collection[str] = ()) -> Compiled:
    """Reads the cell of a decision table: tests over the value that the context holds under `?`."""
    return _compile(source, frozenset(names), Parser.whole_tests)


@lru_cache(maxsize=4096)
def _compile(source: str, names: frozenset[str], read: Callable[[Parser], Node]) -> Compiled:
    try:
        return Compiled(source, read(Parser(source, names, _BUILT_IN_NAMES)))
    except RecursionError:
        raise FeelSyntaxError("表达式嵌套过深", "The expression is nested too deeply", 0) from None


def evaluate(expression: str, context: dict[str, object]) -> object:
    """The expression's value in the context; null for whatever is wrong with it, even if it does not read."""
    try:
        compiled = compile_expression(expression, names=frozenset(_names_in(context)))
        return compiled.evaluate(context, budget=1_000_000)
    except (FeelSyntaxError, FeelBudgetExceeded):
        return None


def _names_in(value: object, depth: int = 0) -> set[str]:
    """Names in a context that are not single words."""
    if depth > 20:
        return set()
    if isinstance(value, Mapping):
        found = {key for key in value if isinstance(key, str) and not key.isidentifier()}
        return found.union(*(_names_in(item, depth + 1) for item in value.values()))
    if isinstance(value, list | tuple):
        return set().union(*(_names_in(item, depth + 1) for item in value))
    return set()
