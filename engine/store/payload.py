"""Payloads and values as text: FEEL values ⇄ canonical JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from engine import canonical
from engine.feel.values import from_json, to_json
from engine.records import StoredRecord


def encode_value(value: object) -> str:
    """A FEEL value as canonical JSON text."""
    return canonical.encode(to_json(value)).decode()


def decode_value(text: str | bytes) -> object:
    """The FEEL value behind canonical JSON text."""
    return from_json(canonical.decode(text))


def plain(payload: Mapping[str, object]) -> dict[str, object]:
    """Each part of a payload as JSON types: what a row and the trace have in common."""
    return {name: to_json(value) for name, value in payload.items()}


def text_of(stored: StoredRecord, name: str) -> str:
    """A part of a record's payload as canonical JSON, as rows keep it."""
    return canonical.encode(stored.parts[name]).decode()


def decode_payload(body: bytes) -> dict[str, object]:
    return cast("dict[str, object]", decode_value(body))
