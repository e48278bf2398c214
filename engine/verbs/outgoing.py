"""What leaves an instance: messages and signals, calls of other cases, its outcome for whoever called it.

Each is a row of the worker's post. Knows what is sent; who takes it is found out when it is delivered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from engine.clock import in_china
from engine.definition.model import Raise
from engine.feel import write_value
from engine.records import Record, RecordType
from engine.runtime import Event
from engine.store import case_rows
from engine.store.instance_rows import AnyRow
from engine.store.payload import decode_value, encode_value
from engine.store.unit import new_id
from engine.verbs import loops
from engine.verbs.programs import program_of

if TYPE_CHECKING:
    from engine.verbs.flow import Flow

KEY_LENGTH = 200
"""Shorter keys stand as they are."""
PAUSE = timedelta(hours=1)
"""A case that has run so long begins what it begins anew: no chain goes on through it."""


def posted(flow: Flow, kind: str, subject_id: str, element_id: str, *, loop_id: str = "", **content: object) -> dict[str, object]:
    """A row of the worker's post, due at once; `detail` says where it came from, for which item, and what it carries."""
    items = loops.called(flow.locals, loop_id) if loop_id else ""
    return {"id": new_id(), "kind": kind, "subject_id": subject_id, "due_at": flow.unit.now,
            "detail": encode_value({"element": element_id, "at": flow.unit.now, **({"item": items} if items else {}), **content})}


def next_in_chain(flow: Flow) -> int:
    """The place in its chain of a case that this one begins now: the first when somebody acts, or after a pause."""
    instance = cast("Mapping[str, object]", flow.scope["instance"])
    is_storm = flow.unit.actor.is_system and flow.unit.now - cast("datetime", instance["started_at"]) < PAUSE
    return flow.chain + 1 if is_storm else 1


def chain_of(timer: AnyRow) -> int:
    """The place in its chain of whatever this row of the post begins."""
    return int(cast("dict[str, Decimal]", decode_value(timer.detail)).get("chain", 0))


def raise_event(flow: Flow, event: Event, element_id: str, loop_id: str) -> None:
    """A message or signal leaves: its values and its key are those of the moment it is raised."""
    step, key = flow.definition.find_step(element_id), ""
    values: dict[str, object] = {}
    if isinstance(step, Raise):
        with flow.within(loop_id):
            key = key_text(flow.value_of(step.key)) if step.key is not None else ""
            values = {name: flow.value_of(value) for name, value in step.values}
    subject = address(event.name, key) if event.kind == "message" else event.name
    row = posted(flow, event.kind, subject, element_id, loop_id=loop_id, name=event.name, key=key, values=values,
                 chain=next_in_chain(flow))
    flow.record(Record(RecordType.EVENT_RAISED, {"kind": event.kind, "name": event.name, "key": key, "timers": [row]},
                       element_id=element_id, clauses=step.basis if step is not None else ()))


def calls_in(flow: Flow) -> list[dict[str, object]]:
    """Rows for calls just reached, and for called cases nobody waits for any longer."""
    if not program_of(flow.version).called:
        return []
    here = {token.id: token for token in flow.case.open_tokens("call")}
    children = case_rows.children_of(flow.unit.connection, flow.instance_id)
    known = {child.parent_token for child in children}
    sent = case_rows.posted_by(flow.unit.connection, flow.instance_id)
    return [*(posted(flow, "call", token.id, token.element_id, loop_id=token.loop_id, chain=next_in_chain(flow))
              for token in here.values()
              if token.id not in known and ("call", token.id) not in sent),
            *(posted(flow, "cancel", child.id, "") for child in children
              if child.status == "running" and child.parent_token not in here and ("cancel", child.id) not in sent)]


def farewell(flow: Flow) -> list[dict[str, object]]:
    """An ended case lets the one that called it know; what it returns is asked when that is carried."""
    if flow.parent_id is None or not flow.case.ended:
        return []
    return [posted(flow, "return", flow.parent_token or "", "", to=flow.parent_id, error=flow.error)]


def escape(flow: Flow, event: Event, element_id: str) -> bool:
    """An error or escalation that nothing here catches goes to the case that called this one, if any did."""
    if flow.parent_id is None:
        return False
    if event.kind == "error":
        flow.error = event.name
    else:
        flow.leaving.append(posted(flow, "escalate", flow.parent_token or "", element_id, to=flow.parent_id, name=event.name))
    return True


def address(name: str, key: str) -> str:
    """Where a message is kept until somebody takes it: equal for equal names and keys."""
    return hashlib.sha256(f"{name}\0{key}".encode()).hexdigest()


def key_text(value: object) -> str:
    """A correlation key as text: one text for values that FEEL calls equal (5 and 5.0, one moment in two zones).

    A text is itself, so that programs can write a number as a key. Of a long one a hash stands for what is not shown.
    """
    text = "" if value is None else write_value(_alike(value))
    if len(text) < KEY_LENGTH:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{text[:KEY_LENGTH - 1 - len(digest)]}…{digest}"


def _alike(value: object) -> object:
    """One of all equal values."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return in_china(value)
    if isinstance(value, list):
        return [_alike(item) for item in value]
    if isinstance(value, dict):
        return {name: _alike(value[name]) for name in sorted(value)}
    return value
