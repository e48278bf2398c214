"""The newest instances of all are found without sorting the rest."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_instances_started_at_id", "instances", ["started_at", "id"])
