"""The key ring file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from engine.trace.chain import record_mac
from engine.trace.keys import KeyRing, KeysUnusable, SealedKey, sealed_path

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DIGEST = bytes(32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def test_a_created_ring_loads_with_the_same_keys(path: Path) -> None:
    created, loaded = KeyRing.create(path, DAY), KeyRing.load(path)
    assert created.mac(NOON, DIGEST) == loaded.mac(NOON, DIGEST)
    assert created.public_key == loaded.public_key


def test_both_files_are_for_their_owner_only(path: Path) -> None:
    KeyRing.create(path, DAY).mac(NOON + timedelta(days=1), DIGEST)
    assert path.stat().st_mode & 0o777 == 0o600
    assert sealed_path(path).stat().st_mode & 0o777 == 0o600
    assert {file.name for file in path.parent.iterdir()} == {"keys.json", "keys.json.sealed"}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_ring_that_others_can_read_is_refused_with_the_cure(path: Path, mode: int) -> None:
    KeyRing.create(path, DAY)
    path.chmod(mode)
    with pytest.raises(KeysUnusable, match="chmod 600"):
        KeyRing.load(path)


def test_a_ring_is_never_overwritten(path: Path) -> None:
    KeyRing.create(path, DAY)
    with pytest.raises(KeysUnusable, match="已存在"):
        KeyRing.create(path, DAY)


def test_a_missing_file_is_refused_with_a_sentence(path: Path) -> None:
    with pytest.raises(KeysUnusable, match="no key file"):
        KeyRing.load(path)


@pytest.mark.parametrize("content", ["", "[]", "{}", "x", '{"format":1}', '{"format":1,"mac":[],"signing":{}}',
                                     '{"format":1,"mac":{},"signing":{"key":"AAAA"}}', '{"format":2}'])
def test_a_file_that_is_no_key_file_is_refused_with_a_sentence(path: Path, content: str) -> None:
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KeysUnusable, match="not a key file"):
        KeyRing.load(path)
    with pytest.raises(KeysUnusable, match="not a key file"):
        SealedKey.load(path)


def test_the_file_forgets_yesterdays_key_and_the_sealed_key_remembers_it(path: Path) -> None:
    ring = KeyRing.create(path, DAY)
    first = ring.current.key
    key_id, mac = ring.mac(NOON + timedelta(days=3), DIGEST)
    assert key_id.endswith("/2026-11-23")
    assert KeyRing.load(path).current.key != first
    key = SealedKey.load(sealed_path(path)).find_key(key_id)
    assert key is not None
    assert record_mac(key, DIGEST) == mac


def test_two_processes_on_one_file_agree_and_never_go_back(path: Path) -> None:
    KeyRing.create(path, DAY)
    ahead, behind = KeyRing.load(path), KeyRing.load(path)
    ahead.mac(NOON + timedelta(days=5), DIGEST)
    behind.mac(NOON + timedelta(days=2), DIGEST)
    assert KeyRing.load(path).current.day == DAY + timedelta(days=5)
    assert behind.mac(NOON + timedelta(days=5), DIGEST) == ahead.mac(NOON + timedelta(days=5), DIGEST)


@pytest.mark.parametrize("key_id", ["", "x", "x/2026-11-20", "{ring}/2026-11-19", "{ring}/never", "{ring}/9999-01-01"])
def test_a_key_id_of_another_ring_or_time_has_no_key(key_id: str) -> None:
    ring = KeyRing.in_memory(DAY)
    assert SealedKey(ring.current).find_key(key_id.replace("{ring}", ring.current.ring)) is None


def test_keys_do_not_show_when_printed() -> None:
    ring = KeyRing.in_memory(DAY)
    assert repr(ring.current.key) not in repr(ring)


def test_a_transaction_over_midnight_still_seals_with_the_key_of_its_own_day() -> None:
    ring = KeyRing.in_memory(DAY)
    before, after = NOON.replace(hour=23, minute=59), NOON + timedelta(hours=12)
    key_of_today = ring.mac(before, DIGEST)
    ring.mac(after, DIGEST)
    assert ring.mac(before, DIGEST) == key_of_today


def test_yesterdays_key_is_forgotten_ten_minutes_after_midnight() -> None:
    ring = KeyRing.in_memory(DAY)
    ring.mac(NOON + timedelta(hours=12), DIGEST)
    ring.mac(NOON + timedelta(hours=12, minutes=10), DIGEST)
    assert ring.mac(NOON, DIGEST)[0].endswith("/2026-11-21")
