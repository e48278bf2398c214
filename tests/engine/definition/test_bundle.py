"""A version: equal content has equal hashes, and the stored sources are enough to read it again."""

from __future__ import annotations

from engine.definition.bundle import find_problems, merge_sources, read_bundle, reopen_bundle, sources_of
from tests.engine.definition.shelf import GOOD, SHARED

MAIN = "processes/demo.test.yaml"
FILES = {**SHARED, MAIN: GOOD}


def test_the_stored_sources_read_as_the_same_bundle() -> None:
    bundle = read_bundle(MAIN, FILES)
    again = read_bundle(MAIN, bundle.sources)
    assert again == bundle
    assert again.hash == bundle.hash


def test_a_version_that_is_deployed_opens_whatever_is_checked_by_now() -> None:
    """Its sources are those of a definition that today would be refused: cases that run on it must go on."""
    doubted = {**SHARED, MAIN: GOOD.replace("review.visit_count > most", 'review.visit_count > "3"')}
    assert [problem.code for problem in find_problems(MAIN, doubted)] == ["type"]
    bundle = reopen_bundle(MAIN, doubted)
    assert bundle.definition.process == "demo"
    assert reopen_bundle(MAIN, bundle.sources).hash == bundle.hash


def test_a_bundle_holds_only_what_it_uses() -> None:
    more = {**FILES, "forms/other.yaml": SHARED["forms/opinion.yaml"].replace("form: opinion", "form: other"),
            "processes/clauses.yaml": SHARED["processes/clauses.yaml"] + "  A-3: {place: 第三条, summary: 无关}\n"}
    bundle = read_bundle(MAIN, more)
    assert set(bundle.forms) == {"request", "opinion"}
    assert set(bundle.library.clauses) == {"A-1", "A-2"}
    assert bundle.hash == read_bundle(MAIN, FILES).hash


def test_a_bundle_keeps_the_whole_table_of_roles() -> None:
    more = SHARED["processes/roles.yaml"] + "  porter: {title: 门卫, scope: institution}\n"
    bundle = read_bundle(MAIN, {**FILES, "processes/roles.yaml": more})
    assert bundle.library.roles["porter"].title == "门卫"
    assert read_bundle(MAIN, bundle.sources).library.roles == bundle.library.roles


def test_shared_files_are_put_together_entry_by_entry_and_the_later_ones_count() -> None:
    one = read_bundle(MAIN, FILES)
    other = read_bundle(MAIN, {**FILES, "processes/clauses.yaml": SHARED["processes/clauses.yaml"].replace("三日内", "五日内")})
    assert "五日内" in sources_of([one, other])["processes/clauses.yaml"]
    assert "三日内" in sources_of([other, one])["processes/clauses.yaml"]
    own = "clauses:\n  B-1: {place: 第九条, summary: 另行规定}\n"
    merged = merge_sources(one.sources, {"processes/clauses.yaml": own})
    assert {"A-1", "A-2", "B-1"} <= set(read_bundle(MAIN, {**merged, MAIN: GOOD.replace("basis: A-1", "basis: [A-1, B-1]", 1)})
                                       .library.clauses)


def test_a_shared_file_with_problems_stays_as_it_was_typed() -> None:
    broken = "clauses:\n  B-1: {place: 第九条, sumary: 另行规定}\n"
    assert merge_sources(FILES, {"processes/clauses.yaml": broken})["processes/clauses.yaml"] == broken


def test_the_hash_changes_with_a_form_a_role_or_a_clause_that_is_used() -> None:
    hashes = {read_bundle(MAIN, {**FILES, name: FILES[name].replace(old, new)}).hash for name, old, new in [
        (MAIN, "title: 示例", "title: 示例二"), ("forms/opinion.yaml", "label: 意见", "label: 看法"),
        ("processes/roles.yaml", "中心负责人", "中心主任"), ("processes/clauses.yaml", "三日内办结", "五日内办结"),
        ("processes/registers.yaml", "title: 台账", "title: 总台账"), (MAIN, "无此文字", "")]}
    assert len(hashes) == 6


def test_line_ends_do_not_change_the_hash() -> None:
    windows = {name: text.replace("\n", "\r\n") for name, text in FILES.items()}
    assert read_bundle(MAIN, windows).hash == read_bundle(MAIN, FILES).hash


def test_the_form_of_a_step_is_found_by_its_id() -> None:
    bundle = read_bundle(MAIN, FILES)
    forms = {name: form.id if (form := bundle.form_of(name)) else None
             for name in ("ask", "review", "withdraw", "verdict")}
    assert forms == {"ask": "request", "review": "opinion", "withdraw": "opinion", "verdict": None}


def test_a_limit_by_parameter_brings_the_clause_of_the_parameter() -> None:
    review = read_bundle(MAIN, FILES).definition.find_task("review")
    assert review is not None
    assert review.due is not None
    assert (review.due.within.en, review.due.basis) == ("3 working days", ("A-2",))
