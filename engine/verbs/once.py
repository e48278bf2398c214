"""Exactly once: the idempotency key of a request, and the answer it got, commit with what was done.

After an ambiguous commit the same key is sent again and gets the first answer; nothing is done twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import FieldError, WrongState
from engine.records import StoredRecord
from engine.store.idempotency_rows import keep_under, kept_under, reserve_key
from engine.store.unit import UnitOfWork
from engine.trace.receipts import Receipt, parse_receipt, sign_receipt

KEY_LENGTH = (8, 80)


@dataclass(frozen=True, slots=True)
class Done:
    """What a verb answers: the instance, the signed receipt, the task that follows for the same person, warnings."""

    instance_id: str
    receipt: Receipt
    next_task_id: str | None = None
    warnings: tuple[FieldError, ...] = ()


def find_done(unit: UnitOfWork, key: str, verb: str) -> Done | None:
    """Reserve the key for this verb; the earlier answer when it was used before. Raises WrongState on misuse."""
    if not KEY_LENGTH[0] <= len(key) <= KEY_LENGTH[1] or not key.isprintable():
        raise WrongState("缺少提交编号，请刷新页面后再提交", "The submission key is missing: reload the page")
    if reserve_key(unit.connection, unit.actor.id, key, verb=verb, at=unit.now):
        return None
    used_for, result = kept_under(unit.connection, unit.actor.id, key)
    if used_for != verb or result is None:
        raise WrongState("这一页已经提交过，这次改动的内容没有提交；请刷新页面后再办",
                         "This page was already submitted; what you changed since was not. Reload the page")
    kept = json.loads(result)
    return Done(kept["instance_id"], parse_receipt(kept["receipt"]), kept["next_task_id"])


def content_of(typed: Mapping[str, object], *more: str) -> str:
    """A short digest of what was submitted: the same key with other content is no repetition."""
    text = json.dumps([sorted((name, value) for name, value in typed.items()), more], default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def keep_done(unit: UnitOfWork, key: str, done: Done) -> Done:
    """Keep the answer under its key, in the same transaction."""
    keep_under(unit.connection, unit.actor.id, key, json.dumps({
        "instance_id": done.instance_id, "receipt": done.receipt.text, "next_task_id": done.next_task_id}))
    return done


def receipt_for(unit: UnitOfWork, stored: StoredRecord) -> Receipt:
    return sign_receipt(unit.keys, origin=unit.means.origin, instance=stored.stream, seq=stored.seq,
                        hash=stored.hash, recorded_at=stored.recorded_at)
