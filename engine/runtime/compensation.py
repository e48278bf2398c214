"""Undoing what was done: handlers of completed activities run one at a time, the last completed first.

A completed activity with a handler leaves a quiet token at its compensation event; a completed sub-process that holds
such tokens is kept whole. What throws a compensation notes the tokens still to undo (`undo`), a running handler notes
whom it works for (`undoing`). All functions work on tokens; what a handler does is its own affair.
"""

from __future__ import annotations

from engine.runtime.flow import KEPT, STARTED, InnerFlow, Level, LiveToken


def scope_of(token: LiveToken) -> Level:
    """The level whose activities a throw at `token` compensates: an event sub-process speaks for the level around it."""
    level = token.workflow
    while level.host is not None and level.host.task_spec.is_event_scope:
        level = level.host.workflow
    return level


def begin_undo(thrower: LiveToken, level: Level, activity: str = "") -> bool:
    """Note what is to be undone and begin; False when there is nothing, and the thrower may go on at once."""
    steps = _steps(level, activity)
    thrower.internal_data["undo"] = [token.id for token in reversed(steps)]
    return bool(steps) and _next(thrower)


def hand_back(handler: LiveToken) -> None:
    """A handler is finished: the next one begins, or the thrower goes on."""
    thrower = handler.workflow.owner.find(handler.internal_data["undoing"])
    if thrower is not None and not _next(thrower):
        thrower._ready()


def _next(thrower: LiveToken) -> bool:
    """Begin the next handler; False when all is undone."""
    todo, find = thrower.internal_data["undo"], thrower.workflow.owner.find
    while todo:
        token = find(todo.pop())
        if token is None:
            continue
        thrower._set_state(STARTED)
        if token._state != KEPT:
            level, handler = token.workflow, token.task_spec.undone_by
            level.discard(token)
            level.sprout(level.spec.task_specs[handler], undoing=thrower.id)
            return True
        inner = _kept_level(token)
        if inner.spec.undo is not None:
            token.internal_data["undone"] = True
            inner.spec.undo.activate(inner, undoing=thrower.id)
            return True
        token.cancel()
    thrower.internal_data.pop("undo")
    return False


def _steps(level: Level, activity: str) -> list[LiveToken]:
    """The tokens to undo in this level, in the order in which they are undone."""
    steps: list[LiveToken] = []
    for token in sorted(level.live(), key=lambda each: each.serial, reverse=True):
        if not token.task_spec.remembers and token._state != KEPT:
            continue
        if activity and activity not in (token.element_id, token.task_spec.attached_to):
            continue
        if token._state == KEPT:
            steps += _steps_of_kept(token)
        else:
            steps.append(token)
    return steps


def _steps_of_kept(kept: LiveToken) -> list[LiveToken]:
    if "undone" in kept.internal_data:
        return []
    inner = _kept_level(kept)
    return [kept] if inner.spec.undo is not None else [*_steps(inner, ""), kept]


def _kept_level(kept: LiveToken) -> InnerFlow:
    return kept.workflow.top_workflow.subprocesses[kept.id]  # type: ignore[no-any-return]
