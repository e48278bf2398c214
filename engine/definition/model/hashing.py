"""The hash of a definition's meaning: equal models have equal hashes, whatever they were read from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from decimal import Context, Decimal

from engine.definition.model.process import Definition

_EXACT = Context(prec=300_000)
"""More digits than a file has: every digit counts."""


def model_hash(definition: Definition) -> str:
    """SHA-256 over everything the model says; places in files do not count."""
    canonical = json.dumps(_plain(definition), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return [type(value).__name__, *([item.name, _plain(getattr(value, item.name))] for item in fields(value) if item.compare)]
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return ["number", format(value.normalize(_EXACT), "f")]
    return value.hex() if isinstance(value, bytes) else value
