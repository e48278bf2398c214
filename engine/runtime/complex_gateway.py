"""The complex gateway: goes on once enough tokens have come (n of m), then swallows the late ones until it is reset.

A STARTED token notes in `rest` the incoming flows whose late token is still to be swallowed; it holds nothing up. The
gateway is reset when none of them can come any more. Both names of BPMN are offered to its conditions:
`activationCount` (tokens present) and `waitingForStart` (true: outgoing flows are taken at the activation only).
"""

from __future__ import annotations

from SpiffWorkflow.util.task import TaskState

from engine.runtime.flow import STARTED, Level, LiveToken, ask
from engine.runtime.joins import LateJoin


class ComplexGateway(LateJoin):
    """Splits like an inclusive gateway; joins by its activation condition."""

    activation = ""

    def holds(self, token: LiveToken) -> bool:
        return "rest" not in token.internal_data

    def ready_token(self, level: Level) -> LiveToken | None:
        guard = next((token for token in level.live() if token.task_spec is self and not token.holds), None)
        if guard is not None:
            self._swallow(level, guard)
        arrived = self.arrivals(level)
        waiting = [token for tokens in arrived.values() for token in tokens]
        if not waiting or (guard is not None and guard.is_there):
            return None
        if not ask(waiting[0], self.activation, {"activationCount": len(waiting), "waitingForStart": True}):
            return None
        rest = [name for name in self._inputs if name not in arrived]
        going = self.consume(arrived)
        if rest:
            guard = level.task_tree._add_child(self, TaskState.FUTURE)
            guard.internal_data["rest"] = rest
            guard._set_state(STARTED)
        return going

    def _swallow(self, level: Level, guard: LiveToken) -> None:
        rest = guard.internal_data["rest"]
        for via, tokens in self.arrivals(level).items():
            if via in rest:
                rest.remove(via)
                level.leave(tokens[0])
        if guard.is_there and not (rest and self.may_come(level, set(rest), set())):
            guard.cancel()

    def chosen(self, token: LiveToken, names: object = None) -> list[str]:
        return super().chosen(token, {"activationCount": 1, "waitingForStart": True})


