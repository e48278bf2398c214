"""Variables as rows keep them: read when asked for, and the same whichever way they are asked."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.feel import Layers, compile_expression
from engine.store.payload import StoredValues, encode_value

READING = {"value": Decimal("12.5"), "last": "否"}


def stored() -> StoredValues:
    return StoredValues({"read": encode_value(READING), "level": encode_value("Ⅱ级")})


def test_a_value_is_read_as_feel_reads_it_and_as_json_types() -> None:
    values = stored()
    assert values["read"] == READING
    assert values.parts("read") == {"value": {"@number": "12.5"}, "last": "否"}
    assert dict(values) == {"read": READING, "level": "Ⅱ级"}
    assert len(values) == 2 and "level" in values and "none" not in values
    assert values.get("none") is None and values.parts("none") is None
    with pytest.raises(KeyError):
        values["none"]


def test_what_is_set_hides_what_was_stored_in_both_forms() -> None:
    values = stored()
    values["level"] = Decimal(2)
    assert (values["level"], values.parts("level")) == (Decimal(2), 2)
    values.set_both("read", {"last": "是"}, {"last": "是"})
    assert (values["read"], values.parts("read")) == ({"last": "是"}, {"last": "是"})
    values["read"] = None
    assert values["read"] is None and values.parts("read") is None and "read" in values


def test_a_value_taken_away_is_gone_in_every_form() -> None:
    values = stored()
    assert values["read"] == READING
    del values["read"]
    assert "read" not in values and list(values) == ["level"] and values.parts("read") is None
    with pytest.raises(KeyError):
        del values["read"]


def test_a_copy_is_what_one_goes_back_to() -> None:
    values = stored()
    before = values.copy()
    values["level"] = "Ⅰ级"
    del values["read"]
    values["more"] = True
    values.go_back(before)
    assert dict(values) == {"read": READING, "level": "Ⅱ级"}


def test_layers_answer_with_the_first_that_has_a_name_even_when_it_is_null() -> None:
    layers = Layers({"level": None}, stored(), {"limit": Decimal(3), "read": "hidden"})
    assert layers.get("level", "default") is None
    assert layers.get("read") == READING
    assert layers.get("limit") == Decimal(3)
    assert layers.get("none", "default") == "default"


@pytest.mark.parametrize(("text", "expected"), [
    ("read.value * 2", Decimal(25)), ("read.last", "否"), ("read.none", None), ("read.value.none", None), ("none.at.all", None),
    ("list.value", [Decimal(1), Decimal(2)]), ("list[2].value", Decimal(2)), ("when.year", Decimal(2026)), ("odd.a", Decimal(2)),
    ("deep.a.b.c", "end"), ("read", READING),
])
def test_a_path_gives_the_same_whether_all_of_the_value_was_read_or_only_its_end(text: str, expected: object) -> None:
    texts = {"read": READING, "list": [{"value": Decimal(1)}, {"value": Decimal(2)}], "deep": {"a": {"b": {"c": "end"}}},
             "when": datetime(2026, 11, 28, tzinfo=UTC), "odd": {"@at": 1, "a": 2}}
    encoded = {name: encode_value(value) for name, value in texts.items()}
    unread, read = StoredValues(dict(encoded)), StoredValues(dict(encoded))
    assert dict(read) == texts
    compiled = compile_expression(text)
    assert compiled.evaluate(Layers(unread)) == compiled.evaluate(Layers(read)) == compiled.evaluate(texts) == expected
