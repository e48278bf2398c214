"""Tables of what passes between cases, between cases and outside programs, and of cases that stand still on purpose.

Leases are outside the trace.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from engine.store.columns import Moment, id_column, instance_column, metadata

subscriptions = Table(
    "subscriptions", metadata,
    Column("instance_id", String(64), ForeignKey("instances.id"), primary_key=True),
    Column("token_id", String(64), primary_key=True), Column("element_id", String(80), nullable=False),
    Column("kind", String(20), nullable=False, comment="message, signal or entry"),
    Column("name", String(80), nullable=False), Column("key", String(200), nullable=False),
    Column("since", Moment, nullable=False),
    Index("ix_subscriptions_kind_name_key", "kind", "name", "key", "since"),
)

schedules = Table(
    "schedules", metadata,
    Column("process", String(80), primary_key=True), Column("start_id", String(80), primary_key=True),
    Column("due_at", Moment, nullable=False, comment="the beginning of the next window"),
    Index("ix_schedules_due_at", "due_at"),
)

suspensions = Table(
    "suspensions", metadata,
    Column("instance_id", String(64), ForeignKey("instances.id"), primary_key=True),
    Column("by", String(64), nullable=False), Column("at", Moment, nullable=False), Column("why", Text, nullable=False),
)
"""Few rows, whatever there is of cases: who looks for due timers holds them against these."""

planned = Table(
    "planned", metadata, id_column(),
    Column("process", String(80), nullable=False), Column("start_id", String(80), nullable=False),
    Column("given", Text, nullable=False, comment="a window and the key of an entry, or what came"),
    Column("planned_at", Moment, nullable=False), Column("due_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False, comment="how often it could not begin"), Column("zh", Text), Column("en", Text),
    Index("ix_planned_due_at", "due_at"), Index("ix_planned_process_start_id", "process", "start_id"),
)

corrections = Table(
    "corrections", metadata, id_column(), instance_column(),
    Column("element_id", String(80), nullable=False), Column("field", String(80), nullable=False),
    Column("old", Text, nullable=False), Column("new", Text, nullable=False), Column("reason", Text, nullable=False),
    Column("proposed_by", String(64), nullable=False), Column("proposed_at", Moment, nullable=False),
    Column("status", String(12), nullable=False, comment="proposed, confirmed or declined"),
    Column("decided_by", String(64)), Column("decided_at", Moment), Column("remark", Text),
    Index("ix_corrections_instance_id", "instance_id"),
)

jobs = Table(
    "jobs", metadata, id_column(), instance_column(),
    Column("token_id", String(64), nullable=False), Column("element_id", String(80), nullable=False),
    Column("type", String(80), nullable=False), Column("given", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_jobs_type_created_at", "type", "created_at"), Index("ix_jobs_instance_id_token_id", "instance_id", "token_id"),
)

leases = Table(
    "leases", metadata,
    Column("job_id", String(64), primary_key=True), Column("worker", String(80), nullable=False),
    Column("until", Moment, nullable=False),
)
