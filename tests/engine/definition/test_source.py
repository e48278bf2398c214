"""The door of YAML: plain nodes with places, and bounded work on hostile texts."""

from __future__ import annotations

import random
import tracemalloc
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definition import source
from engine.definition.nodes import ListNode, MapNode, Node, ScalarNode
from engine.definition.reader import read_definition, read_form
from engine.definition.source import MAX_BYTES, MAX_NODES, load_yaml
from tests.engine.definition.shelf import GOOD

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True))

HOSTILE = {
    "an alias bomb": (LAUGHS, "anchor"),
    "a megabyte of brackets": ("[" * 1_000_000, "too-large"),
    "brackets up to the limit": ("[" * MAX_BYTES, "too-deep"),
    "braces with keys": ("{a: " * 60_000, "too-deep"),
    "brackets in texts": ("[a,[" * 60_000, "too-deep"),
    "dashes": ("- " * 100_000, "too-deep"),
    "question marks": ("? " * 100_000, "too-deep"),
    "indentation": ("\n".join(" " * depth + "a:" for depth in range(700)), "too-deep"),
    "many nodes": ("\n".join(f"a{number}: 1" for number in range(MAX_NODES)), "too-many-nodes"),
    "a Python tag": ("a: !!python/object/apply:os.system [ls]", "tag"),
    "a private tag": ("!x {a: 1}", "tag"),
    "an alias without anchor": ("a: *b", "alias"),
    "a merge key": ("<<: {a: 1}", "merge-key"),
    "several documents": ("a: 1\n---\nb: 2\n", "several-documents"),
    "a NUL": ("a: \0", "invisible-character"),
    "a lone surrogate": ("a: \ud800", "invisible-character"),
    "a byte order mark inside": ("a: x\ufeffy", "invisible-character"),
    "an open quotation over a quarter megabyte": ("a: '" + "x\n" * 100_000, "yaml"),
    "bytes that are many characters": ("水" * 100_000, "too-large"),
    "an escape beyond all letters": (r'a: "\Uffffffff"', "yaml"),
    "nothing": ("", "empty"),
    "comments only": ("# 注释\n", "empty"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_refused_with_its_place(name: str) -> None:
    text, code = HOSTILE[name]
    found = load_yaml(text, "x.yaml")
    assert [problem.code for problem in found.problems] == [code]
    assert found.problems[0].place.file == "x.yaml"


NESTED = ["brackets up to the limit", "braces with keys", "dashes", "question marks", "an alias bomb"]


@pytest.mark.parametrize("name", NESTED)
def test_a_nested_text_is_given_up_after_a_few_events(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    take = source._Builder.take

    def counted(self: source._Builder, event: object) -> None:
        taken.append(event)
        take(self, event)

    monkeypatch.setattr(source._Builder, "take", counted)
    load_yaml(HOSTILE[name][0], "x.yaml")
    assert 0 < len(taken) < 100


MARKS_IN_A_WORD = {
    "{a: b:c}": "b:c", "{at: 12:30}": "12:30", "{a: b :c}": "b :c", "{a: x::y}": "x::y", "{a: http://x.cn/?y=1}": "http://x.cn/?y=1",
    "{a: b? c}": "b? c", "{a: b ? c}": "b ? c", "{a: =count(?) > 3}": "=count(?) > 3", "{a: =? > 5}": "=? > 5",
    "{a: 中文？：b:c}": "中文？：b:c", '{a: "b: \ue000", c: d:e}': "b: \ue000"}


@pytest.mark.parametrize("text", MARKS_IN_A_WORD)
def test_between_brackets_a_mark_may_be_part_of_a_word(text: str) -> None:
    found = load_yaml(text, "x.yaml")
    if "\ue000" in text:  # the letter that would stand for the mark is there already
        assert [problem.code for problem in found.problems] == ["yaml"]
        return
    assert isinstance(found.node, MapNode)
    scalar = found.node.entries[0][1]
    assert isinstance(scalar, ScalarNode)
    assert (scalar.text, scalar.raw, scalar.place.column) == (MARKS_IN_A_WORD[text], MARKS_IN_A_WORD[text], text.index(" ") + 2)


def test_marks_in_words_change_nothing_about_the_rest() -> None:
    text = 'a: {b: c:d}\nx: "y:z"\n"k:l": {m": n}\ng: |\n  o:p? q\n{h: 1:2}: 3\n'
    found = load_yaml(text, "x.yaml")
    assert [(problem.code, problem.place.line) for problem in found.problems] == [("key", 6)]
    node = load_yaml(text.rsplit("{", 1)[0], "x.yaml").node
    assert [scalar.text for scalar in scalars(node)] == ["c:d", "y:z", "n", "o:p? q\n"]


@pytest.mark.parametrize("text", ["{a: ? b}", "{a: [b]?}", '{a: "b"?}', "[a, ?: b]", "{a: b:}", "a: ? b", "a: b: c"])
def test_a_mark_that_belongs_to_no_word_is_refused(text: str) -> None:
    assert [problem.code for problem in load_yaml(text, "x.yaml").problems] == ["yaml"]


@pytest.mark.parametrize("name", NESTED)
def test_what_is_read_twice_is_bounded_as_well(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    take = source._Builder.take

    def counted(self: source._Builder, event: object) -> None:
        taken.append(event)
        take(self, event)

    monkeypatch.setattr(source._Builder, "take", counted)
    assert load_yaml("- {a: b:c}\n- " + HOSTILE[name][0].replace("\n", " ")[:200_000], "x.yaml").problems
    assert 0 < len(taken) < 200


MISTAKES = {
    "- {a: [b, c}\n": (1, 12, "A comma or `]` is missing"),
    "- a\n- {b: c\n\n\n": (2, 8, "A comma or `}` is missing"),
    "a: 1\nbc\n\n": (2, 3, "This line lacks a colon"),
    "a: 'b\n\nc: d\n": (1, 4, "A quotation mark is not closed"),
    "a: 1\n\tb: 2\n": (2, 1, "A value may not begin with this character"),
    "a:\n  - b\n  c: d\n": (3, 3, "The indentation is off, or quotes are missing"),
    "- {a: b:}\n": (1, 8, "Nothing follows the colon between brackets"),
    "- {a: - b}\n": (1, 7, "Content is missing here, or there is a mark too many"),
    "a: |b\n": (1, 5, "Nothing may stand after `|` or `>` on the same line"),
    "a\nb: c\n": (2, 2, "There is a colon too many here, or the indentation is off"),
    "'a'\nb: c\n": (2, 1, "What the file begins with does not go on here"),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_in_the_notation_has_its_place_and_sentence(text: str) -> None:
    (problem,) = load_yaml(text, "x.yaml").problems
    assert (problem.place.line, problem.place.column, problem.en) == MISTAKES[text]
    assert problem.hint_zh and problem.hint_en


def test_a_text_far_too_large_is_not_even_copied() -> None:
    text = "水\n" * 10_000_000
    tracemalloc.start()
    try:
        assert load_yaml(text, "x.yaml").problems[0].code == "too-large"
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_the_size_is_looked_at_before_anything_is_scanned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "CParser", None)
    assert load_yaml("[" * 1_000_000, "x.yaml").problems[0].code == "too-large"


def test_scalars_stay_text_and_say_what_they_mean() -> None:
    written = ("no", "2026-11-20", "010", "1.50", "true", "'true'", "~", "1e3", "12:30:45", "'12'")
    node = load_yaml("".join(f"key{number}: {text}\n" for number, text in enumerate(written)), "x").node
    assert isinstance(node, MapNode)
    values = [value.value() for _, value in node.entries if isinstance(value, ScalarNode)]
    assert values == ["no", "2026-11-20", Decimal(10), Decimal("1.50"), True, "true", None, "1e3", "12:30:45",
                      "12"]


@pytest.mark.parametrize(("text", "word", "place"), [
    ("a: one two", "two", (1, 8)), ("a: 'it''s two'", "two", (1, 11)), ('a: "x\\ty two"', "two", (1, 10)),
    ("a: one\n  two three", "three", (2, 7)), ("a: |\n  one\n  two", "two", (3, 3)),
    ("a: >-\n  one\n  two", "two", (3, 3)),
    ("- [x, one two]", "two", (1, 11)),
])
def test_a_place_inside_a_scalar_is_found_whatever_its_style(text: str, word: str,
                                                             place: tuple[int, int]) -> None:
    scalar = next(item for item in scalars(load_yaml(text, "x").node) if word in item.text)
    found = scalar.place_at(scalar.text.index(word))
    assert (found.line, found.column) == place


def scalars(node: Node | None) -> list[ScalarNode]:
    if isinstance(node, ScalarNode):
        return [node]
    inner = node.items if isinstance(node, ListNode) else [value for _, value in node.entries] if node else []
    return [scalar for item in inner for scalar in scalars(item)]


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None, print_blob=True)
def test_no_text_whatever_makes_the_readers_raise(text: str) -> None:
    read_definition(text, "x.yaml")
    read_form(text, "x.yaml")


def test_no_damaged_definition_makes_the_reader_raise() -> None:
    seed = 20_261_120
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(300):
        text = list(GOOD)
        for _ in range(chance.randint(1, 6)):
            start = chance.randrange(len(text))
            text[start:start + chance.choice([0, 1, 3, 20])] = chance.choice(["", "[", "}", ": ", "\n", "=",
                                                                              "- ", "'", "：", "&a ", "null"])
        read_definition("".join(text), "x.yaml")


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    plain = read_definition(GOOD, "x.yaml")
    assert read_definition("\ufeff" + GOOD.replace("\n", "\r\n"), "x.yaml").definition == plain.definition

