"""How an instance begins: its number, its stream, its first record and its tokens; by a person's form or by an event.

Whoever calls it says who begins it: an instance that an event begins is the system's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bpmn.names import start_event_of
from engine.clock import in_china
from engine.definition.model import EventStart, Expression, Start
from engine.errors import EngineError, Sentence
from engine.records import Record, RecordType
from engine.store.payload import StoredValues
from engine.store.register_rows import next_count
from engine.store.unit import UnitOfWork, new_id
from engine.store.versions import Version
from engine.verbs.arrivals import Arrival
from engine.verbs.flow import Flow
from engine.verbs.outside import base_scope
from engine.verbs.settling import settle

LONGEST_CHAIN = 100
"""How many cases may begin one after another, each by the one before, with nobody acting and no hour passing in between."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The case that calls this one: where its outcome goes."""

    instance_id: str
    token_id: str


class NoSuchStart(EngineError):
    """The current version of a process cannot be called."""

    def __init__(self, title: str) -> None:
        super().__init__(f"{title} has no start that can be called")
        self.sentence = Sentence(f"流程“{title}”没有供调用的发起", f"The process {title} has no start that can be called")


class ChainTooLong(EngineError):
    """Cases begin cases without end."""

    def __init__(self, title: str) -> None:
        super().__init__(f"{LONGEST_CHAIN} cases began one after another")
        self.sentence = Sentence(
            f"已有 {LONGEST_CHAIN} 个事项一个接一个地自动开始，中间没有人办理；不再开始“{title}”，请检查流程里的调用和消息",
            f"{LONGEST_CHAIN} cases began one after another with nobody acting in between; {title} is not begun again")


def open_instance(unit: UnitOfWork, version: Version, begin: Start | EventStart, *, answers: Mapping[str, object],
                  own_unit: str | None, caller: Caller | None = None, chain: int = 0) -> Flow:
    """A new stream and its first record; no token is set yet. `answers` is what the start brings."""
    definition = version.definition
    instance_id = new_id()
    year = in_china(unit.now).year
    counter = f"instances/{definition.process}/{year}"
    count = next_count(unit.connection, counter)
    number = f"{definition.process}-{year}-{count:04d}"
    flow = Flow(unit, instance_id, version, StoredValues(), base_scope(definition), own_unit=own_unit,
                started_by=unit.actor.id, number=number, process_title=definition.title, chain=chain)
    flow.outside["instance"] = {"number": number, "started_at": unit.now, "outcome": None}
    flow.subject = _subject(flow, begin, answers)
    called: dict[str, object] = {"chain": chain} if chain else {}
    if caller is not None:
        called |= {"parent_id": caller.instance_id, "parent_token": caller.token_id}
        flow.parent_id, flow.parent_token = caller.instance_id, caller.token_id
    unit.open_stream(instance_id)
    flow.record(Record(RecordType.INSTANCE_STARTED, {
        "process": definition.process, "process_title": definition.title, "number": number, "counter": counter,
        "count": count, "subject": flow.subject, "own_unit": own_unit, "version": version.number, "start": begin.id, **called,
    }, element_id=begin.id, clauses=begin.basis))
    return flow


def begin_by_event(unit: UnitOfWork, version: Version, begin: EventStart, value: Mapping[str, object], *,
                   own_unit: str | None = None, caller: Caller | None = None, came: Arrival | None = None,
                   chain: int = 0) -> Flow:
    """Begin an instance without a person; what the event brings is the variable of the start.

    Whoever sent the event, the case is the system's: nobody filled in a form, so nobody has to be asked about it. The
    trace says where it came from. Raises ChainTooLong.
    """
    if chain > LONGEST_CHAIN:
        raise ChainTooLong(version.definition.title)
    with unit.as_system():
        flow = open_instance(unit, version, begin, answers=value, own_unit=own_unit, caller=caller, chain=chain)
        if came is None:
            flow.set_result(begin.id, begin.id, dict(value))
        else:
            flow.receive(begin.id, begin.id, value, loop_id="", kind=came.kind, name=came.name, source=came.source)
        flow.start_case(start_event_of(flow.definition, begin))
        settle(flow)
    return flow


def starts_of(version: Version, kind: str) -> tuple[EventStart, ...]:
    """The starts of a version that an event of this kind sets going."""
    return tuple(start for start in version.definition.event_starts if start.trigger.kind == kind)


def _subject(flow: Flow, begin: Start | EventStart, answers: Mapping[str, object]) -> str:
    subject = flow.definition.subject
    if isinstance(subject, Expression):
        flow.outside[begin.id] = answers
        value = flow.value_of(subject)
        del flow.outside[begin.id]
        return str(value) if value else flow.definition.title
    return subject or flow.definition.title
