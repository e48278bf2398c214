"""XML in and out, safely: the one door to the parser. Knows limits, nothing of what the elements mean.

A file may name an encoding in its declaration, and a parser that follows it can be led around every check made
on the bytes. So the text is decoded here, from a closed list of encodings, checked, and only then parsed.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from contextlib import suppress
from xml.parsers import expat

from lxml import etree

from engine.errors import DefinitionInvalid, Place, Problem

Element = etree._Element

XINCLUDE = "http://www.w3.org/2001/XInclude"

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64
MAX_ATTRIBUTES = 256
MAX_VALUE = 64 * 1024
"""Characters of one attribute."""
MAX_MARKS = 100_000
"""Opening brackets of a document: twice its elements, and what only looks like one."""
MAX_NAMESPACES = 512
MAX_LINE = 65_535
"""The last line that an element of the parser can bear."""

_ENCODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "ascii": "ascii",
              "gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030"}
_DECLARATION = re.compile(r"\A<\?xml\s[^>]*?\?>")
_ENCODING_NAME = re.compile(rb"\A<\?xml\s[^>]*?\bencoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']")
_DTD = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def parse_xml(source: bytes, file: str = "") -> Element:
    """The root element of a document; raises DefinitionInvalid for whatever is not plain, small XML without a DTD.

    Comments and processing instructions are left out.
    """
    return parse_xml_text(decode_xml(source, file), file)


def parse_xml_text(text: str, file: str = "") -> Element:
    """The same for a text that has been decoded already: what its declaration says of an encoding counts no more."""
    return _read(_checked(text, file), file)


def parse_with_places(text: str, file: str = "") -> tuple[Element, Mapping[Element, Place]]:
    """The same, with the place at which each element begins; its `sourceline` says that line too, up to MAX_LINE.

    The parser alone would give the line at which a start tag ends.
    """
    text = _checked(text, file)
    root = _read(text, file)
    elements, tags = list(root.iter("*")), _start_tags(text)
    if len(elements) != len(tags):
        tags = [(line_of(element), 1) for element in elements]
    for element, (line, _) in zip(elements, tags, strict=True):
        element.sourceline = min(line, MAX_LINE)  # type: ignore[assignment]  # the stubs give this property no type
    return root, {element: Place(file, line, column) for element, (line, column) in zip(elements, tags, strict=True)}


def decode_xml(source: bytes, file: str = "") -> str:
    """The text of a document in one of the encodings that people use; raises DefinitionInvalid for others."""
    _refuse_size(len(source), file)
    return _decode(source, file)


def _checked(text: str, file: str) -> str:
    """The text with its declaration left blank; raises DefinitionInvalid for what may not reach a parser."""
    _refuse_size(len(text), file)
    text = text.removeprefix("\ufeff")
    _refuse_dtd(text, file)
    if text.count("<") > MAX_MARKS or text.count("xmlns:") > MAX_NAMESPACES:
        raise _invalid(Place(file), "xml-size", "XML 文件中的元素或命名空间太多", "the XML file has too many elements or namespaces")
    return _DECLARATION.sub(_blank, text)


def _read(text: str, file: str) -> Element:
    root = _parse(text, file)
    _refuse_structure(root, file)
    return root


def serialize(root: Element) -> bytes:
    """UTF-8 bytes with a declaration, indented by two spaces; equal trees give equal bytes."""
    etree.indent(root, space="  ")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def new_tree(tag: str, prefixes: Mapping[str, str]) -> Element:
    """A root element of that qualified name, which declares the prefixes."""
    return etree.Element(tag, nsmap=dict(prefixes))


def append(parent: Element, tag: str, attributes: dict[str, str] | None = None, *, text: str | None = None) -> Element:
    """A new last child of that qualified name; attributes keep the order given."""
    child = etree.SubElement(parent, tag, attributes or {})
    if text is not None:
        child.text = text
    return child


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def line_of(element: Element) -> int:
    """The line its tag ends on, from 1."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 1


def _decode(source: bytes, file: str) -> str:
    encoding = _find_encoding(source, file)
    try:
        text = source.decode(encoding)
    except UnicodeDecodeError as error:
        line = source[:error.start].count(b"\n") + 1
        raise _invalid(Place(file, line), "xml-encoding", f"文件不是有效的 {encoding} 编码",
                       f"the file is not valid {encoding}") from error
    return text.removeprefix("\ufeff")


def _find_encoding(source: bytes, file: str) -> str:
    if source.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise _unknown_encoding("UTF-32", file)
    if source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _ENCODING_NAME.match(source.removeprefix(codecs.BOM_UTF8))
    if declared is None:
        return "utf-8"
    label = declared.group(1).decode("ascii")
    if label.lower() not in _ENCODINGS:
        raise _unknown_encoding(label, file)
    return _ENCODINGS[label.lower()]


def _refuse_size(size: int, file: str) -> None:
    if size > MAX_BYTES:
        raise _invalid(Place(file), "xml-size", f"XML 文件超过 {MAX_BYTES // 1024} KiB",
                       f"the XML file is larger than {MAX_BYTES // 1024} KiB")


def _refuse_dtd(text: str, file: str) -> None:
    found = _DTD.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise _invalid(Place(file, line), "xml-dtd", "XML 文件中不得含有 DOCTYPE 或 ENTITY 声明",
                       "an XML file may not declare a DOCTYPE or an ENTITY")


def _blank(declaration: re.Match[str]) -> str:
    """As many lines and columns of nothing, so that what follows keeps its place."""
    return re.sub(r"[^\r\n]", " ", declaration.group())


def _parse(text: str, file: str) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                             remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        return etree.fromstring(text.encode("utf-8", "surrogatepass"), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise _invalid(Place(file, max(line or 1, 1), max(column or 1, 1)), "xml-syntax",
                       "这里不是格式正确的 XML", f"not well-formed XML: {error.msg}") from error


def _start_tags(text: str) -> list[tuple[int, int]]:
    """Line and column of every start tag, in document order; too few when this parser knows fewer letters."""
    found: list[tuple[int, int]] = []
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = lambda _name, _attributes: found.append(
        (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1))
    with suppress(expat.ExpatError):
        parser.Parse(text.encode("utf-8"), True)
    return found


def _refuse_structure(root: Element, file: str) -> None:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        place = Place(file, element.sourceline or 1)
        if depth > MAX_DEPTH:
            raise _invalid(place, "xml-depth", f"XML 嵌套超过 {MAX_DEPTH} 层",
                           f"XML elements are nested deeper than {MAX_DEPTH}")
        if event == "start" and len(element.attrib) > MAX_ATTRIBUTES:
            raise _invalid(place, "xml-attributes", f"一个元素的属性超过 {MAX_ATTRIBUTES} 个",
                           f"an element has more than {MAX_ATTRIBUTES} attributes")
        if event == "start" and any(len(value) > MAX_VALUE for value in element.attrib.values()):
            raise _invalid(place, "xml-attributes", f"一个属性的内容超过 {MAX_VALUE // 1024} KiB",
                           f"an attribute is longer than {MAX_VALUE // 1024} KiB")
        if event == "start" and etree.QName(element).namespace == XINCLUDE:
            raise _invalid(place, "xml-include", "XML 文件中不得引用其他文件（XInclude）",
                           "an XML file may not include other files (XInclude)")


def _unknown_encoding(label: str, file: str) -> DefinitionInvalid:
    return _invalid(Place(file), "xml-encoding", f"不支持编码 {label}", f"unsupported encoding {label}",
                    hint_zh="请另存为 UTF-8", hint_en="save it as UTF-8")


def _invalid(place: Place, code: str, zh: str, en: str, *, hint_zh: str = "", hint_en: str = "") -> DefinitionInvalid:
    return DefinitionInvalid([Problem(place, code, zh, en, hint_zh, hint_en)])
