"""Incidents say what caused them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Incidents from before have no cause: the next action of their case ends them, and raises those anew that still fail.
    op.add_column("incidents", sa.Column("cause", sa.String(length=100), nullable=False, server_default="",
                                         comment="what cannot go on: token:, element:, timer: or job: and its id"))
