"""The page lists every FEEL case of the TCK that does not pass, each under its reason; silent where the cases are not."""

from __future__ import annotations

import pytest

from tests.conformance.feel_table import REASONS, TITLE, Failed, find_failed, section, written
from tests.conformance.measuring import is_present


@pytest.fixture(scope="module")
def failed() -> tuple[Failed, ...]:
    if not is_present():
        pytest.skip("the conformance pack does not lie beside the project")
    return find_failed()


def test_the_page_lists_what_the_runner_finds(failed: tuple[Failed, ...]) -> None:
    assert written() == section(failed), "run python -m tests.conformance.feel_table"


def test_every_case_that_does_not_pass_has_its_reason(failed: tuple[Failed, ...]) -> None:
    assert [case.id for case in failed if not case.reason] == []


def test_every_reason_stands_on_the_page() -> None:
    assert written().startswith(TITLE)
    assert [reason for reason in REASONS.values() if reason not in written()] == []
