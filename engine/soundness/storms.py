"""Cases that begin cases without end: a process that calls itself, or is begun by its own message, by itself or through others.

It follows what a case does from its beginning with nobody, no moment and no condition in between, and refuses to guess how a
condition comes out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.bpmn.names import start_event_of
from engine.definition.model import (
    Call,
    CalledTrigger,
    Definition,
    Effects,
    EntryTrigger,
    EventStart,
    For,
    MessageTrigger,
    Raise,
    SignalTrigger,
)
from engine.definition.names import events_of
from engine.definition.neighbours import Neighbours
from engine.definition.problems import Problems
from engine.soundness.chart import Chart, Element, chart_of
from engine.soundness.loops import waiting_scopes
from engine.soundness.walking import all_from

MOST = 200
"""Beginnings looked at; more than that are not followed."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What leaves a case: a call of a process, a message, a signal, a change of a register; and the step that does it."""

    kind: str
    name: str
    element: Element


class Process:
    """A process, and what its cases send before they wait for anybody."""

    def __init__(self, definition: Definition, chart: Chart) -> None:
        self.definition, self._chart = definition, chart

    @cached_property
    def _waiting(self) -> set[str]:
        return waiting_scopes(self._chart)

    def sent_from(self, start: EventStart) -> Iterator[Sending]:
        """What every case that begins so sends at once."""
        first = start_event_of(self.definition, start)
        if first in self._chart.elements:
            reached = all_from([first], self._onward)
            for each in self._chart.elements.values():
                if each.id in reached:
                    yield from _sent_at(each)

    def _onward(self, element_id: str) -> list[str]:
        element, arrows = self._chart.elements[element_id], self._chart.out_of[element_id]
        if element.waits and not (isinstance(element.step, Call) and element.step.detach):
            return []
        if element.kind in ("exclusiveGateway", "inclusiveGateway") and len(arrows) > 1:
            return [arrow.target for arrow in arrows if arrow.condition == "true"]
        onward = [] if element_id in self._waiting else [arrow.target for arrow in arrows]
        inside = self._chart.starts_of(element_id)[0] if element.is_scope and not isinstance(element.step, For) else ()
        return [*onward, *(each.id for each in inside)]


def _sent_at(element: Element) -> Iterator[Sending]:
    step = element.step
    if isinstance(step, Call) and element.kind == "callActivity":
        yield Sending("call", step.process, element)
    if isinstance(step, Raise) and step.id == element.id:
        yield Sending(step.raises, step.name, element)
    if not element.waits and element.part in ("step", "start"):
        effects = getattr(step, "effects", Effects())
        yield from (Sending("entry", write.register, element) for write in effects.record)


Beginning = tuple[str, str]
"""A process and one of its starts."""


class _Cases:
    """Which beginning leads to which, among the processes that are known."""

    def __init__(self, own: Process, neighbours: Neighbours) -> None:
        self._own, self._neighbours = own, neighbours
        self._known: dict[str, Process | None] = {own.definition.process: own}

    def process(self, name: str) -> Process | None:
        if name not in self._known:
            found = self._neighbours.find(name)
            self._known[name] = Process(found.definition, chart_of(found.definition)) if found is not None else None
        return self._known[name]

    def after(self, beginning: Beginning) -> Iterator[tuple[Sending, Beginning]]:
        process = self.process(beginning[0])
        start = next((each for each in process.definition.event_starts if each.id == beginning[1]), None) if process else None
        if process is not None and start is not None:
            for sending in process.sent_from(start):
                yield from ((sending, found) for found in self._begun_by(sending))

    def _begun_by(self, sending: Sending) -> Iterator[Beginning]:
        if sending.kind == "call":
            process = self.process(sending.name)
            definitions = [process.definition] if process is not None else []
        else:
            definitions = [self._own.definition, *(each.definition for each in self._neighbours.naming(sending.name))]
            if sending.kind == "message" and any(_listens(each, sending.name) for each in definitions):
                return
        for definition in definitions:
            start = next((each for each in definition.event_starts if _is_begun(each, sending)), None)
            if start is not None:
                yield definition.process, start.id


def _is_begun(start: EventStart, sending: Sending) -> bool:
    trigger = start.trigger
    if isinstance(trigger, EntryTrigger):
        return sending.kind == "entry" and trigger.register == sending.name and trigger.when is None
    if isinstance(trigger, MessageTrigger | SignalTrigger):
        return (trigger.kind, trigger.name) == (sending.kind, sending.name)
    return isinstance(trigger, CalledTrigger) and sending.kind == "call"


def _listens(definition: Definition, message: str) -> bool:
    """Whether a running case may take the message instead."""
    return any(isinstance(each.trigger, MessageTrigger) and each.trigger.name == message
               for each in events_of(definition) if not isinstance(each, EventStart))


def check_storms(definition: Definition, chart: Chart, neighbours: Neighbours, problems: Problems) -> None:
    """No case begins another one like itself before somebody, a moment or a condition comes in between."""
    cases = _Cases(Process(definition, chart), neighbours)
    for start in definition.event_starts:
        round_trip = _round_trip(cases, (definition.process, start.id))
        if round_trip:
            _tell(cases, round_trip, problems)


def _round_trip(cases: _Cases, home: Beginning) -> list[tuple[Sending, Beginning]]:
    """The shortest way from a beginning to the same one again: what is sent, and what that begins."""
    ways: dict[Beginning, list[tuple[Sending, Beginning]]] = {home: []}
    waiting = deque([home])
    while waiting and len(ways) < MOST:
        here = waiting.popleft()
        for sending, following in cases.after(here):
            if following == home:
                return [*ways[here], (sending, home)]
            if following not in ways:
                ways[following] = [*ways[here], (sending, following)]
                waiting.append(following)
    return []


def _tell(cases: _Cases, round_trip: list[tuple[Sending, Beginning]], problems: Problems) -> None:
    home, step = round_trip[-1][1], round_trip[0][0].element
    titles = [found.definition.title if (found := cases.process(each[0])) else each[0] for each in (home, *(to for _, to in round_trip))]
    left = [f"{title}（{sending.element.title}）" for title, (sending, _) in zip(titles, round_trip, strict=False)]
    path = " → ".join([*left, titles[-1]])
    problems.add(step.place, "endless-cases",
                 zh=f"“{step.title}”会一个接一个地开始新的事项、永不停止，中间没有人办理、没有等待、也没有条件：{path}",
                 en=f"{step.title!r} begins case after case for ever, and nobody, no moment and no condition comes in between: {path}",
                 hint=("在中间加一步由人办理或等待的步骤，或用 `switch` 写明什么时候不再继续",
                       "Put a task or a wait in between, or a `switch` that says when to stop"))
