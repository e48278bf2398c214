"""The JSON Schemas agree with the reader: what is shipped and good is valid, a misspelt key is not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from engine.definition.bundle import read_bundle
from engine.definition.library import load_library
from engine.definition.nodes import ListNode, MapNode, Node
from engine.definition.schema import definition_schema, form_schema, in_chinese_words
from engine.definition.source import load_yaml
from engine.definition.toggle import toggle
from tests.engine.definition.shelf import FORM, GOOD, SHARED

ROOT = Path(__file__).parents[3]
DEFINITIONS = sorted(path for path in (ROOT / "processes").glob("*.yaml") if path.name.count(".") == 2)
FORMS = sorted((ROOT / "forms").glob("*.yaml"))
SHIPPED = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
           for folder in ("processes", "forms") for path in (ROOT / folder).glob("*.yaml")}


def plain(node: Node | None) -> object:
    """The tree as an editor's YAML reader gives it, but without dates."""
    if isinstance(node, MapNode):
        return {key.text: plain(value) for key, value in node.entries}
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    value = node.value() if node else None
    return (int(value) if value == int(value) else float(value)) if isinstance(value, Decimal) else value


def complaints(schema: dict[str, object], text: str) -> list[str]:
    return [f"{list(error.absolute_path)}: {error.message}" for error in
            Draft202012Validator(schema).iter_errors(plain(load_yaml(text, "x").node))]


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.name)
def test_a_shipped_definition_is_valid_and_has_no_problem(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    library, problems = load_library(SHIPPED)
    assert problems == ()
    assert complaints(definition_schema(), text) == []
    assert complaints(definition_schema(library), text) == []
    bundle = read_bundle(f"processes/{path.name}", SHIPPED)
    assert bundle.warnings == ()
    assert read_bundle(bundle.main_file, bundle.sources) == bundle


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_shipped_form_is_valid(path: Path) -> None:
    assert complaints(form_schema(), path.read_text(encoding="utf-8")) == []


def test_something_is_shipped() -> None:
    assert len(DEFINITIONS) >= 2
    assert len(FORMS) >= 20


def test_the_schemas_are_schemas_and_describe_every_key_in_chinese() -> None:
    for schema in (definition_schema(), definition_schema(load_library(SHARED)[0]), form_schema()):
        Draft202012Validator.check_schema(schema)
        assert all(entry["description"] for entry in schema["properties"].values())


@pytest.mark.parametrize(("right", "wrong"), [
    ("title: 示例", "tilte: 示例"), ("role: unit_head", "rloe: unit_head"),
    ("interrupting: true", "interrupting: yes"),
    ("- review:", "- final-review:"), ("anliu: 1", "anliu: 2"), ("actions: [approve", "actions: [aprove"),
])
def test_what_the_reader_refuses_in_a_definition_the_schema_refuses(right: str, wrong: str) -> None:
    assert complaints(definition_schema(), GOOD) == []
    assert complaints(definition_schema(), GOOD.replace(right, wrong))


def test_names_of_the_library_are_offered_and_others_refused() -> None:
    schema = definition_schema(load_library(SHARED)[0])
    assert complaints(schema, GOOD) == []
    for right, wrong in [("unit_head", "unit_boss"), ("form: opinion", "form: opinions"),
                         ("basis: A-2", "basis: A-9"),
                         ("register: systems", "register: machines")]:
        assert complaints(schema, GOOD.replace(right, wrong))


def test_the_schema_of_forms_refuses_an_unknown_type() -> None:
    assert complaints(form_schema(), FORM) == []
    assert complaints(form_schema(), FORM.replace("type: radio", "type: raido"))


@pytest.mark.parametrize("path", [*DEFINITIONS, *FORMS], ids=lambda path: path.stem)
def test_what_is_written_in_chinese_is_valid_by_the_chinese_schema(path: Path) -> None:
    schema = in_chinese_words(form_schema() if path.parent.name == "forms" else definition_schema())
    Draft202012Validator.check_schema(schema)
    text = path.read_text(encoding="utf-8")
    assert complaints(schema, toggle(text)) == []
    assert complaints(schema, text)
