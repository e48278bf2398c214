"""The built-in functions of FEEL, one module per sort of value, gathered by name.

Each declares its parameters in one line; calling conventions, conversions and nulls are the registry's.
"""

from engine.feel.functions import (
    contexts,
    conversion,
    dates,
    intervals,
    lists,
    numbers,
    reading,
    statistics,
    text,
)
from engine.feel.functions.registry import BuiltIn

BUILT_IN: dict[str, BuiltIn] = {}
for _room in (contexts, conversion, dates, intervals, lists, numbers, reading, statistics, text):
    for _function in _room.FUNCTIONS.built():
        BUILT_IN[_function.name] = _function

__all__ = ["BUILT_IN", "BuiltIn"]
