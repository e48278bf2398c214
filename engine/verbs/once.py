"""Exactly once: the idempotency key of a request, and the answer it got, commit with what was done.

After an ambiguous commit the same key is sent again and gets the first answer; nothing is done twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from engine import canonical
from engine.clock import utc_text
from engine.errors import FieldError, StaleInstance, WrongState
from engine.records import StoredRecord
from engine.store.idempotency_rows import forget_before, keep_under, kept_under, reserve_key
from engine.store.unit import Means, UnitOfWork
from engine.trace.receipts import Receipt, sign_receipt

KEY_LENGTH = (8, 80)
KEPT_FOR = timedelta(days=30)
"""Longer than anybody sends again what may have been lost."""
FORGOTTEN_AT_ONCE = 1000
_SHA256 = hashlib.sha256()
"""Begun once and copied: finding the algorithm costs OpenSSL more than hashing a form does."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a verb answers: the record it made, and what the form pointed out without blocking."""

    instance_id: str
    seq: int
    hash: bytes
    recorded_at: datetime
    means: Means = field(repr=False, compare=False)
    warnings: tuple[FieldError, ...] = ()

    @property
    def receipt(self) -> Receipt:
        """The signed receipt of the record: the same one whenever it is asked for, by this page or a later one."""
        return sign_receipt(self.means.keys, origin=self.means.origin, instance=self.instance_id, seq=self.seq,
                            hash=self.hash, recorded_at=self.recorded_at)


def done_with(unit: UnitOfWork, stored: StoredRecord, *, warnings: tuple[FieldError, ...] = ()) -> Done:
    return Done(stored.stream, stored.seq, stored.hash, stored.recorded_at, unit.means, warnings)


def only_once(unit: UnitOfWork, key: str, verb: str, act: Callable[[], Mapping[str, object]]) -> Mapping[str, object]:
    """Do it, or give the answer (JSON types) of the time when it was done under this key. Raises WrongState on misuse."""
    kept = None if _reserved(unit, key, verb) else _kept(verb, kept_under(unit.connection, unit.actor.id, key))
    if kept is not None:
        return kept
    answer = act()
    _keep(unit, key, verb, answer)
    return answer


def forget_old(unit: UnitOfWork) -> bool:
    """Drop keys older than `KEPT_FOR`, so many at once that nobody waits for it; whether there may be more."""
    return forget_before(unit.connection, unit.now - KEPT_FOR, most=FORGOTTEN_AT_ONCE) == FORGOTTEN_AT_ONCE


def check_key(key: str) -> None:
    """Raises WrongState when it is no idempotency key."""
    if not KEY_LENGTH[0] <= len(key) <= KEY_LENGTH[1] or not key.isprintable():
        raise WrongState("缺少提交编号，请刷新页面后再提交", "The submission key is missing: reload the page")


def reserve_done(unit: UnitOfWork, key: str, verb: str) -> Done | None:
    """`find_done` for a verb that begins something and so has no lock: the key itself is what a second one waits for."""
    return None if _reserved(unit, key, verb) else done_before(unit, verb, kept_under(unit.connection, unit.actor.id, key))


def _reserved(unit: UnitOfWork, key: str, verb: str) -> bool:
    check_key(key)
    return reserve_key(unit.connection, unit.actor.id, key, verb=verb, at=unit.now)


def find_done(unit: UnitOfWork, key: str, verb: str) -> Done | None:
    """The earlier answer when this verb was carried out under this key before. Raises WrongState on misuse.

    Asked under the lock of what the verb works on, which whoever sends it a second time waits for.
    """
    check_key(key)
    return done_before(unit, verb, kept_under(unit.connection, unit.actor.id, key))


def done_before(unit: UnitOfWork, verb: str, used: tuple[str, str | None] | None) -> Done | None:
    """`find_done` where the key is checked and it is known already what it was used for."""
    kept = _kept(verb, used)
    return None if kept is None else Done(kept["instance_id"], kept["seq"], bytes.fromhex(kept["hash"]),
                                          datetime.fromisoformat(kept["recorded_at"]), unit.means)


def keep_done(unit: UnitOfWork, key: str, verb: str, done: Done) -> Done:
    """Keep the answer under its key, in the same transaction. Raises StaleInstance when another was faster with this key."""
    _keep(unit, key, verb, {"instance_id": done.instance_id, "seq": done.seq, "hash": done.hash.hex(),
                            "recorded_at": utc_text(done.recorded_at)})
    return done


def _kept(verb: str, used: tuple[str, str | None] | None) -> dict[str, Any] | None:
    if used is None:
        return None
    used_for, result = used
    if used_for != verb or result is None:
        raise WrongState("这一页已经提交过，这次改动的内容没有提交；请刷新页面后再办",
                         "This page was already submitted; what you changed since was not. Reload the page")
    return cast("dict[str, Any]", canonical.decode(result))


def _keep(unit: UnitOfWork, key: str, verb: str, answer: Mapping[str, object]) -> None:
    if not keep_under(unit.connection, unit.actor.id, key, verb=verb, answer=canonical.encode(answer).decode(), at=unit.now):
        raise StaleInstance("这一页刚刚已经提交过", "This page has just been submitted")


def content_of(typed: Mapping[str, object], *more: str) -> str:
    """A short digest of what was submitted: the same key with other content is no repetition."""
    digest = _SHA256.copy()
    digest.update(repr((sorted(typed.items()), more)).encode())
    return digest.hexdigest()[:16]
