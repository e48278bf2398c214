"""Who gets what is thrown: signals everybody who waits, errors and escalations the innermost scope that catches them.

Messages leave the instance: whom they concern is decided by whoever keeps the instances.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.runtime.drawn import Event
from engine.runtime.failures import nobody_catches
from engine.runtime.flow import WAITING, Level, LiveToken, Owner


def throw(token: LiveToken, event: Event) -> None:
    """Throw an event at a token, which may be gone afterwards; raises when an error or escalation stays uncaught.

    A signal leaves before it reaches the instance's own catches: what it carries may fail, and then it is thrown again.
    """
    owner, hooks = token.workflow.owner, token.workflow.owner.hooks
    if event.kind in ("signal", "message"):
        hooks.thrown(event, token.element_id, token.loop_id)
        if event.kind == "signal":
            deliver(owner, "signal", event.name)
        return
    catch = find_catch(token, event)
    if catch is not None:
        catch.task_spec.fire(catch)
    elif not hooks.escaped(event, token.element_id, token.loop_id):
        raise nobody_catches(token.element_id, event)
    elif event.kind == "error":
        owner.cancel_all()


def deliver(owner: Owner, kind: str, name: str, *, most: int | None = None, aside: Iterable[str] = ()) -> int:
    """Fire what waits for this message or signal, oldest first; how many were fired (at most `most`)."""
    fired = 0
    for token in owner.live() if name else ():
        if fired == most:
            break
        if token.is_there and token.id not in aside:
            fired += _fire_named(token, kind, name)
    return fired


def _fire_named(token: LiveToken, kind: str, name: str) -> bool:
    for index, event in awaited(token):
        if event.kind == kind and event.name == name:
            token.task_spec.fire(token, index)
            return True
    return False


def awaited(token: LiveToken) -> Iterator[tuple[int, Event]]:
    """The events a token still waits for, by their place in its node."""
    if token._state == WAITING and token.task_spec.events:
        got = token.internal_data.get("got", ())
        yield from ((index, event) for index, event in enumerate(token.task_spec.events) if index not in got)


def find_catch(token: LiveToken, event: Event) -> LiveToken | None:
    """The waiting token that catches an error or escalation: the nearest scope first, its code before any code."""
    for ring in _rings(token):
        for name in dict.fromkeys((event.name, "")):
            for catch in ring:
                if any(each.kind == event.kind and each.name == name for _, each in awaited(catch)):
                    return catch
    return None


def loop_host(token: LiveToken) -> LiveToken:
    """The token that boundary events of an activity hang on: that of the loop, where it is one."""
    while "loop" in token.internal_data:
        token = token.workflow.tasks[token.internal_data["loop"]]
    return token


def boundaries_of(host: LiveToken) -> list[LiveToken]:
    return [token for token in host.workflow.live() if token.internal_data.get("host") == host.id]


def _rings(token: LiveToken) -> Iterator[list[LiveToken]]:
    """What could catch, scope by scope, from the token outwards."""
    yield boundaries_of(loop_host(token))
    level: Level = token.workflow
    while True:
        yield [each for each in level.live() if each.task_spec in level.spec.armed and each._state == WAITING]
        if level.host is None:
            return
        host = loop_host(level.host)
        yield boundaries_of(host)
        level = host.workflow
