"""Checks between processes: what a call hands over and gets back, what a message brings and what is taken of it.

Works on what both sides say of themselves; of a process that is not known, or has mistakes of its own, nothing is told here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from engine.definition.check_types import check_register_writes, check_types
from engine.definition.draft import Mention
from engine.definition.library import Library
from engine.definition.model import Call, CalledTrigger, Definition, MessageTrigger, Named, Raise
from engine.definition.names import events_of
from engine.definition.neighbours import Neighbour, Neighbours
from engine.definition.problems import Problems, did_you_mean, nearest
from engine.definition.reader import DefinitionReading
from engine.definition.value_types import STRING, Types, type_of_value, types_of
from engine.errors import Place
from engine.feel import Type, context_type
from engine.feel.types import ANY, NULL, in_chinese, in_english

CLOSE = 0.8
"""From which likeness on an unknown message was most likely meant to be a known one."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where values arrive: under which id, in which process, and which of them are taken (none named: all)."""

    neighbour: Neighbour
    trigger_id: str
    takes: tuple[str, ...]

    @property
    def title(self) -> str:
        return self.neighbour.definition.title


@dataclass(frozen=True, slots=True)
class Handover:
    """Values under names on their way to somebody: where each is written, and its type."""

    places: Mapping[str, Place]
    types: Types
    place: Place


def types_returned(definition: Definition, neighbours: Neighbours) -> dict[str, Type]:
    """Call → what it leaves: the number and outcome of the other case and, when it was waited for, what that returns."""
    found = {}
    for step in definition.every_step():
        if isinstance(step, Call):
            called = _find_definition(step.process, definition, neighbours)
            if called is not None:
                values = {} if step.detach else _types_of_returns(called, neighbours.find(step.process))
                found[step.id] = context_type({"number": STRING, "outcome": NULL if step.detach else STRING, **values})
    return found


def _find_definition(process: str, own: Definition, neighbours: Neighbours) -> Definition | None:
    found = neighbours.find(process)
    return own if process == own.process else found.definition if found is not None else None


def _types_of_returns(called: Definition, neighbour: Neighbour | None) -> dict[str, Type]:
    if neighbour is None or neighbour.definition is not called:
        return {name: ANY for name, _ in called.returns}
    types = types_of(called, neighbour.library)
    return {name: type_of_value(value, neighbour.library, types) for name, value in called.returns}


def check_neighbours(reading: DefinitionReading, definition: Definition, library: Library, types: Types, neighbours: Neighbours,
                     problems: Problems) -> None:
    """Everything that a definition and the processes it reaches must agree on."""
    own = Neighbour(definition, reading, library)
    for step in definition.every_step():
        if isinstance(step, Call):
            called = own if step.process == definition.process else neighbours.find(step.process)
            if called is not None:
                _check_call(step, called, _handed_over(step.id, step.values, own, types, step.place), problems)
        elif isinstance(step, Raise) and step.raises == "message":
            receivers = list(_receivers(step.name, [own, *neighbours.naming(step.name)]))
            _check_message(step, receivers, _handed_over(step.id, step.values, own, types, step.place), problems)
            if not receivers:
                _check_name(step, own, neighbours, problems)
    _check_payloads(own, neighbours, problems)


def _handed_over(step_id: str, values: Named, own: Neighbour, types: Types, place: Place) -> Handover:
    places = {mention.name: mention.place for mention in _mentions(own.reading.mentions, "given", step_id)}
    return Handover({name: places.get(name, place) for name, _ in values},
                    {name: type_of_value(value, own.library, types) for name, value in values}, place)


def _mentions(mentions: Iterable[Mention], kind: str, owner: str) -> Iterator[Mention]:
    return (mention for mention in mentions if mention.kind == kind and mention.owner == owner)


# ---------------------------------------------------------------- calls

def _check_call(step: Call, called: Neighbour, given: Handover, problems: Problems) -> None:
    title = called.definition.title
    start = next((each for each in called.definition.event_starts if isinstance(each.trigger, CalledTrigger)), None)
    if start is None:
        by_hand = next((f"，只能由人办理“{each.title}”发起" for each in called.definition.starts), "")
        problems.add(step.place, "not-callable", zh=f"流程“{title}”没有供调用的发起{by_hand}",
                     en=f"The process {called.definition.process!r} has no start that can be called",
                     hint=(f"在 {called.definition.process} 的 `starts` 里加一项，例如 `{{id: given, called: true}}`",
                           f"Add one to the `starts` of {called.definition.process}, such as `{{id: given, called: true}}`"))
        return
    takes = start.trigger.takes if isinstance(start.trigger, CalledTrigger) else ()
    receiver = Receiver(called, start.id, takes)
    _check_taken(given, takes, f"流程“{title}”被调用时", f"The process {called.definition.process!r}, when called,", problems)
    _check_missing(given, receiver, f"流程“{title}”被调用时", f"The process {called.definition.process!r}, when called,", problems)
    _check_types(given, receiver, problems)


def _check_taken(given: Handover, takes: Iterable[str], zh: str, en: str, problems: Problems) -> None:
    known = set(takes)
    for name, place in given.places.items():
        if known and name not in known:
            problems.add(place, "not-taken", zh=f"{zh}不取“{name}”", en=f"{en} does not take {name!r}",
                         hint=did_you_mean(name, known - given.places.keys() or known))


def _check_missing(given: Handover, receiver: Receiver, zh: str, en: str, problems: Problems) -> None:
    misspelt = {nearest(name, receiver.takes) for name in given.places if name not in receiver.takes}
    for name in receiver.takes:
        if name not in given.places and name not in misspelt:
            problems.add(given.place, "not-given", zh=f"{zh}要取“{name}”，这里没有给", en=f"{en} takes {name!r}, which is not given here",
                         hint=(f"在 `with` 里写 {name}: =…", f"Write {name}: =… in `with`"), severity="warning")


def _check_types(given: Handover, receiver: Receiver, problems: Problems) -> None:
    """What is handed over is put in the place of what the other process expects: where that goes wrong, it is of a wrong type."""
    for name, sort in given.types.items():
        if sort.name in ("Any", "Null") or (receiver.takes and name not in receiver.takes):
            continue
        parts = {**dict.fromkeys((*receiver.takes, *given.types), ANY), name: sort}
        clash = next(iter(_clashes(receiver, context_type(parts))), None)
        if clash is not None:
            problems.add(given.places[name], "given-type",
                         zh=f"这里给的“{name}”是{in_chinese(sort)}，流程“{receiver.title}”不能这样用（{clash[0]}）：{clash[1]}",
                         en=f"{name!r} is {in_english(sort)} here, which {receiver.neighbour.definition.process!r} cannot use "
                            f"({clash[0]}): {clash[2]}",
                         hint=("改这里给的值，或改那边的表达式", "Change this value, or the expression there"))


def _clashes(receiver: Receiver, brought: Type) -> Iterator[tuple[Place, str, str]]:
    definition, library = receiver.neighbour.definition, receiver.neighbour.library
    types = types_of(definition, library, told={receiver.trigger_id: brought})
    found = Problems()
    for used in receiver.neighbour.reading.used:
        if not used.register:
            check_types(used, types, library, found)
    check_register_writes(definition, types, library, found)
    return ((problem.place, problem.zh, problem.en) for problem in found.everything() if problem.severity == "error")


# ---------------------------------------------------------------- messages

def _receivers(name: str, among: Iterable[Neighbour]) -> Iterator[Receiver]:
    for each in among:
        for event in events_of(each.definition):
            if isinstance(event.trigger, MessageTrigger) and event.trigger.name == name:
                yield Receiver(each, event.id, event.trigger.takes)


def _check_message(step: Raise, receivers: list[Receiver], given: Handover, problems: Problems) -> None:
    """Somebody takes each value; when there is only one who takes the message, all that is taken is given."""
    if receivers and all(each.takes for each in receivers):
        who = "、".join(dict.fromkeys(f"“{each.title}”" for each in receivers))
        _check_taken(given, chain.from_iterable(each.takes for each in receivers), f"等候消息 {step.name} 的{who}",
                     f"Whoever waits for the message {step.name!r}", problems)
    if len(receivers) == 1:
        only = receivers[0]
        _check_missing(given, only, f"“{only.title}”从消息 {step.name} 里", f"{only.neighbour.definition.process!r}", problems)
        _check_types(given, only, problems)


def _check_name(step: Raise, own: Neighbour, neighbours: Neighbours, problems: Problems) -> None:
    """A message nobody waits for may be meant for a program outside; not when its name is nearly that of another one."""
    known = {event.trigger.name for each in (own, *neighbours.naming("")) for event in events_of(each.definition)
             if isinstance(event.trigger, MessageTrigger)}
    meant = nearest(step.name, known, likeness=CLOSE)
    if meant is not None:
        problems.add(step.place, "unknown-message", zh=f"没有流程等候消息“{step.name}”", en=f"No process waits for a message {step.name!r}",
                     hint=(f"是不是想写 {meant}？", f"Did you mean {meant}?"), severity="warning")


def _check_payloads(own: Neighbour, neighbours: Neighbours, problems: Problems) -> None:
    """What is taken of a message is brought by somebody who sends it; programs outside may send it as well."""
    for event in events_of(own.definition):
        if not isinstance(event.trigger, MessageTrigger) or not event.trigger.takes:
            continue
        name = event.trigger.name
        sent = [step for each in (own, *neighbours.naming(name)) for step in each.definition.every_step()
                if isinstance(step, Raise) and step.raises == "message" and step.name == name]
        brought = {value for step in sent for value, _ in step.values}
        for wanted in event.trigger.takes:
            if sent and wanted not in brought:
                problems.add(event.place, "not-brought", zh=f"消息 {name} 不带“{wanted}”：发送它的步骤没有给",
                             en=f"The message {name!r} brings no {wanted!r}: no step that sends it gives one",
                             hint=did_you_mean(wanted, brought - set(event.trigger.takes)), severity="warning")
