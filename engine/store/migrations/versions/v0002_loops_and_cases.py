"""Tasks of loops; cases that call others, wait for what comes from outside, are begun by schedules, and ask for services."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("loop_id", sa.String(length=64), nullable=False, server_default="",
                                     comment="the loop instance it is for; empty: none"))
    op.add_column("instances", sa.Column("parent_id", sa.String(length=64), nullable=True,
                                         comment="the case that called it and waits"))
    op.add_column("instances", sa.Column("parent_token", sa.String(length=64), nullable=True))
    op.create_index("ix_instances_parent_id", "instances", ["parent_id"])
    op.create_table(
        "subscriptions",
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.Column("token_id", sa.String(length=64), nullable=False),
        sa.Column("element_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("since", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_subscriptions_instance_id"),
        sa.PrimaryKeyConstraint("instance_id", "token_id", name="pk_subscriptions"))
    op.create_index("ix_subscriptions_kind_name_key", "subscriptions", ["kind", "name", "key", "since"])
    op.create_table(
        "schedules",
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("start_id", sa.String(length=80), nullable=False),
        sa.Column("due_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("process", "start_id", name="pk_schedules"))
    op.create_index("ix_schedules_due_at", "schedules", ["due_at"])
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.Column("token_id", sa.String(length=64), nullable=False),
        sa.Column("element_id", sa.String(length=80), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_jobs_instance_id"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"))
    op.create_index("ix_jobs_type_created_at", "jobs", ["type", "created_at"])
    op.create_index("ix_jobs_instance_id_token_id", "jobs", ["instance_id", "token_id"])
    op.create_table(
        "leases",
        sa.Column("job_id", sa.String(length=64), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("until", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_leases"))
