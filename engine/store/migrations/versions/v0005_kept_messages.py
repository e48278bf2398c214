"""Messages that nobody has taken yet are found by their address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_timers_kept_messages", "timers", ["subject_id"], sqlite_where=sa.text("kind = 'message'"),
                    postgresql_where=sa.text("kind = 'message'"))
