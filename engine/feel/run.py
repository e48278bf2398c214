"""One evaluation: what it may read, what it may call, what time it is, and how much it may still do.

Counts steps; knows no expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from engine.clock import SystemClock, in_china
from engine.feel.errors import FeelBudgetExceeded
from engine.feel.regex import work_of
from engine.feel.sizes import HOLDERS, check_text, measure

MAX_CALLS = 40
_MATCHER_STEPS_PER_STEP = 40_000
_ITEMS_PER_STEP, _CHARACTERS_PER_STEP, _NODES_PER_STEP = 64, 1024, 16


class Run:
    """The purse and the surroundings of one evaluation."""

    __slots__ = ("_moment", "admitted", "depth", "functions", "left")

    def __init__(self, functions: Mapping[str, Callable[..., object]] | None, moment: datetime | None, budget: int) -> None:
        self.functions = functions
        self._moment = moment
        self.left = budget
        self.depth = 0
        self.admitted: dict[tuple[str, ...], object] = {}
        """What was read from the context and had to be converted, by its path: once per evaluation."""

    def spend(self, steps: int = 1) -> None:
        """Pays for that many steps."""
        self.left -= steps
        if self.left < 0:
            raise FeelBudgetExceeded("表达式的计算步数超出上限", "The expression takes more steps than it may")

    def weigh(self, value: object) -> object:
        """Pays for a value by all that it holds and refuses one that is too large."""
        if type(value) is str:
            check_text(len(value))
            self.spend(len(value) // _CHARACTERS_PER_STEP)
        elif type(value) in HOLDERS:
            self.spend(measure(value) // _ITEMS_PER_STEP)
        return value

    def match(self, text: object, pattern: object) -> None:
        """Pays for holding a text against a pattern, by what it may take at worst."""
        if type(text) is str and type(pattern) is str:
            self.spend(work_of(pattern, len(text)) // _MATCHER_STEPS_PER_STEP)

    def descend(self) -> None:
        """One invocation within another."""
        self.depth += 1
        if self.depth > MAX_CALLS:
            raise FeelBudgetExceeded("函数调用嵌套过深", "Function calls are nested too deeply")

    def now(self) -> datetime:
        """The evaluation's moment as China time; read once from the machine's clock if none was given."""
        if self._moment is None:
            self._moment = SystemClock().now()
        return in_china(self._moment)


def cost_of(nodes: int) -> int:
    """The steps of one pass through a body of so many nodes."""
    return 1 + nodes // _NODES_PER_STEP
