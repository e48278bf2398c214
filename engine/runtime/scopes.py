"""Event sub-processes: armed with the level they stand in, started by their event, or by name.

A token here is WAITING while the scope is armed (it holds nothing up), STARTED while the scope runs.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.runtime.drawn import Event
from engine.runtime.elements import SubProcess
from engine.runtime.events import Waiting
from engine.runtime.flow import STARTED, WAITING, InnerFlow, Level, LiveToken


class EventScope(Waiting, SubProcess):
    """One event sub-process; interrupting, it takes everything else of its level away."""

    is_ours = False
    is_event_scope = True
    interrupting = True

    def holds(self, token: LiveToken) -> bool:
        return bool(token._state != WAITING)

    def repeats(self, event: Event) -> bool:
        return not self.interrupting and event.may_repeat

    def activate(self, level: Level, **notes: Any) -> None:
        """Start the scope, armed or not."""
        token = level.task_tree._add_child(self, TaskState.FUTURE)
        token.internal_data.update(notes)
        self._start(token)

    def terminate(self, level: InnerFlow, survivor: LiveToken) -> None:
        """What ends a scope at once ends the level it speaks for."""
        level.cancel_tokens(survivor)
        level.host.workflow.terminate(level.host)

    def _let_go(self, token: LiveToken, *, is_consumed: bool) -> None:
        if is_consumed:
            self._start(token)
        else:
            self.activate(token.workflow)

    def _start(self, token: LiveToken) -> None:
        if self.interrupting:
            token.workflow.interrupt(token)
        token._set_state(STARTED)
        self.open_level(token)
