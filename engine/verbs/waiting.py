"""What waits in an instance, in rows: timers, listeners for what comes from outside, work for outside programs.

Asked after the tokens came to rest. A moment that an expression names is asked again each time, and moved when it changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from engine.bpmn import names
from engine.clock import CHINA
from engine.definition.model import EntryTrigger, Service, TimerTrigger, Trigger, Wait
from engine.errors import EngineError
from engine.runtime import HERE, ExecutionFailed, Failure, Token
from engine.store import case_rows, instance_rows
from engine.store.register_rows import entry_key
from engine.store.unit import new_id
from engine.verbs import outgoing
from engine.worktime.due import due_at

if TYPE_CHECKING:
    from engine.verbs.flow import Flow

TIMER_EVENT = "event"
LISTENED = frozenset({"message", "signal", "entry"})
_KEPT = 256
_triggers: dict[str, Mapping[str, Trigger]] = {}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows to write for tokens that began to wait, tokens whose rows go, and those whose moment cannot be known."""

    timers: list[dict[str, object]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    told: dict[str, list[object]] = field(default_factory=dict)
    """Under `listens`, `deaf`, `asks`, `unasked`: what the rows of listeners and of asked work become."""

    def tell(self, what: str, *rows: object) -> None:
        if rows:
            self.told.setdefault(what, []).extend(rows)


def triggers_of(flow: Flow) -> Mapping[str, Trigger]:
    """What the events of this version wait for, by element; an event sub-process has that of its start."""
    found = _triggers.get(flow.version.hash)
    if found is None:
        if len(_triggers) >= _KEPT:
            _triggers.clear()
        found = _triggers[flow.version.hash] = names.triggers_of(flow.definition)
    return found


def waiting_in(flow: Flow) -> Waiting:
    """What the rows of this instance's timers have to become."""
    found = Waiting()
    triggers = triggers_of(flow)
    kinds = {trigger.kind for trigger in triggers.values()}
    if "timer" in kinds:
        _set_timers(flow, triggers, found)
    if kinds & LISTENED and not flow.case.ended:
        _listen(flow, triggers, found)
    if any(isinstance(step, Service) for step in flow.definition.every_step()) and not flow.case.ended:
        _ask(flow, found)
    found.timers.extend((*outgoing.calls_in(flow), *outgoing.farewell(flow), *flow.leaving))
    flow.leaving = []
    return found


def _listen(flow: Flow, triggers: Mapping[str, Trigger], found: Waiting) -> None:
    """Rows for tokens that began to listen. A key is that of the moment; one that is not known yet is asked again."""
    known = case_rows.listening_in(flow.unit.connection, flow.instance_id)
    here = {token.id: token for token in flow.case.waiting() if token.kind in LISTENED}
    found.tell("deaf", *sorted(known - here.keys()))
    for token in here.values() if here.keys() - known else ():
        if token.id in known:
            continue
        event, trigger = token.event, triggers.get(token.element_id)
        try:
            with flow.within(token.loop_id):
                key = _key(flow, trigger)
        except EngineError as error:
            found.failures.append(Failure(token.id, token.element_id, error))
            continue
        name = event.name if event is not None else ""
        found.tell("listens", {"token_id": token.id, "element_id": token.element_id, "kind": token.kind, "name": name, "key": key})
        address = outgoing.address(name, key)
        if token.kind == "message" and case_rows.kept_messages(flow.unit.connection, address):
            found.timers.append(outgoing.posted(flow, "collect", token.id, token.element_id, loop_id=token.loop_id, address=address))


def _key(flow: Flow, trigger: Trigger | None) -> str:
    """The key to listen for; that of a register entry is written as entries write theirs."""
    written = getattr(trigger, "key", None)
    if written is None:
        return ""
    value = flow.value_of(written)
    key = entry_key(value) if isinstance(trigger, EntryTrigger) else outgoing.key_text(value)
    if not key:
        raise ExecutionFailed("要等待的标识还不知道", "Expected a key to listen for, but it is not known yet")
    return key


def _ask(flow: Flow, found: Waiting) -> None:
    """Rows for work that an outside program fetches, with the values it is given."""
    known = case_rows.jobs_of(flow.unit.connection, flow.instance_id)
    here = {token.id: token for token in flow.case.open_tokens("service")}
    found.tell("unasked", *sorted(known - here.keys()))
    for token in here.values():
        step = flow.definition.find_step(token.element_id)
        if token.id in known or not isinstance(step, Service):
            continue
        try:
            with flow.within(token.loop_id):
                given = {name: flow.value_of(value) for name, value in step.values}
        except EngineError as error:
            found.failures.append(Failure(token.id, token.element_id, error))
            continue
        found.tell("asks", {"id": new_id(), "token_id": token.id, "element_id": token.element_id, "type": step.type, "given": given})


def _set_timers(flow: Flow, triggers: Mapping[str, Trigger], found: Waiting) -> None:
    known = instance_rows.scheduled_tokens_of(flow.unit.connection, flow.instance_id)
    here = {token.id: token for token in flow.case.waiting() if token.kind == "timer"}
    for token in here.values():
        trigger = triggers.get(token.element_id)
        if isinstance(trigger, TimerTrigger):
            _schedule(flow, token, trigger, known.get(token.id), found)
    found.gone.extend(sorted(known.keys() - here.keys()))


def _schedule(flow: Flow, token: Token, trigger: TimerTrigger, known: datetime | None, found: Waiting) -> None:
    if known is not None and trigger.at is None:
        return
    try:
        with flow.within(token.loop_id):
            due = _moment(flow, token, trigger)
    except EngineError as error:
        found.failures.append(Failure(token.id, token.element_id, error))
        return
    if due == known or due is None:
        return
    if known is not None:
        found.gone.append(token.id)
    found.timers.append({"id": new_id(), "kind": TIMER_EVENT, "subject_id": token.id, "due_at": due,
                         "detail": token.element_id})


def _moment(flow: Flow, token: Token, trigger: TimerTrigger) -> datetime | None:
    """When the event happens; None while nobody has said the moment it waits for, which only a step may not do."""
    if trigger.after is not None:
        base = flow.fired.get(token.id, flow.unit.now)
        due = due_at(trigger.after, base, flow.unit.means.calendar).at
        # Rounds that were missed are not made up for.
        return due if due > flow.unit.now else due_at(trigger.after, flow.unit.now, flow.unit.means.calendar).at
    value = flow.value_of(trigger.at) if trigger.at is not None else None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=CHINA)
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=CHINA)
    step = flow.definition.find_step(token.element_id)
    if value is None and not isinstance(step, Wait):
        return None
    raise ExecutionFailed(f"{HERE} 要等到的时刻还不知道",
                          f"Expected {HERE} to wait for a moment, but its expression gives {value!r}", at=token.element_id)
