"""A problem of a file in Chinese keywords names them as the file does; names and texts of the author stay."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.definition.keywords import KEYS, WORDS
from engine.definition.spelling import spelt
from engine.definition.toggle import toggle
from engine.errors import DefinitionInvalid, Place, Problem
from tests.bad.expectation import FILES, problems_of, split

CHINESE, ENGLISH = "安流: 1\n流程: demo\n", "anliu: 1\nprocess: demo\n"


def said(sentence: str, text: str = CHINESE) -> str:
    [problem] = spelt([Problem(Place("x"), "code", sentence, sentence, sentence, sentence)], {"x": text})
    assert problem.zh == problem.en == problem.hint_zh == problem.hint_en
    return problem.zh


@pytest.mark.parametrize(("english", "chinese"), [
    ("`when`", "`当`"),
    ("`then: end`", "`转到: 结束`"),
    ("`{id: given, called: true}`", "`{标识: given, 被调用: 是}`"),
    ("`unit: =step.actor.unit`", "`单位: =step.actor.unit`"),
    ("`hit: first`, `first`", "`命中: 首个`, `依次`"),
    ("`not: =not.who`", "`回避: =not.who`"),
])
def test_a_keyword_is_named_as_the_file_spells_it(english: str, chinese: str) -> None:
    assert said(english) == chinese
    assert said(english, ENGLISH) == english
    assert said(chinese) == chinese


@pytest.mark.parametrize("sentence", ["“`when`”", "'a `when` b'", '"it\'s `when`"', "when, then: end", "`=when + 1`"])
def test_what_the_author_wrote_and_what_is_not_marked_stays(sentence: str) -> None:
    assert said(sentence) == sentence


def test_an_apostrophe_hides_no_keyword() -> None:
    assert said("nobody's `when`, a step's `then`") == "nobody's `当`, a step's `转到`"


def test_a_problem_of_a_file_that_is_not_there_stays() -> None:
    problem = Problem(Place("elsewhere"), "code", "`when`", "`when`")
    assert spelt([problem], {"x": CHINESE}) == (problem,)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_problem_of_a_file_in_chinese_names_a_keyword_in_english(path: Path) -> None:
    try:
        text = toggle(split(path.read_text(encoding="utf-8"))[1], to="zh")
    except DefinitionInvalid:
        pytest.skip("cannot be put into Chinese")
    for problem in problems_of(path.name, text):
        for sentence in (problem.zh, problem.en, problem.hint_zh, problem.hint_en):
            assert not {*re.findall(r"`(\w+)(?:: \w+)?`", re.sub("“[^”]*”|'[^']*'", "", sentence))} & {*KEYS, *WORDS}, sentence
