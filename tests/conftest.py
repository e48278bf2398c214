"""Fixtures of the stories: one world per test, on SQLite and on PostgreSQL.

What the property tests try is the same at every run, so that a red run says something about the change; `make fuzz` tries
other examples each time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.databases import DATABASES, fresh_database, remove_database
from tests.world import World, build_world

settings.register_profile("same every time", derandomize=True)
settings.register_profile("random", derandomize=False)
settings.load_profile(os.environ.get("ANLIU_HYPOTHESIS", "same every time"))


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database; every test that takes it runs on both kinds."""
    url = fresh_database(request.param, tmp_path)
    yield url
    remove_database(url)


@pytest.fixture
def world(database: str, tmp_path: Path) -> Iterator[World]:
    built = build_world(database, tmp_path)
    yield built
    built.engine.close()
