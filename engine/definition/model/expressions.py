"""Expressions and values: FEEL source text with the place it came from, and what may stand where a value is asked for.

Whoever evaluates them compiles through `engine.feel`; this module refuses to know variables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from engine.errors import Place
from engine.feel import Compiled, compile_expression, compile_unary_tests

LANGUAGE = 1
EXTRA_NAMES = ("instance", "working days after")
"""Names that FEEL alone would not read as one name: a keyword of its grammar, and names of several words."""


@dataclass(frozen=True, slots=True)
class Expression:
    """FEEL text (without the leading `=`) and where it stands."""

    text: str
    place: Place = field(compare=False, default=Place())

    def compiled(self) -> Compiled:
        """What engine.feel made of it; the same text is compiled once."""
        return compile_expression(self.text, names=EXTRA_NAMES)


@dataclass(frozen=True, slots=True)
class CellTests(Expression):
    """The cell of a decision table: FEEL's unary tests over `?`."""

    def compiled(self) -> Compiled:
        return compile_unary_tests(self.text, names=EXTRA_NAMES)


Literal_ = str | Decimal | bool | None
Value = Expression | Literal_ | tuple["Value", ...]
"""A literal, an expression, or a list of them: what `set`, `record` and `default` may hold."""
Named = tuple[tuple[str, Value], ...]
"""Values under names, in the order in which they were written: `set`, `with`, `returns`."""
