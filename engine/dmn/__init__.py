"""Decision tables as in DMN 1.5: decided, checked for gaps and overlaps, read from and written to `.dmn` files.

Front door of the room. Refuses to know YAML, definitions and who asks.
"""

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

__all__ = [
    "Boxed", "Completeness", "Decision", "DecisionGraph", "DecisionNode", "DecisionTable", "Fired", "Gap", "Input",
    "Literal_", "Output", "Overlap", "Rule", "completeness", "decide", "decide_graph", "graph_of", "hash_of", "in_words",
]
