"""Tasks of loops."""

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
