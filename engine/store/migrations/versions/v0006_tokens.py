"""Tokens of outside programs, and accounts that belong to a program instead of a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("kind", sa.String(length=12), nullable=False, server_default="person",
                                      comment="person, or service: an account of a program, which never signs in"))
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False, comment="separated by blanks"),
        sa.Column("issued_by", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.String(length=27), nullable=False),
        sa.Column("expires_at", sa.String(length=27), nullable=False),
        sa.Column("withdrawn_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_tokens_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"))
    op.create_index("ix_tokens_person_id", "tokens", ["person_id"])
    op.create_table(
        "token_secrets",
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 of the whole token"),
        sa.Column("token_id", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("hash", name="pk_token_secrets"),
        sa.UniqueConstraint("token_id", name="uq_token_secrets_token_id"))
