"""Canonical JSON and commitments."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.trace.chain import GENESIS, canonical_json, payload_commitment, record_hash, seal
from engine.trace.keys import KeyRing

plain = st.recursive(st.none() | st.booleans() | st.integers() | st.text(),
                     lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)
utf8 = plain.filter(lambda value: "\\ud" not in json.dumps(value))


@given(utf8)
def test_canonical_json_has_one_spelling_whatever_the_order_of_keys(value: object) -> None:
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text


@pytest.mark.parametrize("value", [1.5, Decimal("1.5"), date(2026, 1, 1), b"x", {1: "x"}, [{"a": 0.1}], {1, 2}])
def test_values_without_one_spelling_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


def test_a_commitment_needs_a_whole_salt() -> None:
    with pytest.raises(ValueError, match="16"):
        payload_commitment(b"{}", b"short")


def test_equal_payloads_have_unequal_commitments() -> None:
    ring = KeyRing.in_memory(date(2026, 11, 20))
    header = {"instance": "A", "seq": 1, "recorded_at": "2026-11-20T00:00:00.000000Z"}
    first, second = (seal(header, GENESIS, b"{}", ring) for _ in range(2))
    assert first.commitment != second.commitment
    assert first.salt != second.salt


def test_the_hashes_are_the_same_for_ever() -> None:
    commitment = payload_commitment(b'{"a":1}', bytes(range(16)))
    digest = record_hash({"instance": "A", "seq": 1, "actor": "张三"}, GENESIS, commitment)
    ring = KeyRing.in_memory(date(2026, 11, 20), b"golden")
    assert commitment.hex() == "97ed0f97e1f07733dd8ce396ce6ffdd345d64deaa60e4e87c01f9b24fe1bc1e1"
    assert digest.hex() == "40846ef186bacdd1e7b268e79b0194b98e26feed436dfe6a9045b1f24905e3c9"
    _, mac = ring.mac(datetime(2026, 11, 22, tzinfo=UTC), digest)
    assert mac.hex() == "04c3fb873fa3c0defdc0bac7727de0aa762250f91bb8fa586ab3aa6bf8221eaa"
