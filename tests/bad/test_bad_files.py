"""Every bad file gives exactly the problems that stand above it, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.definition.bundle import read_bundle
from engine.definition.library import load_library
from engine.errors import DefinitionInvalid
from engine.verbs.deployments import find_problems
from tests.bad.expectation import FILES, MAIN, problems_of, split, written
from tests.engine.definition.shelf import FORM, GOOD, SHARED


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_bad_file_gives_the_problems_written_above_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = problems_of(path.name, text)
    assert found
    assert written(found) == split(text)[0]
    assert all(problem.zh and problem.en and problem.place.file for problem in found)


def test_there_are_bad_files_enough() -> None:
    assert len(FILES) >= 150


def test_what_the_bad_files_were_made_from_is_good() -> None:
    assert find_problems(MAIN, {**SHARED, MAIN: GOOD}) == ()
    assert load_library({"forms/sample.yaml": FORM})[1] == ()


def test_a_definition_with_problems_is_refused_with_all_of_them() -> None:
    wrong = GOOD.replace("form: request", "form: reqest").replace("role: centre_head", "role: center_head")
    with pytest.raises(DefinitionInvalid) as refused:
        read_bundle(MAIN, {**SHARED, MAIN: wrong})
    assert [problem.code for problem in refused.value.problems] == ["unknown-form", "unknown-role",
                                                                    "unknown-role"]


def test_a_missing_file_is_a_problem_and_no_crash() -> None:
    assert [problem.code for problem in find_problems(MAIN, {})] == ["empty"]


def test_problems_of_forms_that_are_not_used_do_not_count() -> None:
    assert find_problems(MAIN, {**SHARED, MAIN: GOOD, "forms/other.yaml": "anliu: 9"}) == ()


def test_a_name_in_a_form_that_its_process_does_not_write_is_a_problem_of_the_form() -> None:
    form = SHARED["forms/request.yaml"].replace("type: unit}", "type: unit, default: =nobody.unit}")
    found = find_problems(MAIN, {**SHARED, "forms/request.yaml": form, MAIN: GOOD})
    assert [(problem.place.file, problem.code)
            for problem in found] == [("forms/request.yaml", "unknown-name")]


def test_the_hint_says_what_was_probably_meant() -> None:
    found = find_problems(MAIN, {**SHARED, MAIN: GOOD.replace("role: centre_head", "role: center_head", 1)})
    assert (found[0].hint_zh, found[0].hint_en) == ("是不是想写 centre_head？", "Did you mean centre_head?")
