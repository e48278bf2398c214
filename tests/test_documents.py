"""Definitions and forms shown in the documents are real: read with the shipped roles and clauses, they have no problem."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

import pytest

from engine.definition.keywords import in_english
from engine.definition.pack import with_pack
from engine.definition.pack_reader import read_pack
from engine.definition.toggle import toggle
from engine.errors import Problem
from engine.verbs.deployments import find_problems

ROOT = Path(__file__).parents[1]
GUIDES = ["docs/authoring.md", "docs/authoring.zh.md"]
DOCUMENTS = ["README.md", "README.zh.md", *GUIDES]
PACKS = "processes/packs/"
DEEPEST = 60
"""How far in an excerpt may stand in its file."""
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
    texts = re.findall(r"```yaml\n(.*?)```", text_of(document), re.DOTALL)
    return {path_of(text): text for text in texts}


def quoted_in(document: str) -> list[tuple[str, str]]:
    """The excerpts of a document: the shipped file, and what is said to stand in it."""
    return re.findall(r"```yaml excerpt=(\S+)\n(.*?)```", text_of(document), re.DOTALL)


def problems_of(path: str, files: dict[str, str]) -> list[Problem]:
    """Those of a definition; of a pack, those of every definition that it takes."""
    if not path.startswith(PACKS):
        return list(find_problems(path, files))
    pack = read_pack(files[path], path).pack
    assert pack is not None
    mains = [each for each in files for process in pack.takes if each.startswith(f"processes/{process}.")]
    assert len(mains) == len(pack.takes)
    return [problem for main in mains for problem in find_problems(main, with_pack(files, pack.id))]


def stands_in(excerpt: str, file: str) -> bool:
    """Whether the lines stand together in the file, however far in, with the keywords of either language."""
    shipped = text_of(file)
    return any("\n" + indent(excerpt, " " * depth) in "\n" + text
               for text in (shipped, toggle(shipped, file)) for depth in range(0, DEEPEST, 2))


def text_of(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def anchors_of(document: str) -> set[str]:
    """Where links into a document may lead: its headings as a reader of Markdown names them."""
    headings = re.findall(r"^#+ (.+)$", text_of(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def path_of(text: str) -> str:
    said = re.findall(r"^(process|form|table|pack|profile|流程|表单|判定表|单位包|单位配置): (\S+)", text, re.MULTILINE)
    named = {in_english(key, is_key=True): value for key, value in said}
    for noun in ("form", "table"):
        if noun in named:
            return f"{noun}s/{named[noun]}.yaml"
    if "pack" in named:
        return f"{PACKS}{named['pack']}.yaml"
    return f"processes/{named['process']}.{named['profile']}.yaml"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_shows_has_no_problem(document: str) -> None:
    shown = shown_in(document)
    shipped = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
               for folder in ("processes", "forms") for path in (ROOT / folder).glob("*.yaml")}
    plain = {f"forms/{form_id}.yaml": plain_form(form_id, field) for form_id, field in FORMS.items()}
    definitions = [path for path in shown if path.startswith("processes/")]
    problems = [problem for path in definitions for problem in problems_of(path, {**shipped, **plain, **shown})]
    assert definitions
    assert [str(problem) for problem in problems] == []


@pytest.mark.parametrize("document", GUIDES)
def test_what_a_guide_quotes_stands_letter_by_letter_in_the_shipped_file(document: str) -> None:
    quoted = quoted_in(document)
    assert [excerpt for file, excerpt in quoted if not stands_in(excerpt, file)] == []
    assert {file for file, _ in quoted} >= {"processes/incident.zzut.yaml", "processes/filing_system.xztc.yaml"}


@pytest.mark.parametrize("document", GUIDES)
def test_every_yaml_block_of_a_guide_is_a_file_of_its_own_or_an_excerpt(document: str) -> None:
    assert text_of(document).count("```yaml") == len(shown_in(document)) + len(quoted_in(document))


@pytest.mark.parametrize("document", GUIDES)
def test_the_links_within_a_guide_lead_to_its_sections(document: str) -> None:
    links = re.findall(r"\]\(#([^)]+)\)", text_of(document))
    assert links
    assert [link for link in links if link not in anchors_of(document)] == []


def test_both_guides_have_the_same_sections_and_quote_the_same_files() -> None:
    english, chinese = GUIDES
    assert len(anchors_of(english)) == len(anchors_of(chinese))
    assert {file for file, _ in quoted_in(english)} == {file for file, _ in quoted_in(chinese)}


def test_an_excerpt_that_was_changed_is_told_from_one_that_stands() -> None:
    file, excerpt = quoted_in("docs/authoring.md")[0]
    assert stands_in(excerpt, file)
    assert not stands_in(excerpt.replace("require", "requires"), file)
