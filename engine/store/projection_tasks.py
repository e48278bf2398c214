"""Records about tasks and their timers → rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from engine import canonical
from engine.records import RecordType, StoredRecord
from engine.store.payload import encode_value, text_of
from engine.store.prepared import prepare
from engine.store.statements import (
    END_OF_TIME,
    delete_candidates_of_task,
    delete_timer,
    delete_timers_of_subject,
    insert_candidates,
    insert_involvement,
    insert_task,
    insert_timers,
    set_variable,
)
from engine.store.tables import exclusions, tasks, timers

_insert_exclusions = prepare(insert(exclusions))
_assign = prepare(update(tasks).where(tasks.c.id == bindparam("key")).values(
    assignee_id=bindparam("assignee"), claimed_as=bindparam("duty")))
_complete = prepare(update(tasks).where(tasks.c.id == bindparam("key")).values(
    status="completed", completed_at=bindparam("at"), completed_by=bindparam("person"),
    acting_for=bindparam("behalf"), action=bindparam("did"), comment=bindparam("said"), answers=bindparam("answered")))
_cancel = prepare(update(tasks).where(tasks.c.id == bindparam("key")).values(
    status="cancelled", cancelled_why=bindparam("why")))
_move_timer = prepare(update(timers).where(timers.c.id == bindparam("key")).values(
    due_at=bindparam("again_at"), tries=bindparam("failed")))
_withdraw = prepare(update(tasks).where(tasks.c.id == bindparam("key")).values(action="withdrawn"))
_overdue = prepare(update(tasks).where(tasks.c.id == bindparam("key")).values(overdue_at=bindparam("at")))


def _text(value: object) -> str:
    return canonical.encode(value).decode()


def _created(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    task_id, due_at = payload["task_id"], payload["due_at"]
    connection.execute(insert_task, {
        "id": task_id, "instance_id": stored.stream, "element_id": stored.record.element_id,
        "token_id": payload["token_id"], "title": payload["title"], "status": "open",
        "visit": int(payload["visit"]), "assignee_id": None, "claimed_as": None, "created_at": stored.recorded_at, "due_at": due_at,
        "due_base": payload["due_base"], "provisional": payload["provisional"], "overdue_at": None,
        "clauses": _text(list(stored.record.clauses)), "marked": _text(payload["marked"]),
        "returned_comment": payload["returned_comment"], "completed_at": None, "completed_by": None,
        "acting_for": None, "action": None, "comment": None, "answers": None, "cancelled_why": None,
        "loop_id": payload.get("loop_id", "")})
    insert_candidates(connection, [{"principal": principal, "task_id": task_id, "sort_at": due_at or END_OF_TIME,
                                    "on_behalf": None} for principal in payload["principals"]])
    if payload["exclusions"]:
        connection.execute(_insert_exclusions, [{"task_id": task_id, "person_id": person}
                                                for person in payload["exclusions"]])
    insert_involvement(connection, stored.stream, payload["principals"])
    insert_timers(connection, stored.stream, payload["timers"])


def _claimed(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    duty = payload.get("claimed_as")
    connection.execute(_assign, {"key": payload["task_id"], "assignee": stored.actor_id, "duty": duty})
    if duty:  # when the shift is over, who claimed it still sees the case
        insert_involvement(connection, stored.stream, [f"person:{stored.actor_id}"])


def _released(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_assign, {"key": payload["task_id"], "assignee": None, "duty": None})


def _completed(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    task_id, element_id = payload["task_id"], stored.record.element_id or ""
    connection.execute(_complete, {
        "key": task_id, "at": stored.recorded_at, "person": stored.actor_id, "behalf": stored.record.acting_for,
        "did": payload["action"], "said": payload["comment"], "answered": text_of(stored, "answers")})
    if not payload.get("loop_id"):  # what is given in a loop is kept with the tokens
        set_variable(connection, stored.stream, element_id, text_of(stored, "step"))
    insert_involvement(connection, stored.stream, [f"person:{stored.actor_id}"])
    _close(connection, stored.stream, task_id)


def _withdrawn(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_withdraw, {"key": payload["task_id"]})
    for name, change in payload["set"].items():
        if name not in payload["local"]:
            set_variable(connection, stored.stream, name, encode_value(change["new"]))


def _cancelled(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_cancel, {"key": payload["task_id"], "why": payload["why"]})
    _close(connection, stored.stream, payload["task_id"])


def _close(connection: Connection, instance_id: str, task_id: str) -> None:
    connection.execute(delete_candidates_of_task, {"task": task_id})
    connection.execute(delete_timers_of_subject, {"instance": instance_id, "subject": task_id})


def _widened(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    insert_candidates(connection, [{"principal": principal, "task_id": payload["task_id"],
                                    "sort_at": payload["due_at"] or END_OF_TIME, "on_behalf": payload["on_behalf"]}
                                   for principal in payload["principals"]])
    insert_involvement(connection, stored.stream, payload["principals"])
    connection.execute(delete_timer, {"key": payload["timer_id"]})


def _overdue_now(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_overdue, {"key": payload["task_id"], "at": stored.recorded_at})
    connection.execute(delete_timer, {"key": payload["timer_id"]})


def _triggered(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(delete_timer, {"key": payload["timer_id"]})


def _put_off(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_move_timer, {"key": payload["timer_id"], "again_at": payload["again_at"],
                                     "failed": int(payload.get("tries", 0))})


PROJECTORS = {
    RecordType.TASK_CREATED: _created, RecordType.TASK_CLAIMED: _claimed, RecordType.TASK_RELEASED: _released,
    RecordType.COMPLETION_WITHDRAWN: _withdrawn,
    RecordType.TASK_COMPLETED: _completed, RecordType.TASK_CANCELLED: _cancelled, RecordType.TASK_WIDENED: _widened,
    RecordType.TASK_OVERDUE: _overdue_now, RecordType.TASK_REMINDED: _triggered,
    RecordType.TIMER_TRIGGERED: _triggered, RecordType.DEADLINE_REMINDED: _triggered,
    RecordType.TIMER_PUT_OFF: _put_off,
}
