"""FEEL, the expression language of DMN 1.5, for conditions, assignments and limits in definitions.

Front door of the room: compile, evaluate, infer types, the value types and their JSON. Refuses to know what a definition
is, where an expression stands, and who asks.
"""

from engine.feel.clashes import Clash
from engine.feel.errors import FeelBudgetExceeded, FeelSyntaxError
from engine.feel.evaluation import Compiled, compile_expression, compile_unary_tests, evaluate
from engine.feel.functions import BUILT_IN
from engine.feel.inference import Inferred, infer
from engine.feel.instances import coerce
from engine.feel.layers import Layers
from engine.feel.operators import equal
from engine.feel.tree import TypeName
from engine.feel.types import Type, context_type, list_type, type_of
from engine.feel.values import DaysTimeDuration, Function, Json, Range, YearsMonthsDuration, from_json, to_json
from engine.feel.writing import write_value

BUILT_IN_FUNCTIONS = frozenset(BUILT_IN) | {"now", "today"}

__all__ = [
    "BUILT_IN_FUNCTIONS", "Clash", "Compiled", "DaysTimeDuration", "FeelBudgetExceeded", "FeelSyntaxError", "Function",
    "Inferred", "Json", "Layers", "Range", "Type", "TypeName", "YearsMonthsDuration", "coerce", "compile_expression", "compile_unary_tests",
    "context_type", "equal", "evaluate", "from_json", "infer", "list_type", "to_json", "type_of", "write_value",
]
