"""The duty roster, and the duty under which somebody claimed a task."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("claimed_as", sa.String(length=140), nullable=True,
                                     comment="the duty under which the assignee claimed it; null: a post, a name"))
    op.create_table(
        "shifts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False, comment="empty: the institution"),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("since", sa.String(length=27), nullable=False),
        sa.Column("until", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_shifts_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shifts"))
    op.create_index("ix_shifts_role_unit_id_until", "shifts", ["role", "unit_id", "until"])
    op.create_index("ix_shifts_person_id_until", "shifts", ["person_id", "until"])
