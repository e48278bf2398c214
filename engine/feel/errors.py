"""What may go wrong with an expression: it does not read, or it costs too much.

Everything else that goes wrong while evaluating is null, as FEEL says. Knows positions in the expression
only; which file and line they stand in is the definition's business.
"""

from __future__ import annotations

from engine.errors import EngineError


class FeelSyntaxError(EngineError):
    """The expression cannot be read; `offset` is the 0-based character where it went wrong."""

    def __init__(self, zh: str, en: str, offset: int, *, hint_zh: str = "", hint_en: str = "") -> None:
        super().__init__(f"{zh} / {en}")
        self.zh, self.en, self.offset = zh, en, offset
        self.hint_zh, self.hint_en = hint_zh, hint_en


class FeelBudgetExceeded(EngineError):
    """The expression took more steps, or built larger values, than it may."""

    def __init__(self, zh: str = "表达式的计算量超出上限", en: str = "The expression exceeds its budget") -> None:
        super().__init__(f"{zh} / {en}")
        self.zh, self.en = zh, en


class NoValue(Exception):
    """A built-in function was given something it has no answer for; its caller makes null of it."""
