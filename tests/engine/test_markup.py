"""What the one door to the XML parser lets in, and what it refuses, with the line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.bpmn.xml import BPMN, add, new_root
from engine.errors import DefinitionInvalid
from engine.markup import MAX_BYTES, MAX_DEPTH, local_name, parse_xml, parse_xml_text, serialize

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
    "a megabyte of brackets": (b"<" * MAX_BYTES, "xml-syntax"),
    "more than a megabyte": (b"<a>" + b" " * MAX_BYTES + b"</a>", "xml-size"),
    "control characters": (b"<a>\x00\x01</a>", "xml-syntax"),
    "nothing": (b"", "xml-syntax"),
    "two roots": (b"<a/><b/>", "xml-syntax"),
}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda name: name.replace(" ", "-"))
def test_an_attack_is_refused_by_name_within_a_second(attack: str) -> None:
    source, code = ATTACKS[attack]
    begun = time.perf_counter()
    with pytest.raises(DefinitionInvalid) as refused:
        parse_xml(source, "attack.bpmn")
    assert time.perf_counter() - begun < 1
    problem = refused.value.problems[0]
    assert problem.code == code
    assert problem.place.file == "attack.bpmn"
    assert problem.zh and problem.en and "passwd" not in str(problem)


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
