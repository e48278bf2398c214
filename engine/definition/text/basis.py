"""Which clauses have to be said: those that a reader would not find by himself, here or around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.definition.model import NamedLimit
from engine.definition.text.tree import Entries, entries, words
from engine.worktime.limit import Limit

Clauses = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """The clauses that a step inherits, those it says itself, and those of the parameters."""

    inherited: Clauses
    own: Clauses = ()
    parameters: Mapping[str, Clauses] = field(default_factory=dict)

    def at(self, basis: Clauses) -> Around:
        """Inside something with these clauses: what it need not say it does not say."""
        return replace(self, own=basis if basis != self.inherited else ())

    def into(self, basis: Clauses) -> Around:
        """Inside a list of steps below something with these clauses."""
        return replace(self, inherited=basis, own=())

    def said(self) -> Entries:
        """The `basis` of the step itself."""
        return entries(basis=words(self.own))

    def of_part(self, basis: Clauses) -> Entries:
        """The `basis` of a part that inherits what the step says itself."""
        return entries(basis=words(basis)) if basis != self.own else {}

    def of_child(self, basis: Clauses) -> Entries:
        """The `basis` of a part that inherits whatever counts for the step."""
        return entries(basis=words(basis)) if basis != (self.own or self.inherited) else {}

    def of_limit(self, limit: Limit | None, basis: Clauses) -> Entries:
        """The `basis` of a limit: a parameter brings its own."""
        if isinstance(limit, NamedLimit):
            return entries(basis=words(basis)) if basis != self.parameters.get(limit.parameter, ()) else {}
        return self.of_part(basis)
