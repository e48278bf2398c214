"""Tokens: issue, withdraw, and who comes with one. A token acts as the person or program it was issued to, never as more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.actors import PLATFORM_ADMIN, Actor
from engine.directory.sessions import token_hash
from engine.directory.tokens import LIVES, new_token, wrong_request
from engine.errors import NotAllowed, NotFound, SubmissionInvalid, WrongState
from engine.records import Record, RecordType
from engine.store import directory_rows, token_rows
from engine.store.instance_rows import AnyRow
from engine.store.reader import Reader
from engine.store.unit import UnitOfWork

SEEN_EVERY = timedelta(minutes=1)
LONGEST_TEXT = 200
"""No token is longer; what is, is not even hashed."""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token just issued: `text` is its only copy."""

    id: str
    text: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who a token belongs to now, and what it opens."""

    actor: Actor
    token_id: str
    scopes: frozenset[str]
    is_seen_long_ago: bool


def issue(unit: UnitOfWork, *, person_id: str, title: str, scopes: Collection[str], lives: timedelta = LIVES) -> IssuedToken:
    """A fresh token for an account; its secret is shown now and never again.

    People issue their own; the platform administrator those of programs, never those of people, for with one he could
    act in another's name. Raises NotFound, NotAllowed, SubmissionInvalid.
    """
    owner = directory_rows.find_account_kind(unit.connection, person_id)
    if owner is None:
        raise NotFound()
    _need_right(unit, person_id, is_program=owner == "service")
    wrong = wrong_request(title, scopes, lives)
    if wrong:
        raise SubmissionInvalid(wrong)
    fresh, expires_at = new_token(), unit.now + lives
    unit.record_system(Record(RecordType.TOKEN_ISSUED, {
        "id": fresh.id, "person_id": person_id, "name": directory_rows.name_of(unit.connection, person_id),
        "title": title.strip(), "scopes": sorted(set(scopes)), "expires_at": expires_at}, element_id=person_id))
    token_rows.keep_secret(unit.connection, fresh.id, token_hash(fresh.text))
    return IssuedToken(fresh.id, fresh.text, expires_at)


def withdraw(unit: UnitOfWork, *, token_id: str) -> None:
    """The token opens nothing from now on. Raises NotFound, WrongState when it is withdrawn already.

    Its owner may, and the platform administrator: taking a token away lets nobody act.
    """
    row = token_rows.find_token(unit.connection, token_id)
    if row is None or not (_is_operator(unit) or row.person_id == unit.actor.id):
        raise NotFound()
    if row.withdrawn_at is not None:
        raise WrongState("此令牌已经收回", "This token is withdrawn already")
    unit.record_system(Record(RecordType.TOKEN_WITHDRAWN, {
        "id": token_id, "person_id": row.person_id, "name": row.name, "title": row.title}, element_id=row.person_id))


def admit(read: Reader, text: str) -> Admitted | None:
    """Who comes with this token; None for an unknown, withdrawn or expired one, and when its owner has left."""
    if len(text) > LONGEST_TEXT or not text.isascii():
        return None
    row = token_rows.find_by_hash(read.connection, token_hash(text))
    if row is None or not row.active or not is_live(row, read.now):
        return None
    actor = directory_rows.load_actor(read.connection, row.person_id, read.now)
    return Admitted(actor, row.id, frozenset(row.scopes.split()), row.used_at is None or read.now - row.used_at >= SEEN_EVERY)


def is_live(row: AnyRow, now: datetime) -> bool:
    """A clock that went back behind the issue ends the token too."""
    return row.withdrawn_at is None and row.issued_at <= now < row.expires_at


def see(unit: UnitOfWork, token_id: str) -> None:
    """Note that the token was used."""
    token_rows.see_token(unit.connection, token_id, unit.now)


def _need_right(unit: UnitOfWork, person_id: str, *, is_program: bool) -> None:
    if unit.actor.is_system or (is_program and _is_operator(unit)) or (not is_program and unit.actor.id == person_id):
        return
    raise NotAllowed("只能为自己申请令牌；平台管理员可以为程序账号申请",
                     "People issue their own tokens, and platform administrators those of programs")


def _is_operator(unit: UnitOfWork) -> bool:
    return unit.actor.is_system or unit.actor.has_power(PLATFORM_ADMIN)
