"""A case knows how many cases began one after another up to it, so that a chain without end stops."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Databases made while revision 0002 had this column for some hours have it already.
    if "chain" in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("instances")}:
        return
    op.add_column("instances", sa.Column(
        "chain", sa.Integer(), nullable=False, server_default="0",
        comment="how many cases began one after another up to this one, with nobody acting in between"))
