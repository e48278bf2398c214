"""Tokens as a list: whose they are, what they open, when they were last used. Never their secrets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.actors import PLATFORM_ADMIN
from engine.store import token_rows
from engine.store.reader import Reader


@dataclass(frozen=True, slots=True)
class TokenRow:
    id: str
    login: str
    name: str
    is_program: bool
    title: str
    scopes: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    used_at: datetime | None


def list_tokens(read: Reader) -> tuple[TokenRow, ...]:
    """All tokens for the platform administrator, one's own for everybody else; oldest first."""
    sees_all = read.actor.is_system or read.actor.has_power(PLATFORM_ADMIN)
    return tuple(TokenRow(row.id, row.login, row.name, row.kind == "service", row.title, tuple(row.scopes.split()), row.issued_at,
                          row.expires_at, row.withdrawn_at, row.used_at)
                 for row in token_rows.all_tokens(read.connection) if sees_all or row.person_id == read.actor.id)
