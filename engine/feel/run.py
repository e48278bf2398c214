"""One evaluation: what it may read, what it may call, what time it is, and how much it may still do.

Counts steps; knows no expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from engine.clock import SystemClock, in_china
from engine.feel.errors import FeelBudgetExceeded
from engine.feel.kinds import MAX_ITEMS, MAX_TEXT

MAX_CALLS = 40
_ITEMS_PER_STEP, _CHARACTERS_PER_STEP = 32, 1024


class Run:
    """The purse and the surroundings of one evaluation."""

    __slots__ = ("_moment", "depth", "functions", "left")

    def __init__(self, functions: Mapping[str, Callable[..., object]] | None, moment: datetime | None, budget: int) -> None:
        self.functions = functions
        self._moment = moment
        self.left = budget
        self.depth = 0

    def spend(self, steps: int = 1) -> None:
        """Pays for that many steps."""
        self.left -= steps
        if self.left < 0:
            raise FeelBudgetExceeded("表达式的计算步数超出上限", "The expression takes more steps than it may")

    def weigh(self, value: object) -> object:
        """Pays for a value by its size and refuses one that is too large."""
        if type(value) is list:
            if len(value) > MAX_ITEMS:
                raise FeelBudgetExceeded("列表过长", "The list grows too long")
            self.spend(len(value) // _ITEMS_PER_STEP)
        elif type(value) is str:
            if len(value) > MAX_TEXT:
                raise FeelBudgetExceeded("文字过长", "The text grows too long")
            self.spend(len(value) // _CHARACTERS_PER_STEP)
        return value

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
