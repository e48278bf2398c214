"""Chinese keywords: one for each, both ways; the toggle changes nothing else; one language per file."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.definition.bundle import find_problems, read_bundle
from engine.definition.keys import NOUNS
from engine.definition.keys.words import WORDS as CLOSED
from engine.definition.keywords import KEYS, KEYS_IN_ENGLISH, WORDS, WORDS_IN_ENGLISH
from engine.definition.library import load_library
from engine.definition.model import model_hash
from engine.definition.reader import read_definition, read_form
from engine.definition.text import write_yaml
from engine.definition.toggle import toggle
from engine.errors import DefinitionInvalid
from tests.engine.definition.random_definitions import Chance
from tests.engine.definition.shelf import FORM, GOOD, SHARED

ROOT = Path(__file__).parents[3]
FILES = sorted((*(ROOT / "processes").glob("*.yaml"), *(ROOT / "forms").glob("*.yaml"),
                *(ROOT / "processes" / "packs").glob("*.yaml"), *(ROOT / "tables").glob("*.yaml")))
MAIN = "processes/demo.test.yaml"


def test_every_key_and_every_closed_word_has_one_chinese_word_and_back() -> None:
    assert set(KEYS) == {key.name for noun in NOUNS.values() for key in noun.keys}
    assert set(WORDS) == {word for words in CLOSED.values() for word in words}
    assert len(KEYS_IN_ENGLISH) == len(KEYS)
    assert len(WORDS_IN_ENGLISH) == len(WORDS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_toggling_a_shipped_file_twice_gives_it_back_letter_by_letter(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    chinese = toggle(text, path.name)
    assert chinese != text
    assert toggle(chinese, path.name) == text
    assert [line.partition(" #")[2] for line in chinese.splitlines()] == [line.partition(" #")[2] for line in text.splitlines()]
    assert toggle(text, path.name, to="en") == text


@pytest.mark.parametrize("path", [path for path in FILES if path.name.count(".") == 2 and path.parent.name == "processes"],
                         ids=lambda path: path.name)
def test_a_shipped_definition_in_chinese_says_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    english, chinese = read_definition(text, "x"), read_definition(toggle(text), "x")
    assert english.definition is not None and chinese.definition is not None
    assert chinese.problems == ()
    assert model_hash(chinese.definition) == model_hash(english.definition)


def test_random_definitions_in_chinese_say_the_same() -> None:
    for seed in range(2000, 2060):
        made = Chance(seed).definition()
        text = write_yaml(made)
        chinese = toggle(text)
        assert read_definition(chinese, "x").definition == made, f"seed {seed}"
        assert toggle(chinese) == text, f"seed {seed}"


def test_a_whole_project_may_be_written_in_chinese() -> None:
    files = {path: toggle(text, path) for path, text in {**SHARED, MAIN: GOOD}.items()}
    bundle = read_bundle(MAIN, files)
    assert model_hash(bundle.definition) == model_hash(read_bundle(MAIN, {**SHARED, MAIN: GOOD}).definition)
    assert read_bundle(MAIN, bundle.sources) == bundle


def test_ids_and_texts_are_never_taken_for_keywords() -> None:
    text = GOOD.replace("verdict", "任务").replace("title: 示例", "title: task").replace("task: 审核", "task: 结束")
    assert read_definition(toggle(text), "x").problems == ()
    assert toggle(toggle(text)) == text
    assert "任务: 结束" in toggle(text)


def test_line_ends_marks_and_quotes_are_kept() -> None:
    text = "\ufeff" + GOOD.replace("title: 示例", "\"title\": '示例'   # 名称：title").replace("\n", "\r\n")
    chinese = toggle(text)
    assert "\"名称\": '示例'   # 名称：title\r\n" in chinese
    assert toggle(chinese) == text


@pytest.mark.parametrize("end", ["\r", "\r\r\n", "\n\r"])
def test_line_ends_of_old_machines_are_line_ends(end: str) -> None:
    text = GOOD.replace("\n", end)
    chinese = toggle(text)
    assert f"名称: 示例{end}" in chinese
    assert toggle(chinese) == text


def test_a_form_in_chinese_is_the_same_form() -> None:
    chinese = toggle(FORM)
    assert "必填: 是" in chinese and "类型: 单选" in chinese
    assert read_form(chinese, "forms/sample.yaml").form == read_form(FORM, "forms/sample.yaml").form
    assert load_library({"forms/sample.yaml": chinese})[1] == ()


def test_a_file_that_mixes_both_languages_is_refused_and_understood() -> None:
    mixed = GOOD.replace("task: 审核", "任务: 审核").replace("anyone: true", "anyone: 是")
    found = find_problems(MAIN, {**SHARED, MAIN: mixed})
    assert [(problem.code, problem.hint_zh) for problem in found] == [("mixed-language", "写成 true"), ("mixed-language", "写成 task")]
    with pytest.raises(DefinitionInvalid):
        toggle(mixed)


def test_problems_of_a_chinese_file_name_chinese_keys() -> None:
    chinese = toggle(GOOD).replace("    办理人: {任何人: 是}\n", "").replace("任务: 审核", "任物: 审核")
    found = find_problems(MAIN, {**SHARED, MAIN: chinese})
    assert any(problem.zh == "发起缺少“办理人”（谁可以发起）" for problem in found)
    assert all("missing" not in problem.zh for problem in found)


def test_the_word_for_the_end_cannot_be_an_id_in_chinese() -> None:
    found = find_problems(MAIN, {**SHARED, MAIN: toggle(GOOD).replace("refused", "结束")})
    assert "bad-id" in {problem.code for problem in found}
    english = GOOD.replace("refused", "结束")
    assert find_problems(MAIN, {**SHARED, MAIN: english}) == ()
    with pytest.raises(DefinitionInvalid):
        toggle(english)


@pytest.mark.parametrize(("right", "wrong", "hint"), [
    ("依据: A-1", "依据：A-1", "':'"), ("title: 示例", "title：示例", "':'"), ("visit_count > most", "visit_count ＞＝ most", ">"),
    ('"approve"', "“approve”", '"'),
])
def test_full_width_marks_are_named_with_what_to_write_instead(right: str, wrong: str, hint: str) -> None:
    for text in (GOOD, toggle(GOOD)):
        if right not in text:
            continue
        found = find_problems(MAIN, {**SHARED, MAIN: text.replace(right, wrong)})
        assert hint in found[0].hint_zh, found[0]


@pytest.mark.parametrize("text", ["", "a: [", "anliu: 1", "- 1", "流程: &x"])
def test_what_cannot_be_toggled_is_refused(text: str) -> None:
    with pytest.raises(DefinitionInvalid):
        toggle(text)
