"""Payloads and values as text: FEEL values ⇄ canonical JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from engine import canonical
from engine.feel.values import from_json, to_json


def encode_value(value: object) -> str:
    """A FEEL value as canonical JSON text."""
    return canonical.encode(to_json(value)).decode()


def decode_value(text: str | bytes) -> object:
    """The FEEL value behind canonical JSON text."""
    return from_json(canonical.decode(text))


def encode_parts(payload: Mapping[str, object]) -> dict[str, bytes]:
    """Each part of a payload as canonical JSON: what a row and the trace have in common is written once."""
    return {name: canonical.encode(to_json(value)) for name, value in payload.items()}


def decode_payload(body: bytes) -> dict[str, object]:
    return cast("dict[str, object]", decode_value(body))
