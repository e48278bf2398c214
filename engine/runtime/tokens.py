"""What the runtime shows of its tokens, and what it asks of whoever drives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Token:
    """One token at rest: `kind` is `task` (open), or what it waits for: `timer`, `message` or `condition`.

    Ids are unique within their instance and never used twice. `host_id` is the token that a boundary event is
    attached to. `repeats` says that the event may be triggered again after it fired once.
    """

    id: str
    element_id: str
    scope_id: str
    kind: str
    host_id: str | None = None
    repeats: bool = False


class Hooks(Protocol):
    """What the owner of the variables does for the tokens."""

    def evaluate(self, expression: str, element_id: str) -> object:
        """The value of a condition as written, without `=`; `element_id` is the gateway or event."""

    def completed(self, element_id: str) -> None:
        """A node is finished, its outgoing flows not yet evaluated; an EngineError keeps the token here."""

    def entered(self, element_id: str, token_id: str) -> None:
        """A task is about to open; an EngineError keeps it shut until the next try."""
