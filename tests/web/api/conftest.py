"""Colleges with programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.api import programs
from tests.web.college import College


@pytest.fixture
def college(tmp_path: Path) -> Iterator[College]:
    built = programs.build(tmp_path)
    yield built
    built.engine.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[College]:
    """One college for many looks; it lets every program come as often as it likes."""
    built = programs.build(tmp_path_factory.mktemp("programs"), api_rate=1_000_000)
    yield built
    built.engine.close()
