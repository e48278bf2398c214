"""Exactly once: the idempotency key of a request, and the answer it got, commit with what was done.

After an ambiguous commit the same key is sent again and gets the first answer; nothing is done twice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from engine.errors import FieldError, WrongState
from engine.records import StoredRecord
from engine.store.prepared import prepare
from engine.store.tables import idempotency
from engine.store.unit import UnitOfWork
from engine.trace.receipts import Receipt, parse_receipt, sign_receipt

KEY_LENGTH = (8, 80)

_select = prepare(select(idempotency.c.verb, idempotency.c.result).where(
    idempotency.c.actor_id == bindparam("actor"), idempotency.c.key == bindparam("key")))
_keep = prepare(update(idempotency).where(idempotency.c.actor_id == bindparam("actor"),
                                  idempotency.c.key == bindparam("idempotency_key")).values(result=bindparam("answer")))
_inserts = {"sqlite": prepare(upsert_sqlite(idempotency).on_conflict_do_nothing().returning(idempotency.c.key)),
            "postgresql": prepare(upsert_postgresql(idempotency).on_conflict_do_nothing().returning(idempotency.c.key))}


@dataclass(frozen=True, slots=True)
class Done:
    """What a verb answers: the instance, the signed receipt, the task that follows for the same person, warnings."""

    instance_id: str
    receipt: Receipt
    next_task_id: str | None = None
    warnings: tuple[FieldError, ...] = ()


def find_done(unit: UnitOfWork, key: str, verb: str) -> Done | None:
    """Reserve the key for this verb; the earlier answer when it was used before. Raises WrongState on misuse."""
    if not KEY_LENGTH[0] <= len(key) <= KEY_LENGTH[1]:
        raise WrongState("缺少提交编号，请刷新页面后再提交", "The submission key is missing: reload the page")
    connection = unit.connection
    inserted = connection.execute(_inserts[connection.dialect.name], {
        "actor_id": unit.actor.id, "key": key, "verb": verb, "result": None, "at": unit.now}).first()
    if inserted is not None:
        return None
    row = connection.execute(_select, {"actor": unit.actor.id, "key": key}).one()
    if row.verb != verb or row.result is None:
        raise WrongState("此提交编号已用于其他操作，请刷新页面", "This key was used for something else: reload the page")
    kept = json.loads(row.result)
    return Done(kept["instance_id"], parse_receipt(kept["receipt"]), kept["next_task_id"])


def keep_done(unit: UnitOfWork, key: str, done: Done) -> Done:
    """Keep the answer under its key, in the same transaction."""
    unit.connection.execute(_keep, {"actor": unit.actor.id, "idempotency_key": key, "answer": json.dumps({
        "instance_id": done.instance_id, "receipt": done.receipt.text, "next_task_id": done.next_task_id})})
    return done


def receipt_for(unit: UnitOfWork, stored: StoredRecord) -> Receipt:
    return sign_receipt(unit.keys, origin=unit.means.origin, instance=stored.stream, seq=stored.seq,
                        hash=stored.hash, recorded_at=stored.recorded_at)
