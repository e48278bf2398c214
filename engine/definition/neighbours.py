"""The other processes that a definition may call or exchange messages with, each read when it is first asked for.

Knows who is there and what they say of themselves; where their texts come from, and what is right between them, it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.definition.library import Library
from engine.definition.model import Definition
from engine.definition.reader import DefinitionReading


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A process that reads without an error, and what it refers to."""

    definition: Definition
    reading: DefinitionReading
    library: Library


@dataclass(frozen=True)
class Candidate:
    """A process by its name only: its text, and how it is read."""

    text: str
    read: Callable[[], tuple[DefinitionReading, Library]]

    @cached_property
    def neighbour(self) -> Neighbour | None:
        """None when it has mistakes of its own: those are told at its file, and nothing is concluded from it."""
        reading, library = self.read()
        if reading.definition is None or any(problem.severity == "error" for problem in reading.problems):
            return None
        return Neighbour(reading.definition, reading, library)


@dataclass(frozen=True)
class Neighbours:
    """Processes by id; None stands for one of which only the name is certain."""

    candidates: Mapping[str, Candidate | None]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.candidates)

    def find(self, process: str) -> Neighbour | None:
        candidate = self.candidates.get(process)
        return candidate.neighbour if candidate is not None else None

    def naming(self, word: str) -> Iterator[Neighbour]:
        """Those in whose text the word occurs: nobody else can send or take a message of that name."""
        for candidate in self.candidates.values():
            if candidate is not None and word in candidate.text and candidate.neighbour is not None:
                yield candidate.neighbour


NOBODY = Neighbours({})
