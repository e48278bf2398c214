"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "definitions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("main_file", sa.Text(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("bpmn", sa.LargeBinary(), nullable=False),
        sa.Column("deployed_at", sa.String(27), nullable=False),
        sa.Column("deployed_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_definitions")),
        sa.UniqueConstraint("process", "number", name=op.f("uq_definitions_process_number")),
    )
    op.create_table(
        "drafts",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("typed", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "place", name=op.f("pk_drafts")),
    )
    op.create_table(
        "entries",
        sa.Column("register", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=True),
        sa.Column("written_at", sa.String(27), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="how often the entry was written"),
        sa.PrimaryKeyConstraint("register", "key", name=op.f("pk_entries")),
    )
    op.create_table(
        "idempotency",
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("verb", sa.String(length=200), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "key", name=op.f("pk_idempotency")),
    )
    op.create_table(
        "notice_reads",
        sa.Column("notice_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("notice_id", "person_id", name=op.f("pk_notice_reads")),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index("ix_sign_in_attempts_address_at", "sign_in_attempts", ["address", "at"], unique=False)
    op.create_index("ix_sign_in_attempts_login_at", "sign_in_attempts", ["login", "at"], unique=False)
    op.create_table(
        "streams",
        sa.Column("id", sa.String(length=64), nullable=False, comment="an instance id, or sys/<day>/<shard>"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_streams")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_table(
        "instances",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("process_title", sa.Text(), nullable=False),
        sa.Column("definition_hash", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("started_by", sa.String(length=64), nullable=False),
        sa.Column("own_unit", sa.String(length=64), nullable=True),
        sa.Column("started_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.Column("tokens", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_hash"], ["definitions.hash"], name=op.f("fk_instances_definition_hash")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instances")),
        sa.UniqueConstraint("number", name=op.f("uq_instances_number")),
    )
    op.create_index("ix_instances_process_status", "instances", ["process", "status"], unique=False)
    op.create_index(
        "ix_instances_started_by_started_at", "instances", ["started_by", "started_at"], unique=False
    )
    op.create_table(
        "people",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_people_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("login", name=op.f("uq_people_login")),
    )
    op.create_table(
        "processes",
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("definition_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "deployments",
            sa.Integer(),
            nullable=False,
            comment="how often something was deployed: the highest is current",
        ),
        sa.ForeignKeyConstraint(
            ["definition_hash"], ["definitions.hash"], name=op.f("fk_processes_definition_hash")
        ),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_processes")),
    )
    op.create_table(
        "records",
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("acting_for", sa.Text(), nullable=True),
        sa.Column("element_id", sa.String(length=80), nullable=True),
        sa.Column("occurred_at", sa.String(27), nullable=False),
        sa.Column("learnt_at", sa.String(27), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("clauses", sa.Text(), nullable=False),
        sa.Column("definition_hash", sa.String(length=64), nullable=True),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=False),
        sa.Column("algorithm", sa.String(length=20), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column(
            "body", sa.LargeBinary(), nullable=True, comment="null once erased: the chain still verifies"
        ),
        sa.ForeignKeyConstraint(["stream"], ["streams.id"], name=op.f("fk_records_stream")),
        sa.PrimaryKeyConstraint("stream", "seq", name=op.f("pk_records")),
    )
    op.create_index("ix_records_recorded_at", "records", ["recorded_at"], unique=False)
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.Column("element_id", sa.String(length=80), nullable=True),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name=op.f("fk_attachments_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_instance_id", "attachments", ["instance_id"], unique=False)
    op.create_table(
        "credentials",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=True),
        sa.Column("former", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_credentials_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_credentials")),
    )
    op.create_table(
        "deadlines",
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("made_by", sa.String(length=64), nullable=True),
        sa.Column("made_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name=op.f("fk_deadlines_instance_id")),
        sa.PrimaryKeyConstraint("instance_id", "id", name=op.f("pk_deadlines")),
    )
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.Column("element_id", sa.String(length=80), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.String(27), nullable=False),
        sa.Column("resolved_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name=op.f("fk_incidents_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index("ix_incidents_instance_id", "incidents", ["instance_id"], unique=False)
    op.create_table(
        "involvement",
        sa.Column("principal", sa.String(length=140), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name=op.f("fk_involvement_instance_id")),
        sa.PrimaryKeyConstraint("principal", "instance_id", name=op.f("pk_involvement")),
    )
    op.create_index("ix_involvement_instance_id", "involvement", ["instance_id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.Column("principal", sa.String(length=140), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name=op.f("fk_notices_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_principal_created_at", "notices", ["principal", "created_at"], unique=False)
    op.create_table(
        "posts",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("until", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_posts_person_id")),
        sa.PrimaryKeyConstraint("person_id", "role", "unit_id", name=op.f("pk_posts")),
    )
    op.create_index("ix_posts_role_unit_id", "posts", ["role", "unit_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("by_password", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sessions_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.Column("element_id", sa.String(length=80), nullable=False),
        sa.Column("token_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("assignee_id", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("due_at", sa.String(27), nullable=True),
        sa.Column("due_base", sa.String(27), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("overdue_at", sa.String(27), nullable=True),
        sa.Column("clauses", sa.Text(), nullable=False),
        sa.Column("marked", sa.Text(), nullable=False),
        sa.Column("returned_comment", sa.Text(), nullable=True),
        sa.Column("completed_at", sa.String(27), nullable=True),
        sa.Column("completed_by", sa.String(length=64), nullable=True),
        sa.Column("acting_for", sa.Text(), nullable=True),
        sa.Column("action", sa.String(length=12), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("answers", sa.Text(), nullable=True),
        sa.Column("cancelled_why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name=op.f("fk_tasks_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_assignee_id_status", "tasks", ["assignee_id", "status"], unique=False)
    op.create_index(
        "ix_tasks_completed_by_completed_at", "tasks", ["completed_by", "completed_at"], unique=False
    )
    op.create_index("ix_tasks_instance_id_status", "tasks", ["instance_id", "status"], unique=False)
    op.create_index(
        "uq_tasks_open_token",
        "tasks",
        ["instance_id", "token_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "timers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column(
            "subject_id", sa.String(length=80), nullable=False, comment="task id, deadline id or token id"
        ),
        sa.Column("due_at", sa.String(27), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name=op.f("fk_timers_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
    )
    op.create_index("ix_timers_due_at", "timers", ["due_at"], unique=False)
    op.create_index("ix_timers_instance_id_subject_id", "timers", ["instance_id", "subject_id"], unique=False)
    op.create_table(
        "variables",
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name=op.f("fk_variables_instance_id")),
        sa.PrimaryKeyConstraint("instance_id", "name", name=op.f("pk_variables")),
    )
    op.create_table(
        "candidates",
        sa.Column("principal", sa.String(length=140), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("sort_at", sa.String(27), nullable=False, comment="when due, or the end of time"),
        sa.Column(
            "on_behalf",
            sa.Text(),
            nullable=True,
            comment="whom this candidate stands in for (代), when widened",
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_candidates_task_id")),
        sa.PrimaryKeyConstraint("principal", "task_id", name=op.f("pk_candidates")),
    )
    op.create_index(
        "ix_candidates_principal_sort_at", "candidates", ["principal", "sort_at", "task_id"], unique=False
    )
    op.create_index("ix_candidates_task_id", "candidates", ["task_id"], unique=False)
    op.create_table(
        "exclusions",
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_exclusions_task_id")),
        sa.PrimaryKeyConstraint("task_id", "person_id", name=op.f("pk_exclusions")),
    )
    _guard_records()


def _guard_records() -> None:
    """Records are append only: nothing may be changed but erasing a payload, nothing may be deleted."""
    if op.get_bind().dialect.name == "sqlite":
        columns = (
            "stream, seq, type, actor_id, acting_for, element_id, occurred_at, learnt_at, recorded_at, clauses, "
            "definition_hash, prev, commitment, hash, mac, key_id, algorithm"
        )
        op.execute(
            f"create trigger records_no_update before update of {columns} on records "
            "begin select raise(abort, 'records are append only'); end"
        )
        op.execute(
            "create trigger records_only_erase before update of salt, body on records "
            "when new.salt is not null or new.body is not null "
            "begin select raise(abort, 'a payload may only be erased'); end"
        )
        op.execute(
            "create trigger records_no_delete before delete on records "
            "begin select raise(abort, 'records are append only'); end"
        )
        return
    op.execute("""
        create function records_guard() returns trigger language plpgsql as $$
        begin
            if tg_op = 'UPDATE' and new.salt is null and new.body is null
               and (to_jsonb(new) - 'salt' - 'body') = (to_jsonb(old) - 'salt' - 'body') then
                return new;
            end if;
            raise exception 'records are append only';
        end $$""")
    op.execute(
        "create trigger records_guard before update or delete on records "
        "for each row execute function records_guard()"
    )
