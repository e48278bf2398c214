"""What the runtime shows of its tokens, and what it asks of whoever drives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from engine.runtime.drawn import Event, Loop


@dataclass(frozen=True, slots=True)
class Token:
    """One token at rest.

    `kind` is `task` (open to people), `service` (to be done by an outside program), `call` (another process runs), or
    what it waits for: `timer`, `message`, `signal`, `condition` or `entry`, which `event` describes. Ids are unique within their
    instance and never used twice. `scope_id` names the (event) sub-process it lives in, `loop_id` the instance of a
    loop (empty: none), `host_id` the token that a boundary event is attached to. `repeats` says that the event may be
    triggered again after it fired once.
    """

    id: str
    element_id: str
    scope_id: str
    kind: str
    host_id: str | None = None
    repeats: bool = False
    loop_id: str = ""
    event: Event | None = None


class Hooks(Protocol):
    """What the owner of the variables does for the tokens.

    `loop_id` is the innermost loop instance around an element; its locals hide the variables of the process (see
    `engine.runtime.locals`). Any of these may raise an EngineError: the token stays and is tried again.
    """

    def evaluate(self, expression: str, element_id: str, loop_id: str = "",
                 names: Mapping[str, object] | None = None) -> object:
        """The value of an expression as written, without `=`; `names` are further variables BPMN defines here."""

    def completed(self, element_id: str, loop_id: str = "") -> None:
        """A node is finished, its outgoing flows not yet evaluated; an EngineError keeps the token here.

        Scripts and decisions are executed here. Raises `Thrown` for an error that the process itself may catch.
        """

    def entered(self, element_id: str, token_id: str, loop_id: str = "") -> None:
        """A task, service or call is about to open; an EngineError keeps it shut until the next try."""

    def thrown(self, event: Event, element_id: str, loop_id: str = "") -> None:
        """A message or signal leaves the instance (a signal reaches the instance's own catches afterwards)."""

    def escaped(self, event: Event, element_id: str, loop_id: str = "") -> bool:
        """An error or escalation that nothing in the instance catches; True when somebody outside took it."""

    def loop_began(self, loop: Loop, host_id: str, loop_id: str = "") -> int:
        """A multi-instance activity begins: fix its items, give their number."""

    def instance_began(self, loop: Loop, host_id: str, instance_id: str, *, index: int, outer: str) -> None:
        """The instance with this index (from 0) of the loop `host_id` begins; inside, `loop_id` is `instance_id`.

        `outer` is the loop instance around the loop (empty: none). Only keeps notes, and does not fail.
        """

    def instance_ended(self, loop: Loop, host_id: str, instance_id: str, *, index: int) -> None:
        """The instance is finished: collect what it gives. May come twice after a failure; the same both times."""

    def loop_ended(self, loop: Loop, host_id: str, loop_id: str = "") -> None:
        """The loop is finished: its results become variables of `loop_id`, its locals go."""

    def loop_cancelled(self, host_id: str) -> None:
        """The loop was taken away: its locals go. Does not fail."""
