"""Fixtures of the stories: one world per test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import DATABASES, fresh_database
from tests.world import World, build_world


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database; every test that takes it runs on both kinds."""
    return fresh_database(request.param, tmp_path)


@pytest.fixture
def world(database: str, tmp_path: Path) -> Iterator[World]:
    built = build_world(database, tmp_path)
    yield built
    built.engine.close()
