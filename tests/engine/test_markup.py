"""What the one door to the XML parser lets in, and what it refuses, with the line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.bpmn.reading.reader import read_bpmn
from engine.bpmn.xml import BPMN, add, new_root
from engine.definition.library import Library
from engine.errors import DefinitionInvalid
from engine.markup import MAX_BYTES, MAX_DEPTH, local_name, parse_with_places, parse_xml, parse_xml_text, serialize
from tests.engine.xml_attacks import ATTACKS, LAUGHS


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda name: name.replace(" ", "-"))
def test_an_attack_is_refused_by_name_within_a_fifth_of_a_second(attack: str) -> None:
    source, code = ATTACKS[attack]
    begun = time.process_time()
    with pytest.raises(DefinitionInvalid) as refused:
        parse_xml(source, "attack.bpmn")
    assert time.process_time() - begun < 0.2
    problem = refused.value.problems[0]
    assert problem.code == code
    assert problem.place.file == "attack.bpmn"
    assert problem.zh and problem.en and "passwd" not in str(problem)


INSTRUCTIONS = (b'<?xml-stylesheet href="file:///etc/passwd"?><a/>', b"<a><?php system('id') ?></a>",
                b"<a>" + b"<?p i?>" * 50_000 + b"</a>", b'<?xml-model href="http://127.0.0.1:9/x.rng"?><a/>')


@pytest.mark.parametrize("source", INSTRUCTIONS, ids=["stylesheet", "php", "fifty-thousand", "model"])
def test_processing_instructions_do_nothing_and_are_left_out(source: bytes) -> None:
    begun = time.process_time()
    assert serialize(parse_xml(source)).count(b"<?") == 1
    assert time.process_time() - begun < 0.2


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda name: name.replace(" ", "-"))
def test_an_attack_that_comes_as_a_drawing_is_one_problem(attack: str) -> None:
    reading = read_bpmn(ATTACKS[attack][0].decode("utf-8", "replace"), "attack.bpmn", Library())
    assert (reading.definition, len(reading.problems)) == (None, 1)


def test_the_place_of_an_element_is_where_its_start_tag_begins() -> None:
    root, places = parse_with_places('<?xml version="1.0"\n?>\n<a\n b="1"\n>\n  <c/><d\n/></a>')
    assert [(place.line, place.column) for place in places.values()] == [(3, 1), (6, 3), (6, 7)]
    assert [each.sourceline for each in root.iter()] == [3, 6, 6]


def test_the_line_of_a_doctype_is_told() -> None:
    with pytest.raises(DefinitionInvalid) as refused:
        parse_xml(b'<?xml version="1.0"?>\n\n<!DOCTYPE a>\n<a/>')
    assert refused.value.problems[0].place.line == 3


def test_no_file_and_no_stylesheet_is_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    root = parse_xml(f'<?xml-stylesheet href="{secret.as_uri()}"?><a href="{secret.as_uri()}"/>'.encode())
    assert b"SECRET" not in serialize(root)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_plain_chinese_xml_is_read_in_the_encodings_that_people_use(encoding: str) -> None:
    declared = '<?xml version="1.0" encoding="GB18030"?>' if encoding == "gb18030" else ""
    assert parse_xml(f"{declared}<a>上线前安全检查</a>".encode(encoding)).text == "上线前安全检查"


def test_line_numbers_survive_a_long_declaration() -> None:
    root = parse_xml(b'<?xml version="1.0"\n  encoding="UTF-8"?>\n<a>\n<b/></a>')
    assert (root.sourceline, root[0].sourceline) == (3, 4)


def test_comments_and_processing_instructions_are_left_out() -> None:
    assert [local_name(child) for child in parse_xml(b"<a><!-- c --><?p i?><b/></a>")] == ["b"]


def test_equal_trees_give_equal_bytes_that_are_read_back() -> None:
    root = new_root("definitions")
    add(root, "process", {"id": "p", "name": 'a < b & "c"'})
    assert serialize(root) == serialize(parse_xml(serialize(root)))
    assert parse_xml(serialize(root))[0].tag == f"{{{BPMN}}}process"


def test_a_text_is_read_whatever_encoding_it_names() -> None:
    assert parse_xml_text("<?xml version='1.0' encoding='gb2312'?><a>级</a>").text == "级"


def test_a_text_is_refused_like_bytes() -> None:
    for text in (LAUGHS, "<a>" * (MAX_DEPTH + 2), "<a>" + "x" * MAX_BYTES + "</a>"):
        with pytest.raises(DefinitionInvalid):
            parse_xml_text(text)


def test_a_file_of_more_lines_than_the_parser_counts_is_read_with_its_places() -> None:
    root, places = parse_with_places("<a>" + "\n" * 70_000 + "<b/></a>", "x.xml")
    assert places[root[0]].line == 70_001
