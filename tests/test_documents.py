"""Definitions and forms shown in the documents are real: read with the shipped roles and clauses, they have no problem."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.definition.keywords import in_english
from engine.verbs.deployments import find_problems

ROOT = Path(__file__).parents[1]
DOCUMENTS = ["README.md", "README.zh.md", "docs/authoring.md"]
FORMS = {
    "access_request": "system_name: {label: 系统名称, type: text, required: true}",
    "check_report": "result: {label: 检查结果, type: radio, options: [通过, 不通过], required: true}",
    "fix_report": "fixed: {label: 整改情况, type: textarea, required: true}",
    "opening": "opened_on: {label: 开通日期, type: date, required: true}",
    "key_decision": "opinion: {label: 意见, type: textarea}",
    "key_return": "returned_on: {label: 归还日期, type: date, required: true}",
}


def plain_form(form_id: str, field: str) -> str:
    """A form that a document names and does not show."""
    return (f"anliu: 1\nform: {form_id}\ntitle: 示例\nbasis: proposed\n"
            f"sections:\n  - title: 表\n    fields:\n      - {field}\n")


def shown_in(document: str) -> dict[str, str]:
    """The YAML blocks of a document, under the paths their files would have."""
    texts = re.findall(r"```yaml\n(.*?)```", (ROOT / document).read_text(encoding="utf-8"), re.DOTALL)
    return {path_of(text): text for text in texts}


def path_of(text: str) -> str:
    said = re.findall(r"^(process|form|table|profile|流程|单位配置): (\S+)", text, re.MULTILINE)
    named = {in_english(key, is_key=True): value for key, value in said}
    for noun in ("form", "table"):
        if noun in named:
            return f"{noun}s/{named[noun]}.yaml"
    return f"processes/{named['process']}.{named['profile']}.yaml"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_shows_has_no_problem(document: str) -> None:
    shown = shown_in(document)
    shipped = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
               for folder in ("processes", "forms") for path in (ROOT / folder).glob("*.yaml")}
    plain = {f"forms/{form_id}.yaml": plain_form(form_id, field) for form_id, field in FORMS.items()}
    definitions = [path for path in shown if path.startswith("processes/")]
    problems = [problem for path in definitions for problem in find_problems(path, {**shipped, **plain, **shown})]
    assert definitions
    assert [str(problem) for problem in problems if problem.code != "later"] == []     # what is taught before it runs
