"""The key ring: MAC keys and the receipt signing key, in a file outside the database that only its owner reads.

The MAC key evolves every day (UTC) and the old one is forgotten, so whoever takes over the host today cannot
forge yesterday. The first key is written once to a sealed file beside the ring; the auditor takes it away and
verifies with it (`SealedKey`). It knows nothing of records. The only door to `cryptography`, with receipts.py.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import stat
import threading
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from engine.clock import in_utc
from engine.errors import EngineError

FORMAT = 1
GRACE_ENDS = time(0, 10)
"""When yesterday's key is forgotten for good (UTC)."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeysUnusable(EngineError):
    """The key file is missing, readable by others, or not a key file."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en


@dataclass(frozen=True)
class DayKey:
    """The MAC key of one day. `ring` tells one installation's keys from another's."""

    ring: str
    day: date
    key: bytes = field(repr=False)

    @cached_property
    def id(self) -> str:
        return f"{self.ring}/{self.day.isoformat()}"

    @cached_property
    def _keyed(self) -> hmac.HMAC:
        return hmac.new(self.key, digestmod="sha256")

    def mac(self, digest: bytes) -> bytes:
        """What `record_mac` gives under this key, without setting it up anew for every record."""
        keyed = self._keyed.copy()
        keyed.update(digest)
        return keyed.digest()

    def evolved_to(self, day: date) -> DayKey:
        """The key of that day; an earlier day's key cannot be had from a later one."""
        key, reached = self.key, self.day
        while reached < day:
            reached += timedelta(days=1)
            key = HKDFExpand(hashes.SHA256(), 32, b"anliu/mac " + reached.isoformat().encode()).derive(key)
        return DayKey(self.ring, reached, key)


@dataclass(slots=True)
class KeyRing:
    """The keys in use. Without a path it lives in memory only: for tests, the lab and throw-away demos."""

    current: DayKey
    signing: Ed25519PrivateKey = field(repr=False)
    path: Path | None = None
    _yesterday: DayKey | None = field(default=None, repr=False)
    """In memory only, for transactions that began before midnight and seal after it."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _signing_key_id: str = ""

    @staticmethod
    def in_memory(day: date, seed: bytes | None = None) -> KeyRing:
        """A ring that is gone with the process; the same seed gives the same keys."""
        seed = seed or secrets.token_bytes(32)
        return _ring_from(day, hashlib.sha256(b"mac" + seed).digest(), hashlib.sha256(b"sign" + seed).digest())

    @staticmethod
    def create(path: Path, day: date) -> KeyRing:
        """Write a new ring, and its first key to `<path>.sealed`. Refuses to overwrite either."""
        ring = _ring_from(day, secrets.token_bytes(32), secrets.token_bytes(32))
        ring.path = path
        _write_new(sealed_path(path), {"format": FORMAT, "mac": _mac_to_json(ring.current)})
        _write_new(path, ring._to_json())
        return ring

    @staticmethod
    def load(path: Path) -> KeyRing:
        """The ring of a file. KeysUnusable when it is missing, readable by others, or no key file."""
        content = _read_private(path)
        try:
            private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(_section(content, "signing")["key"]))
            return KeyRing(_mac_from_json(content), private, path)
        except (KeyError, TypeError, ValueError) as error:
            raise _not_a_key_file(path) from error

    def mac(self, recorded_at: datetime, digest: bytes) -> tuple[str, bytes]:
        """MAC under the key of that day (UTC). When the clock went back, the current key signs and its id shows it."""
        with self._lock:
            key = self._key_of(in_utc(recorded_at))
        return key.id, key.mac(digest)

    @property
    def public_key(self) -> bytes:
        """The raw 32 bytes that receipts are verified with."""
        return self.signing.public_key().public_bytes_raw()

    @property
    def signing_key_id(self) -> str:
        if not self._signing_key_id:
            self._signing_key_id = key_id_of(self.public_key)
        return self._signing_key_id

    def sign(self, message: bytes) -> bytes:
        return self.signing.sign(message)

    def _key_of(self, recorded_at: datetime) -> DayKey:
        day = recorded_at.date()
        if day > self.current.day:
            self._evolve(day)
        elif day == self.current.day and recorded_at.time() >= GRACE_ENDS:
            self._yesterday = None
        yesterday = self._yesterday
        return yesterday if yesterday is not None and yesterday.day == day else self.current

    def _evolve(self, day: date) -> None:
        old = self.current
        # Another process may have gone further already: never write an older key back.
        if self.path is not None:
            self.current = max(old, KeyRing.load(self.path).current, key=lambda key: key.day)
        if day > self.current.day:
            self.current = self.current.evolved_to(day)
            if self.path is not None:
                _replace(self.path, self._to_json())
        self._yesterday = old.evolved_to(self.current.day - timedelta(days=1))

    def _to_json(self) -> dict[str, object]:
        private = self.signing.private_bytes_raw()
        return {"format": FORMAT, "mac": _mac_to_json(self.current),
                "signing": {"algorithm": "ed25519", "key": base64.b64encode(private).decode(),
                            "public": base64.b64encode(self.public_key).decode()}}


@dataclass(frozen=True, slots=True)
class SealedKey:
    """The first key of a ring, in the auditor's hands: every later day's key follows from it."""

    first: DayKey

    @staticmethod
    def load(path: Path) -> SealedKey:
        """The sealed file. KeysUnusable as for a ring."""
        try:
            return SealedKey(_mac_from_json(_read_private(path)))
        except (KeyError, TypeError, ValueError) as error:
            raise _not_a_key_file(path) from error

    def find_key(self, key_id: str) -> bytes | None:
        """The MAC key of that id, None when it is not one of this ring's."""
        ring, _, day_text = key_id.partition("/")
        try:
            day = date.fromisoformat(day_text)
        except ValueError:
            return None
        in_ring = ring == self.first.ring and self.first.day <= day <= self.first.day + timedelta(days=36_525)
        return self.first.evolved_to(day).key if in_ring else None


def key_id_of(public_key: bytes) -> str:
    """The short name of a public key."""
    return "ed25519:" + hashlib.sha256(public_key).hexdigest()[:16]


def sealed_path(path: Path) -> Path:
    return path.with_name(path.name + ".sealed")


def _ring_from(day: date, mac_key: bytes, private: bytes) -> KeyRing:
    ring = hashlib.sha256(b"ring" + mac_key).hexdigest()[:8]
    return KeyRing(DayKey(ring, day, mac_key), Ed25519PrivateKey.from_private_bytes(private))


def _mac_to_json(key: DayKey) -> dict[str, str]:
    return {"algorithm": "hmac-sha256", "ring": key.ring, "day": key.day.isoformat(),
            "key": base64.b64encode(key.key).decode()}


def _mac_from_json(content: dict[str, object]) -> DayKey:
    mac = _section(content, "mac")
    return DayKey(mac["ring"], date.fromisoformat(mac["day"]), base64.b64decode(mac["key"], validate=True))


def _section(content: dict[str, object], name: str) -> dict[str, str]:
    section = content[name]
    if not isinstance(section, dict) or not all(isinstance(value, str) for value in section.values()):
        raise TypeError(name)
    return section


def _read_private(path: Path) -> dict[str, object]:
    if not path.is_file():
        raise KeysUnusable(f"找不到密钥文件 {path}", f"There is no key file {path}")
    # Windows keeps no such bits; there the folder's own permissions must do.
    if os.name == "posix" and path.stat().st_mode & OTHERS:
        raise KeysUnusable(f"密钥文件 {path} 可被其他用户读取，请先执行 chmod 600",
                           f"The key file {path} is readable by others; run chmod 600 on it first")
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise _not_a_key_file(path) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise _not_a_key_file(path)
    return content


def _not_a_key_file(path: Path) -> KeysUnusable:
    return KeysUnusable(f"{path} 不是本系统的密钥文件", f"{path} is not a key file of this system")


def _write_new(path: Path, content: dict[str, object]) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeysUnusable(f"密钥文件 {path} 已存在，不会覆盖", f"The key file {path} exists and is not overwritten") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, content: dict[str, object]) -> None:
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    _write_new(fresh, content)
    fresh.replace(path)
