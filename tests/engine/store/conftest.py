"""The small world of the verbs' tests, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.verbs.small import build_small
from tests.world import World


@pytest.fixture
def world(database: str, tmp_path: Path) -> Iterator[World]:
    built = build_small(database, tmp_path)
    yield built
    built.engine.close()
