"""One walk over one expression to find its types: the names in force, and what was found wrong so far.

Refuses to know the constructs: whoever completes the class says what type each node has.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence

from engine.feel import clashes, operators, tree, types
from engine.feel.clashes import Clash
from engine.feel.types import BOOLEAN, SAMPLES, Type

MOST_COMPUTED = 200
Results = Mapping[str, Callable[[Sequence[object]], Type]]


class Inferring(ABC):
    """One walk over one expression. The scope is innermost last; the item of a filter is bound to ""."""

    def __init__(self, variables: Mapping[str, Type], functions: Results) -> None:
        self.variables, self.functions = variables, functions
        self.scope: list[tuple[str, Type]] = []
        self.problems: list[Clash] = []
        self._computed = 0

    @abstractmethod
    def of(self, node: tree.Node) -> Type:
        """The type of what a node gives."""

    def note(self, problem: Clash) -> None:
        self.problems.append(problem)

    def may_compute(self) -> bool:
        """Whether one more call may be computed: so many in one expression, and no more."""
        self._computed += 1
        return self._computed <= MOST_COMPUTED

    def within(self, bound: Sequence[tuple[str, Type]], node: tree.Node) -> Type:
        """The type of a node while more names are bound."""
        self.scope.extend(bound)
        found = self.of(node)
        del self.scope[len(self.scope) - len(bound):]
        return found

    def is_bound(self, name: str) -> bool:
        return any(bound == name for bound, _ in self.scope)

    def condition(self, node: tree.Node, where: tuple[str, str]) -> None:
        found = self.of(node)
        if types.is_known(found) and found != BOOLEAN:
            self.note(clashes.no_truth(node.at, where, found))

    def compare(self, at: int, sign: str, left: Type, right: Type) -> None:
        """Notes a comparison that can have no answer."""
        if not (types.is_known(left) and types.is_known(right)):
            return
        a, b = SAMPLES[left.name], SAMPLES[right.name]
        if (operators.equal(a, b) if sign in ("=", "!=") else operators.compare(sign, a, b)) is None:
            self.note(clashes.cannot_compare(at, sign, left, right))
