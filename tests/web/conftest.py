"""Colleges for the tests of the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.web.college import College, build_college


@pytest.fixture
def college(tmp_path: Path) -> Iterator[College]:
    built = build_college(tmp_path)
    yield built
    built.engine.close()


@pytest.fixture(scope="module")
def shared_college(tmp_path_factory: pytest.TempPathFactory) -> Iterator[College]:
    """One college for many read-only looks."""
    built = build_college(tmp_path_factory.mktemp("college"))
    yield built
    built.engine.close()


@pytest.fixture
def make_college(tmp_path: Path) -> Callable[..., College]:
    return lambda **settings: build_college(tmp_path, **settings)
