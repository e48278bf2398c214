"""The schema's history, run by Alembic. Opening an engine brings the database up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine.store.database import Database

FOLDER = Path(__file__).parent


def upgrade(database: Database) -> None:
    """Run the migrations this database has not seen yet."""
    with database.reading.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    config = _config()
    if current == ScriptDirectory.from_config(config).get_current_head():
        return
    with database.writing.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config
