"""Decision tables as in DMN 1.5: decided, checked for gaps and overlaps, read from and written to `.dmn` files.

Front door of the room. Refuses to know YAML, definitions and who asks.
"""

from engine.dmn.checking import check_graph, check_table
from engine.dmn.completeness import Completeness, Gap, Overlap, completeness, in_words
from engine.dmn.deciding import Decision, Fired, decide, decide_graph
from engine.dmn.model import (
    Boxed,
    DecisionGraph,
    DecisionNode,
    DecisionTable,
    Input,
    Literal_,
    Output,
    Rule,
    graph_of,
    hash_of,
)
from engine.dmn.reader import DmnReading, read_dmn
from engine.dmn.writer import write_dmn

__all__ = [
    "Boxed", "Completeness", "Decision", "DecisionGraph", "DecisionNode", "DecisionTable", "DmnReading", "Fired", "Gap",
    "Input", "Literal_", "Output", "Overlap", "Rule", "check_graph", "check_table", "completeness", "decide",
    "decide_graph", "graph_of", "hash_of", "in_words", "read_dmn", "write_dmn",
]
