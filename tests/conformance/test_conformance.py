"""What docs/conformance.md promises is what the engine does; silent where the pack does not lie beside the project."""

import pytest

from tests.conformance.measuring import (
    documented,
    is_present,
    measure_bpmn,
    measure_feel,
    remaining_as_documented,
)


@pytest.fixture(autouse=True)
def _pack() -> None:
    if not is_present():
        pytest.skip("the conformance pack does not lie beside the project")


@pytest.mark.parametrize(("options", "row"), [((), "BPMN"), (("--restart",), "BPMN, reloaded after every step")])
def test_every_bpmn_case_passes_but_those_the_documentation_gives_a_reason_for(options: tuple[str, ...], row: str) -> None:
    measured = measure_bpmn(*options)
    assert {case: why for case, why in measured.failed.items() if case not in remaining_as_documented()} == {}
    passed, cases = documented(row)
    assert measured.passed == passed or measured.cases != cases  # another selection of the suites


def test_as_many_feel_cases_pass_as_the_documentation_says() -> None:
    every, valued = measure_feel()
    for measured, row in ((every, "FEEL, all cases"), (valued, "FEEL, cases with a value")):
        passed, cases = documented(row)
        assert measured.passed >= passed or measured.cases != cases
