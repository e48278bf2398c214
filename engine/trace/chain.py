"""The chain of records: canonical JSON, salted commitments, hashes and MACs. Pure, and the same for ever.

    commitment = H("anliu/payload\0" ‖ salt ‖ body)                  the body may be erased, the chain still holds
    hash       = H("anliu/record\0" ‖ len(header) ‖ header ‖ prev ‖ commitment)
    mac        = HMAC(key of the day, hash)                          the key is not in the database

It knows neither tables nor what a record means; of a header it reads instance, seq and recorded_at only.
engine/trace/standalone/verify_trace.py says the same a second time, on purpose, without us.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine import canonical

ALGORITHM = "sha256+hmac-sha256"
"""Named in every record, so that another one (sm3) can follow without touching the old records."""

GENESIS = bytes(32)
"""The hash before the first record of an instance."""

SALT_BYTES = 16

_PLAIN = frozenset({str, int, bool, type(None)})
_TEXT = frozenset({str})
_PAYLOAD = hashlib.sha256(b"anliu/payload\0")
_RECORD = hashlib.sha256(b"anliu/record\0")
"""Begun once and copied: finding the algorithm costs OpenSSL more than hashing a record does."""


class MacKeys(Protocol):
    """MACs under the key of a day: the key ring, or the test's."""

    def mac(self, recorded_at: datetime, digest: bytes) -> tuple[str, bytes]:
        """The id of the key, and the MAC."""
        ...


@dataclass(frozen=True, slots=True)
class Sealed:
    """What makes a record part of its chain; stored beside it."""

    hash: bytes
    prev: bytes
    commitment: bytes
    mac: bytes
    key_id: str
    algorithm: str
    salt: bytes


def seal(header: Mapping[str, object], prev: bytes, body: bytes, keys: MacKeys, *, salt: bytes = b"") -> Sealed:
    """Chain a record to `prev`. `recorded_at` of the header (UTC text) names the day of the key."""
    salt = salt or secrets.token_bytes(SALT_BYTES)
    commitment = payload_commitment(body, salt)
    digest = record_hash(header, prev, commitment)
    key_id, mac = keys.mac(datetime.fromisoformat(str(header["recorded_at"])), digest)
    return Sealed(digest, prev, commitment, mac, key_id, ALGORITHM, salt)


def payload_commitment(body: bytes, salt: bytes) -> bytes:
    """Binds to the body without giving it away: guessing a short body needs the salt, erased with it."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    hashed = _PAYLOAD.copy()
    hashed.update(salt + body)
    return hashed.digest()


def record_hash(header: Mapping[str, object], prev: bytes, commitment: bytes) -> bytes:
    """The record's place in its chain: header, everything before it, and its payload."""
    text = canonical_json(header)
    hashed = _RECORD.copy()
    hashed.update(len(text).to_bytes(8, "big") + text + prev + commitment)
    return hashed.digest()


def record_mac(key: bytes, digest: bytes) -> bytes:
    """HMAC-SHA256 of a record's hash."""
    return hmac.digest(key, digest, "sha256")


def canonical_json(value: object) -> bytes:
    """One spelling per value: sorted keys, no spaces, UTF-8. Floats have no one spelling and are refused."""
    _check_plain(value)
    return canonical.encode(value)


def _check_plain(value: object) -> None:
    if isinstance(value, dict):
        if not _TEXT.issuperset(map(type, value)) and not all(isinstance(key, str) for key in value):
            raise TypeError("keys of canonical JSON are text")
        parts: Iterable[object] = value.values()
    elif isinstance(value, list | tuple):
        parts = value
    elif value is None or isinstance(value, str | bool | int):
        return
    else:
        raise TypeError(f"canonical JSON has no {type(value).__name__}")
    for part in parts:
        if type(part) not in _PLAIN:
            _check_plain(part)
