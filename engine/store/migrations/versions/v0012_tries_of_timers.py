"""A timer knows how often it failed, so that it waits longer every time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("timers", sa.Column("tries", sa.Integer(), nullable=False, server_default="0",
                                      comment="how often it failed, one after the other"))
