"""Tables of what outside programs bring and get. Secrets are kept apart from what the trace rebuilds."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from engine.store.columns import Moment, id_column, metadata

tokens = Table(
    "tokens", metadata, id_column(),
    Column("person_id", String(64), ForeignKey("people.id"), nullable=False), Column("title", Text, nullable=False),
    Column("scopes", Text, nullable=False, comment="separated by blanks"), Column("issued_by", String(64), nullable=False),
    Column("issued_at", Moment, nullable=False), Column("expires_at", Moment, nullable=False), Column("withdrawn_at", Moment),
    Index("ix_tokens_person_id", "person_id"),
)

token_secrets = Table(
    "token_secrets", metadata,
    Column("hash", String(64), primary_key=True, comment="SHA-256 of the whole token"),
    Column("token_id", String(64), nullable=False, unique=True), Column("used_at", Moment),
)
