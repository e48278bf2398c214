"""Cases that are still to begin."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "planned",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("start_id", sa.String(length=80), nullable=False),
        sa.Column("given", sa.Text(), nullable=False, comment="a window and the key of an entry, or what came"),
        sa.Column("planned_at", sa.String(length=27), nullable=False),
        sa.Column("due_at", sa.String(length=27), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, comment="how often it could not begin"),
        sa.Column("zh", sa.Text(), nullable=True),
        sa.Column("en", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_planned"))
    op.create_index("ix_planned_due_at", "planned", ["due_at"])
    op.create_index("ix_planned_process_start_id", "planned", ["process", "start_id"])
