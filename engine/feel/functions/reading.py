"""The built-in function that reads a range from its text.

Only literals may stand at the ends: numbers, strings, temporal literals and their constructors.
"""

from __future__ import annotations

from engine.feel import operators, tree
from engine.feel.errors import FeelSyntaxError, NoValue
from engine.feel.functions.registry import Declarations
from engine.feel.kinds import Range, kind
from engine.feel.names import Vocabulary
from engine.feel.parser import Parser
from engine.feel.temporal import parse_clock, parse_day, parse_duration, parse_moment

FUNCTIONS = feel = Declarations()
CONSTRUCTORS = {"date": parse_day, "time": parse_clock, "date and time": parse_moment, "duration": parse_duration}
_NAMES = Vocabulary(CONSTRUCTORS)


@feel("range(from: string) -> range")
def range_from(text: str) -> object:
    try:
        node = Parser(text, (), _NAMES).whole()
    except FeelSyntaxError as error:
        raise NoValue from error
    if not isinstance(node, tree.Interval):
        raise NoValue
    start, end = _end(node.start), _end(node.end)
    if start is not None and end is not None:
        if kind(start) != kind(end) or operators.compare("<=", start, end) is not True:
            raise NoValue
    elif start is end:
        raise NoValue
    return Range(start, end, node.start_included, node.end_included)


def _end(node: tree.Node) -> object:
    if isinstance(node, tree.Literal):
        return node.value
    if isinstance(node, tree.Negate):
        return operators.negate(_end(node.operand))
    if isinstance(node, tree.Call) and isinstance(node.target, tree.Name) and len(node.arguments) == 1:
        text, read = _end(node.arguments[0]), CONSTRUCTORS.get(node.target.name)
        value = read(text) if read and isinstance(text, str) else None
        if value is not None:
            return value
    raise NoValue
