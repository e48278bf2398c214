"""Ad-hoc sub-processes: activities without an order. Each is performed once, all offered at once, or one by one.

One by one they come in the order of the document: BPMN leaves the choice open, and inspection lets only automatic ones
through. `queue` notes those still to come, `asks` that the completion condition is to be asked.
"""

from __future__ import annotations

from engine.runtime.elements import SubProcess
from engine.runtime.flow import READY, STARTED, LiveToken, ask


class AdHocSubProcess(SubProcess):
    """Over when its condition holds, or when every activity was performed."""

    one_by_one = False
    condition = ""
    cancels_rest = True

    def open_level(self, token: LiveToken) -> None:
        level = token.workflow.top_workflow.create_level(token, self.level)
        first, *others = self.level.entries
        token.internal_data["queue"] = others if self.one_by_one else []
        level.begin(*([first] if self.one_by_one else self.level.entries))

    def can_move(self, token: LiveToken) -> bool:
        return token._state == READY or "asks" in token.internal_data

    def left(self, token: LiveToken) -> None:
        if token._state == STARTED:
            token.internal_data["asks"] = True
            token.workflow.owner.schedule(token)

    def level_over(self, token: LiveToken, level: object) -> None:
        """Asked in `step`, where a failure keeps the token."""

    def step(self, token: LiveToken) -> None:
        if token._state == READY:
            token.run()
            return
        level = token.workflow.top_workflow.subprocesses[token.id]
        is_done = bool(self.condition) and ask(token, self.condition)
        del token.internal_data["asks"]
        queue = token.internal_data["queue"]
        if is_done:
            queue.clear()
            if self.cancels_rest:
                for other in level.live():
                    if other.holds:
                        other.cancel()
        if level.is_alive:
            return
        if queue:
            level.sprout(level.spec.task_specs[queue.pop(0)])
        else:
            super().level_over(token, level)
