"""Canonical JSON: one spelling per value: keys sorted, no spaces, UTF-8 (RFC 8259), numbers whole.

What is hashed or compared as text is written here. The only door to orjson, which writes the same bytes as the
standard library in a tenth of the time; engine/trace/standalone/verify_trace.py keeps to the standard library.
It refuses to know which values may stand in a text: whoever hashes one checks that first.
"""

from __future__ import annotations

import json

import orjson

_STANDARD = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
"""Moments and dataclasses are no JSON types: whoever stores them says how they are written."""


def encode(value: object) -> bytes:
    """The text of JSON types (dict with text keys, list, tuple, str, int, bool, None).

    Raises TypeError for anything else, UnicodeEncodeError for half a character (a lone surrogate).
    """
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except orjson.JSONEncodeError:
        # Whole numbers beyond 64 bits, which it cannot write; what neither can write is refused here.
        return _STANDARD.encode(value).encode()


def decode(text: str | bytes) -> object:
    """The JSON types behind a text, whole numbers up to 64 bits. Raises ValueError when it is none."""
    return orjson.loads(text)
