"""Canonical JSON is the standard library's, byte for byte, whoever writes it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import canonical
from engine.trace.standalone import verify_trace

texts = st.text(st.characters(codec="utf-8"))


def values_with(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[object]:
    return st.recursive(st.none() | st.booleans() | numbers | texts,
                        lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20)


values = values_with(st.integers())
stored = values_with(st.integers(-2**63, 2**64 - 1))


@given(values)
def test_a_value_is_written_as_the_stand_alone_verifier_writes_it(value: object) -> None:
    assert canonical.encode(value) == verify_trace.canonical(value)


def test_every_character_is_escaped_as_the_verifier_escapes_it() -> None:
    for first in range(0, 0x11_0000, 0x1000):
        text = "".join(chr(point) for point in range(first, first + 0x1000) if not 0xD800 <= point < 0xE000)
        assert canonical.encode(text) == verify_trace.canonical(text)


@given(stored)
def test_what_was_written_reads_the_same_again(value: object) -> None:
    assert canonical.decode(canonical.encode(value)) == value


def test_half_a_character_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        canonical.encode(["\ud800"])


@pytest.mark.parametrize("value", [Decimal(1), datetime(2026, 1, 1, tzinfo=UTC), {1, 2}, b"x", object()])
def test_what_is_no_json_type_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical.encode(value)
