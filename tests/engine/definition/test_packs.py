"""Packs: an institution's numbers in place of a definition's, with their own clauses; part of the version and its hash."""

from __future__ import annotations

import pytest

from engine.definition.bundle import Bundle, find_problems, read_bundle
from engine.definition.pack import PACK_FILE, with_pack
from engine.definition.toggle import toggle
from engine.errors import NotFound
from tests.engine.definition.shelf import GOOD, SHARED

MAIN = "processes/demo.test.yaml"
PACK = """\
anliu: 1
pack: jhun
title: 江海学院
takes: [demo, other]
parameters:
  demo:
    review_time: {value: 1 working day, basis: A-1, title: 一日办结}
    most: {value: 2.5, basis: proposed}
  other: {span: {value: 2 weeks, basis: A-2}}
roles: {centre_head: 网络中心主任}
"""
FILES = {**SHARED, MAIN: GOOD, "processes/packs/jhun.yaml": PACK}


def applied(pack: str = PACK) -> Bundle:
    return read_bundle(MAIN, with_pack({**FILES, "processes/packs/jhun.yaml": pack}, "jhun"))


def test_a_pack_gives_its_profile_its_values_with_their_clauses_and_its_names_of_roles() -> None:
    bundle = applied()
    definition = bundle.definition
    assert definition.profile == "jhun"
    assert definition.parameters[0].basis == ("A-1",)
    assert str(definition.parameters[1].value) == "2.5"
    review = definition.find_task("review")
    assert review is not None and review.due is not None and review.due.within is not None  # type: ignore[union-attr]
    assert (review.due.within.en, review.due.basis) == ("1 working day", ("A-1",))  # type: ignore[union-attr]
    assert bundle.library.roles["centre_head"].title == "网络中心主任"


def test_a_version_keeps_of_the_pack_what_is_about_it_and_reads_back() -> None:
    bundle = applied()
    assert "other" not in bundle.sources[PACK_FILE]
    again = read_bundle(MAIN, bundle.sources)
    assert again == bundle
    assert again.hash == bundle.hash


def test_the_hash_covers_the_values_of_the_pack() -> None:
    plain = read_bundle(MAIN, FILES)
    hashes = {plain.hash, applied().hash, applied(PACK.replace("1 working day", "2 working days")).hash,
              applied(PACK.replace("basis: A-1", "basis: A-2")).hash}
    assert len(hashes) == 4
    assert applied(PACK.replace("2 weeks", "3 weeks")).hash == applied().hash


def test_without_a_pack_its_files_count_for_nothing() -> None:
    assert read_bundle(MAIN, FILES) == read_bundle(MAIN, {**SHARED, MAIN: GOOD})


def test_a_pack_may_be_written_in_chinese() -> None:
    assert applied(toggle(PACK)).hash == applied().hash


@pytest.mark.parametrize(("right", "wrong", "code"), [
    ("review_time", "revew_time", "unknown-parameter"), ("takes: [demo, other]", "takes: [other]", "not-taken"),
    ("basis: A-1", "basis: A-9", "unknown-clause"), ("centre_head", "center_head", "unknown-role"),
    ("value: 1 working day", "value: 1 day", "limit"), ("value: 1 working day", "value: 3", "limit"),
    (", basis: proposed", "", "missing-key"), ("title: 江海学院", "titel: 江海学院", "unknown-key"), ("pack: jhun", "pack: j-h", "bad-id"),
])
def test_mistakes_of_a_pack_are_problems(right: str, wrong: str, code: str) -> None:
    found = find_problems(MAIN, with_pack({**FILES, "processes/packs/jhun.yaml": PACK.replace(right, wrong)}, "jhun"))
    assert code in {problem.code for problem in found}, found


def test_a_pack_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound):
        with_pack(FILES, "nobody")
