"""Decision tables as in DMN 1.5: decided, checked for gaps and overlaps, read from and written to `.dmn` files.

Front door of the room. Refuses to know YAML, definitions and who asks.
"""

from engine.dmn.checking import check_graph, check_table
from engine.dmn.completeness import Completeness, Gap, Overlap, completeness, in_words
from engine.dmn.deciding import Decision, Fired, decide, decide_graph
from engine.dmn.hits import result_type
from engine.dmn.model import (
    AGGREGATIONS,
    ANY_VALUE,
    HIT_POLICIES,
    MAX_COLUMNS,
    MAX_RULES,
    Aggregation,
    Boxed,
    DecisionGraph,
    DecisionNode,
    DecisionTable,
    FunctionOf,
    HitPolicy,
    Input,
    Invocation,
    Listed,
    Literal_,
    Output,
    Rule,
    graph_of,
    hash_of,
)
from engine.dmn.reader import DmnReading, read_dmn
from engine.dmn.writer import write_dmn

__all__ = [
    "AGGREGATIONS",
    "ANY_VALUE",
    "HIT_POLICIES",
    "MAX_COLUMNS",
    "MAX_RULES",
    "Aggregation",
    "Boxed",
    "Completeness",
    "Decision",
    "DecisionGraph",
    "DecisionNode",
    "DecisionTable",
    "DmnReading",
    "Fired",
    "FunctionOf",
    "Gap",
    "HitPolicy",
    "Input",
    "Invocation",
    "Listed",
    "Literal_",
    "Output",
    "Overlap",
    "Rule",
    "check_graph",
    "check_table",
    "completeness",
    "decide",
    "decide_graph",
    "graph_of",
    "hash_of",
    "in_words",
    "read_dmn",
    "result_type",
    "write_dmn",
]
