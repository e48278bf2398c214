"""Payloads and values as text: FEEL values ⇄ canonical JSON (sorted keys, no spaces, UTF-8)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from engine.feel.values import from_json, to_json

_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def encode_value(value: object) -> str:
    """A FEEL value as canonical JSON text."""
    return _JSON.encode(to_json(value))


def decode_value(text: str | bytes) -> object:
    """The FEEL value behind canonical JSON text."""
    return from_json(json.loads(text, parse_float=Decimal))


def encode_payload(payload: Mapping[str, object]) -> bytes:
    return encode_value(dict(payload)).encode()


def decode_payload(body: bytes) -> dict[str, object]:
    return cast("dict[str, object]", decode_value(body))
