"""What a database may already have gone through never changes: a later revision mends it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import create_engine, inspect, text

from engine.store import migrations
from engine.store.database import open_database

VERSIONS = Path(migrations.__file__).parent / "versions"
PUBLISHED = {
    "v0001_first": "cb7b7ad1f3f62429",
    "v0002_loops_and_cases": "22de0c37566eec75",
    "v0003_causes_of_incidents": "170ed8a08055527d",
    "v0004_roster": "1ad6ed2e82da0fc7",
    "v0005_kept_messages": "631a5fdd62ea9427",
    "v0006_tokens": "f9652c576ca1f91b",
    "v0007_suspensions": "4d3d05f9f7a2591a",
    "v0008_planned_cases": "390825659c2a4117",
    "v0009_webhooks": "07cc5e4bb589ff2a",
    "v0010_newest_instances": "d1f4d967a217ed9a",
    "v0011_corrections": "85c0aa33a210dea8",
    "v0012_tries_of_timers": "45945695250b1725",
    "v0013_chains": "49b8e010c0c0ef23",
}
"""SHA-256 of each revision's file, its first 16 digits. A new revision is added here, none is ever edited."""


def test_no_published_revision_was_edited() -> None:
    found = {path.stem: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in VERSIONS.glob("v*.py")}
    assert found == PUBLISHED


def test_a_database_that_has_the_chain_already_and_one_that_has_not_end_alike(database: str) -> None:
    opened = open_database(database)
    migrations.upgrade(opened)
    columns = {column["name"] for column in inspect(create_engine(database)).get_columns("instances")}
    assert "chain" in columns
    with opened.writing.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '0012'"))
    migrations.upgrade(opened)
    assert {column["name"] for column in inspect(create_engine(database)).get_columns("instances")} == columns
    with opened.writing.begin() as connection:
        connection.execute(text("alter table instances drop column chain"))
        connection.execute(text("update alembic_version set version_num = '0012'"))
    migrations.upgrade(opened)
    assert {column["name"] for column in inspect(create_engine(database)).get_columns("instances")} == columns
    opened.dispose()
