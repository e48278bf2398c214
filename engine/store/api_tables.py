"""Tables of what outside programs bring and get. Secrets are kept apart from what the trace rebuilds."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

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

webhooks = Table(
    "webhooks", metadata, id_column(),
    Column("url", Text, nullable=False), Column("events", Text, nullable=False, comment="separated by blanks"),
    Column("process", String(80), nullable=False, comment="empty: cases of every process"),
    Column("added_by", String(64), nullable=False), Column("added_at", Moment, nullable=False), Column("removed_at", Moment),
)

deliveries = Table(
    "deliveries", metadata, id_column(),
    Column("webhook_id", String(64), nullable=False), Column("stream", String(64), nullable=False),
    Column("seq", Integer, nullable=False), Column("event", String(40), nullable=False),
    Column("due_at", Moment, nullable=False, comment="when it is tried, or tried again, or its sender's lease ends"),
    Column("tries", Integer, nullable=False),
    Index("ix_deliveries_due_at", "due_at"),
)
