"""The tables: one list, for SQLite and PostgreSQL alike. Moments are UTC text, values JSON text.

Tables of the projection hold nothing that the records do not say; those named in `OUTSIDE_THE_TRACE` are
working copies (drafts, sessions, read marks, idempotency) and cannot be replayed.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from engine.store.api_tables import deliveries, token_secrets
from engine.store.case_tables import leases
from engine.store.columns import Moment, id_column, instance_column
from engine.store.columns import metadata as metadata

streams = Table(
    "streams", metadata,
    Column("id", String(64), primary_key=True, comment="an instance id, or sys/<day>/<shard>"),
    Column("version", Integer, nullable=False), Column("head", LargeBinary, nullable=False),
)

records = Table(
    "records", metadata,
    Column("stream", String(64), ForeignKey("streams.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("type", String(40), nullable=False), Column("actor_id", String(64), nullable=False),
    Column("acting_for", Text), Column("element_id", String(80)),
    Column("occurred_at", Moment, nullable=False), Column("learnt_at", Moment, nullable=False),
    Column("recorded_at", Moment, nullable=False), Column("clauses", Text, nullable=False),
    Column("definition_hash", String(64)),
    Column("prev", LargeBinary, nullable=False), Column("commitment", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False), Column("mac", LargeBinary, nullable=False),
    Column("key_id", String(40), nullable=False), Column("algorithm", String(20), nullable=False),
    Column("salt", LargeBinary), Column("body", LargeBinary, comment="null once erased: the chain still verifies"),
    Index("ix_records_recorded_at", "recorded_at"),
)

definitions = Table(
    "definitions", metadata,
    Column("hash", String(64), primary_key=True), Column("process", String(80), nullable=False),
    Column("number", Integer, nullable=False), Column("title", Text, nullable=False),
    Column("profile", String(40), nullable=False), Column("main_file", Text, nullable=False),
    Column("sources", Text, nullable=False), Column("bpmn", LargeBinary, nullable=False),
    Column("deployed_at", Moment, nullable=False), Column("deployed_by", String(64), nullable=False),
    UniqueConstraint("process", "number"),
)

processes = Table(
    "processes", metadata,
    Column("process", String(80), primary_key=True),
    Column("definition_hash", String(64), ForeignKey("definitions.hash"), nullable=False),
    Column("deployments", Integer, nullable=False, comment="how often something was deployed: the highest is current"),
)

instances = Table(
    "instances", metadata, id_column(),
    Column("process", String(80), nullable=False), Column("process_title", Text, nullable=False),
    Column("definition_hash", String(64), ForeignKey("definitions.hash"), nullable=False),
    Column("number", String(120), nullable=False, unique=True), Column("subject", Text, nullable=False),
    Column("status", String(12), CheckConstraint("status in ('running','ended')", name="status"), nullable=False),
    Column("outcome", Text), Column("started_by", String(64), nullable=False),
    Column("own_unit", String(64)), Column("started_at", Moment, nullable=False), Column("ended_at", Moment),
    Column("tokens", Text, nullable=False),
    Column("parent_id", String(64), comment="the case that called it and waits"), Column("parent_token", String(64)),
    Column("chain", Integer, nullable=False, server_default="0",
           comment="how many cases began one after another up to this one, with nobody acting in between"),
    Index("ix_instances_parent_id", "parent_id"),
    Index("ix_instances_started_by_started_at", "started_by", "started_at"),
    Index("ix_instances_process_status", "process", "status"), Index("ix_instances_started_at_id", "started_at", "id"),
)

variables = Table(
    "variables", metadata,
    Column("instance_id", String(64), ForeignKey("instances.id"), primary_key=True),
    Column("name", String(80), primary_key=True), Column("value", Text, nullable=False),
)

tasks = Table(
    "tasks", metadata, id_column(), instance_column(),
    Column("element_id", String(80), nullable=False), Column("token_id", String(64), nullable=False),
    Column("loop_id", String(64), nullable=False, server_default="", comment="the loop instance it is for; empty: none"),
    Column("title", Text, nullable=False),
    Column("status", String(12), CheckConstraint("status in ('open','completed','cancelled')", name="status"),
           nullable=False),
    Column("visit", Integer, nullable=False), Column("assignee_id", String(64)),
    Column("claimed_as", String(140), comment="the duty under which the assignee claimed it; null: a post, a name"),
    Column("created_at", Moment, nullable=False), Column("due_at", Moment), Column("due_base", Moment),
    Column("provisional", Boolean, nullable=False), Column("overdue_at", Moment),
    Column("clauses", Text, nullable=False), Column("marked", Text, nullable=False),
    Column("returned_comment", Text),
    Column("completed_at", Moment), Column("completed_by", String(64)), Column("acting_for", Text),
    Column("action", String(12)), Column("comment", Text), Column("answers", Text), Column("cancelled_why", Text),
    Index("ix_tasks_instance_id_status", "instance_id", "status"),
    Index("ix_tasks_completed_by_completed_at", "completed_by", "completed_at"),
    Index("ix_tasks_assignee_id_status", "assignee_id", "status"),
    Index("uq_tasks_open_token", "instance_id", "token_id", unique=True,
          sqlite_where=Column("status", String) == "open", postgresql_where=Column("status", String) == "open"),
)

is_open = tasks.c.status == literal_column("'open'")
"""Written out, never a parameter: SQLite would compile the statement anew at every run, to see whether the value
fits `uq_tasks_open_token`."""

candidates = Table(
    "candidates", metadata,
    Column("principal", String(140), primary_key=True),
    Column("task_id", String(64), ForeignKey("tasks.id"), primary_key=True),
    Column("sort_at", Moment, nullable=False, comment="when due, or the end of time"),
    Column("on_behalf", Text, comment="whom this candidate stands in for (代), when widened"),
    Index("ix_candidates_principal_sort_at", "principal", "sort_at", "task_id"),
    Index("ix_candidates_task_id", "task_id"),
)

exclusions = Table(
    "exclusions", metadata,
    Column("task_id", String(64), ForeignKey("tasks.id"), primary_key=True),
    Column("person_id", String(64), primary_key=True),
)

involvement = Table(
    "involvement", metadata,
    Column("principal", String(140), primary_key=True),
    Column("instance_id", String(64), ForeignKey("instances.id"), primary_key=True),
    Index("ix_involvement_instance_id", "instance_id"),
)

timers = Table(
    "timers", metadata, id_column(), instance_column(),
    Column("kind", String(20), nullable=False), Column("subject_id", String(80), nullable=False,
                                                       comment="task id, deadline id or token id"),
    Column("due_at", Moment, nullable=False), Column("detail", Text, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0",
           comment="how often it failed, one after the other"),
    Index("ix_timers_due_at", "due_at"), Index("ix_timers_instance_id_subject_id", "instance_id", "subject_id"),
    Index("ix_timers_kept_messages", "subject_id", sqlite_where=Column("kind", String) == "message",
          postgresql_where=Column("kind", String) == "message"),
)

is_message = timers.c.kind == literal_column("'message'")
"""Written out, as `is_open` is: a parameter would not find `ix_timers_kept_messages`."""

deadlines = Table(
    "deadlines", metadata,
    Column("instance_id", String(64), ForeignKey("instances.id"), primary_key=True),
    Column("id", String(80), primary_key=True), Column("state", Text, nullable=False),
    Column("status", String(12), nullable=False), Column("finding", Text), Column("reason", Text),
    Column("made_by", String(64)), Column("made_at", Moment),
)

incidents = Table(
    "incidents", metadata, id_column(), instance_column(),
    Column("element_id", String(80), nullable=False),
    Column("cause", String(100), nullable=False, comment="what cannot go on: token:, element:, timer: or job: and its id"),
    Column("zh", Text, nullable=False), Column("en", Text, nullable=False),
    Column("raised_at", Moment, nullable=False), Column("resolved_at", Moment),
    Index("ix_incidents_instance_id", "instance_id"),
)

entries = Table(
    "entries", metadata,
    Column("register", String(80), primary_key=True), Column("key", String(200), primary_key=True),
    Column("value", Text, nullable=False), Column("instance_id", String(64)),
    Column("written_at", Moment, nullable=False),
    Column("version", Integer, nullable=False, comment="how often the entry was written"),
)

counters = Table(
    "counters", metadata,
    Column("name", String(300), primary_key=True), Column("value", Integer, nullable=False),
)

notices = Table(
    "notices", metadata, id_column(), instance_column(),
    Column("principal", String(140), nullable=False), Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False), Column("created_at", Moment, nullable=False),
    Index("ix_notices_principal_created_at", "principal", "created_at"),
)

attachments = Table(
    "attachments", metadata, id_column(),
    instance_column(), Column("element_id", String(80)), Column("field", String(80), nullable=False), Column("name", Text, nullable=False),
    Column("media_type", String(120), nullable=False), Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False), Column("added_by", String(64), nullable=False),
    Column("added_at", Moment, nullable=False), Index("ix_attachments_instance_id", "instance_id"),
)

units = Table(
    "units", metadata, id_column(),
    Column("name", Text, nullable=False), Column("parent_id", String(64)), Column("kind", String(40), nullable=False),
)

people = Table(
    "people", metadata, id_column(),
    Column("login", String(80), nullable=False, unique=True), Column("name", Text, nullable=False),
    Column("unit_id", String(64), ForeignKey("units.id")), Column("active", Boolean, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("kind", String(12), nullable=False, server_default="person",
           comment="person, or service: an account of a program, which never signs in"),
)

posts = Table(
    "posts", metadata,
    Column("person_id", String(64), ForeignKey("people.id"), primary_key=True),
    Column("role", String(80), primary_key=True), Column("unit_id", String(64), primary_key=True),
    Column("since", Moment, nullable=False), Column("until", Moment),
    Index("ix_posts_role_unit_id", "role", "unit_id"),
)

shifts = Table(
    "shifts", metadata, id_column(),
    Column("role", String(80), nullable=False), Column("unit_id", String(64), nullable=False, comment="empty: the institution"),
    Column("person_id", String(64), ForeignKey("people.id"), nullable=False),
    Column("since", Moment, nullable=False), Column("until", Moment, nullable=False),
    Index("ix_shifts_role_unit_id_until", "role", "unit_id", "until"), Index("ix_shifts_person_id_until", "person_id", "until"),
)

credentials = Table(
    "credentials", metadata,
    Column("person_id", String(64), ForeignKey("people.id"), primary_key=True),
    Column("password_hash", Text, nullable=False), Column("must_change", Boolean, nullable=False),
    Column("changed_at", Moment, nullable=False), Column("expires_at", Moment), Column("former", Text, nullable=False),
)

sessions = Table(
    "sessions", metadata,
    Column("token_hash", String(64), primary_key=True), Column("person_id", String(64), ForeignKey("people.id"),
                                                               nullable=False),
    Column("created_at", Moment, nullable=False), Column("seen_at", Moment, nullable=False),
    Column("address", String(64), nullable=False), Column("agent", Text, nullable=False),
    Column("by_password", Boolean, nullable=False),
    Index("ix_sessions_person_id", "person_id"),
)

sign_in_attempts = Table(
    "sign_in_attempts", metadata,
    Column("id", Integer, primary_key=True), Column("login", String(80), nullable=False),
    Column("address", String(64), nullable=False), Column("at", Moment, nullable=False),
    Column("succeeded", Boolean, nullable=False), Index("ix_sign_in_attempts_login_at", "login", "at"),
    Index("ix_sign_in_attempts_address_at", "address", "at"),
)

drafts = Table(
    "drafts", metadata,
    Column("person_id", String(64), primary_key=True), Column("place", String(200), primary_key=True),
    Column("typed", Text, nullable=False), Column("saved_at", Moment, nullable=False),
)

uploads = Table(
    "uploads", metadata, id_column(),
    Column("field", String(80), nullable=False), Column("name", Text, nullable=False),
    Column("media_type", String(120), nullable=False), Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False), Column("added_by", String(64), nullable=False),
    Column("added_at", Moment, nullable=False),
)

notice_reads = Table(
    "notice_reads", metadata,
    Column("notice_id", String(64), primary_key=True), Column("person_id", String(64), primary_key=True),
)

idempotency = Table(
    "idempotency", metadata,
    Column("actor_id", String(64), primary_key=True), Column("key", String(80), primary_key=True),
    Column("verb", String(200), nullable=False), Column("result", Text), Column("at", Moment, nullable=False),
)

settings = Table(
    "settings", metadata,
    Column("name", String(80), primary_key=True), Column("value", Text, nullable=False),
)

OUTSIDE_THE_TRACE = (credentials, sessions, sign_in_attempts, drafts, uploads, notice_reads, idempotency, settings,
                     leases, token_secrets, deliveries)
"""Not rebuilt by a replay, by name: secrets, working copies and read marks."""
