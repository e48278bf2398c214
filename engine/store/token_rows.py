"""Tokens of outside programs as rows. The secret is stored as its hash only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from engine.store.api_tables import token_secrets, tokens
from engine.store.instance_rows import AnyRow
from engine.store.prepared import prepare
from engine.store.tables import people

_token = select(tokens, people.c.name, people.c.login, people.c.kind, people.c.active, token_secrets.c.used_at).join(
    people, people.c.id == tokens.c.person_id).outerjoin(token_secrets, token_secrets.c.token_id == tokens.c.id)
_by_hash = prepare(_token.where(token_secrets.c.hash == bindparam("hashed")))
_by_id = prepare(_token.where(tokens.c.id == bindparam("token")))
_all = prepare(_token.order_by(tokens.c.issued_at, tokens.c.id))
_keep = prepare(insert(token_secrets))
_see = prepare(update(token_secrets).where(token_secrets.c.token_id == bindparam("token")).values(used_at=bindparam("at")))


def find_by_hash(connection: Connection, hashed: str) -> AnyRow | None:
    """The token with its owner, withdrawn and expired ones too."""
    return connection.execute(_by_hash, {"hashed": hashed}).first()


def find_token(connection: Connection, token_id: str) -> AnyRow | None:
    return connection.execute(_by_id, {"token": token_id}).first()


def all_tokens(connection: Connection) -> list[AnyRow]:
    """Every token ever issued, oldest first."""
    return list(connection.execute(_all))


def keep_secret(connection: Connection, token_id: str, hashed: str) -> None:
    connection.execute(_keep, {"token_id": token_id, "hash": hashed, "used_at": None})


def see_token(connection: Connection, token_id: str, at: datetime) -> None:
    """Note that it was used."""
    connection.execute(_see, {"token": token_id, "at": at})
