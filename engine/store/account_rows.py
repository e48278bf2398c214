"""Credentials, sessions and sign-in attempts as rows. Secrets are stored as hashes only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from engine.store.tables import credentials, people, sessions, settings, sign_in_attempts

MOST_ATTEMPTS = 500


@dataclass(frozen=True, slots=True)
class AccountRow:
    id: str
    login: str
    name: str
    unit_id: str | None
    active: bool
    password_hash: str
    must_change: bool
    expires_at: datetime | None
    former: str


def _accounts() -> Select[Any]:
    return select(people.c.id, people.c.login, people.c.name, people.c.unit_id, people.c.active,
                  credentials.c.password_hash, credentials.c.must_change, credentials.c.expires_at,
                  credentials.c.former).join(credentials, credentials.c.person_id == people.c.id)


def find_account(connection: Connection, login: str) -> AccountRow | None:
    return _account(connection, _accounts().where(people.c.login == login))


def account_of(connection: Connection, person_id: str) -> AccountRow | None:
    return _account(connection, _accounts().where(people.c.id == person_id))


def _account(connection: Connection, statement: Select[Any]) -> AccountRow | None:
    row = connection.execute(statement).first()
    return None if row is None else AccountRow(*row)


def set_password(connection: Connection, person_id: str, *, password_hash: str, must_change: bool,
                 changed_at: datetime, expires_at: datetime | None, former: str) -> None:
    values = {"password_hash": password_hash, "must_change": must_change, "changed_at": changed_at,
              "expires_at": expires_at, "former": former}
    make: Any = upsert_sqlite if connection.dialect.name == "sqlite" else upsert_postgresql
    connection.execute(make(credentials).values(person_id=person_id, **values).on_conflict_do_update(
        index_elements=["person_id"], set_=values))


def find_session(connection: Connection, hashed: str) -> Any:
    """The session with its person's state, or None."""
    return connection.execute(select(
        sessions.c.person_id, sessions.c.created_at, sessions.c.seen_at, people.c.active, credentials.c.must_change,
        credentials.c.expires_at, sessions.c.by_password,
    ).join(people, people.c.id == sessions.c.person_id).outerjoin(
        credentials, credentials.c.person_id == sessions.c.person_id).where(sessions.c.token_hash == hashed)).first()


def sessions_of(connection: Connection, person_id: str) -> Sequence[Row[Any]]:
    return connection.execute(select(sessions).where(sessions.c.person_id == person_id)).all()


def add_session(connection: Connection, hashed: str, person_id: str, now: datetime, *, address: str, agent: str,
                by_password: bool) -> None:
    connection.execute(insert(sessions), {"token_hash": hashed, "person_id": person_id, "created_at": now,
                                          "seen_at": now, "address": address, "agent": agent,
                                          "by_password": by_password})


def see_session(connection: Connection, hashed: str, now: datetime) -> None:
    connection.execute(update(sessions).where(sessions.c.token_hash == hashed).values(seen_at=now))


def delete_sessions(connection: Connection, hashes: list[str]) -> int:
    if not hashes:
        return 0
    return connection.execute(delete(sessions).where(sessions.c.token_hash.in_(hashes))).rowcount


def delete_sessions_of(connection: Connection, person_id: str, *, keep: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.person_id == person_id, sessions.c.token_hash != keep))


def lock_account(connection: Connection, login: str) -> None:
    """Keep other sign-ins of this login waiting until the transaction ends; unknown logins have no row to lock.

    SQLite needs nothing: its write transactions already follow one another.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(login, 0))))


def add_attempt(connection: Connection, login: str, address: str, at: datetime, *, succeeded: bool) -> None:
    connection.execute(insert(sign_in_attempts), {"login": login, "address": address, "at": at,
                                                  "succeeded": succeeded})


def attempts_at(connection: Connection, login: str, since: datetime) -> Sequence[Row[Any]]:
    return _attempts(connection, select(sign_in_attempts).where(sign_in_attempts.c.login == login), since)


def attempts_from(connection: Connection, address: str, since: datetime) -> Sequence[Row[Any]]:
    return _attempts(connection, select(sign_in_attempts).where(sign_in_attempts.c.address == address), since)


def _attempts(connection: Connection, statement: Select[Any], since: datetime) -> Sequence[Row[Any]]:
    """The latest ones, newest first: those that a limit cuts off must not be the ones that count."""
    return connection.execute(statement.where(sign_in_attempts.c.at >= since).order_by(
        sign_in_attempts.c.at.desc()).limit(MOST_ATTEMPTS)).all()


def set_setting(connection: Connection, name: str, value: str) -> None:
    """A setting of this database, such as being a demonstration."""
    make: Any = upsert_sqlite if connection.dialect.name == "sqlite" else upsert_postgresql
    connection.execute(make(settings).values(name=name, value=value).on_conflict_do_update(
        index_elements=["name"], set_={"value": value}))
