#!/usr/bin/env python3
"""Verify an exported trace without the program that wrote it. Python 3.9 or later, nothing else needed.

    python verify_trace.py bundle.jsonl
    python verify_trace.py bundle.jsonl --receipts receipts/ --sealed keys.sealed --public-key BASE64

Checks: every chain is whole, every payload is the one committed to (erased ones are named), every chain ends
at its head; with --sealed also that every record was made with the installation's secret key of its day; with
--receipts that every record a person holds a receipt for is still there, unchanged. Receipts are verified with
the key of --public-key, or else the key in the bundle, which is only as good as the bundle's source.
Exit status: 0 all in order, 1 findings, 2 the files cannot be read.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Finding = tuple[str, int, str]
Point = tuple[int, int, int, int]

ALGORITHM = "sha256+hmac-sha256"
GENESIS = "00" * 32
RECEIPT = "安流回执 / Anliu receipt 1"
RECEIPT_NAMES = ["origin", "instance", "seq", "hash", "recorded_at", "key", "signature"]


class Unreadable(Exception):
    """A file is not what it should be."""


# ------------------------------------------------------------ the chain

def canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def record_hash(row: Row) -> bytes:
    text = canonical(row["header"])
    prev, commitment = bytes.fromhex(row["prev"]), bytes.fromhex(row["commitment"])
    return hashlib.sha256(b"anliu/record\0" + len(text).to_bytes(8, "big") + text + prev + commitment).digest()


def payload_holds(row: Row) -> bool:
    if row["salt"] is None or row["body"] is None or len(row["salt"]) != 32:
        return False
    made = hashlib.sha256(b"anliu/payload\0" + bytes.fromhex(row["salt"]) + row["body"].encode()).hexdigest()
    return bool(made == row["commitment"])


def verify_row(row: Row, instance: str, expected: int, prev: str, mac_keys: MacKeys | None) -> Iterator[str]:
    """The complaints about one record."""
    if row["header"]["seq"] != expected:
        yield f"the numbers do not follow: record {expected} is missing or moved"
    if row["header"]["instance"] != instance:
        yield "the record belongs to another instance"
    if row["prev"] != prev:
        yield "does not follow from the record before it"
    if row["algorithm"] != ALGORITHM:
        yield f"names an unknown algorithm: {row['algorithm']}"
        return
    digest = record_hash(row)
    if digest.hex() != row["hash"]:
        yield "what is recorded does not match its hash"
    if not (row["salt"] is None and row["body"] is None) and not payload_holds(row):
        yield "the payload is not the one committed to"
    if row["key_id"].partition("/")[2] != row["header"]["recorded_at"][:10]:
        yield "the key is not that of the day it was recorded"
    if mac_keys is not None:
        key = mac_keys.find(row["key_id"])
        if key is None:
            yield f"names an unknown key: {row['key_id']}"
        elif not hmac.compare_digest(hmac.new(key, digest, hashlib.sha256).hexdigest(), row["mac"]):
            yield "the MAC was not made with the key"


def verify_chains(rows: Iterable[Row], heads: Mapping[str, str], mac_keys: MacKeys | None) -> Iterator[Finding]:
    """Findings over all chains: (instance, seq, sentence)."""
    ends: dict[str, str] = {}
    counts: dict[str, int] = {}
    for row in rows:
        instance = row["header"]["instance"]
        expected = counts.get(instance, 0) + 1
        for complaint in verify_row(row, instance, expected, ends.get(instance, GENESIS), mac_keys):
            yield instance, expected, complaint
        ends[instance], counts[instance] = row["hash"], expected
    for instance in sorted(set(heads) | set(ends)):
        if heads.get(instance) != ends.get(instance, GENESIS):
            yield instance, counts.get(instance, 0), "the chain does not end at the head on file"


# ------------------------------------------------------------ keys that evolve by the day

class MacKeys:
    """The auditor's sealed first key, and every later day's key that follows from it."""

    def __init__(self, path: str) -> None:
        try:
            mac = json.loads(Path(path).read_text("utf-8"))["mac"]
            self.ring, self.first = mac["ring"], date.fromisoformat(mac["day"])
            self.keys = [base64.b64decode(mac["key"])]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Unreadable(f"{path} is not a sealed key file") from error

    def find(self, key_id: str) -> bytes | None:
        ring, _, day_text = key_id.partition("/")
        try:
            number = (date.fromisoformat(day_text) - self.first).days
        except ValueError:
            return None
        if ring != self.ring or not 0 <= number <= 36525:
            return None
        while len(self.keys) <= number:
            day = self.first + timedelta(days=len(self.keys))
            # HKDF-Expand (RFC 5869) of one block: HMAC(key, info ‖ 0x01)
            info = b"anliu/mac " + day.isoformat().encode() + b"\x01"
            self.keys.append(hmac.new(self.keys[-1], info, hashlib.sha256).digest())
        return self.keys[number]


# ------------------------------------------------------------ Ed25519 (RFC 8032), verification only

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)
BASE = (4 * pow(5, -1, P) % P).to_bytes(32, "little")


def add(a: Point, b: Point) -> Point:
    """Sum of two points in extended coordinates (x, y, z, x*y/z)."""
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    t, z = 2 * D * a[3] * b[3] % P, 2 * a[2] * b[2] % P
    e, f, g, h = n - m, z - t, z + t, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(count: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while count:
        if count & 1:
            total = add(total, point)
        point, count = add(point, point), count >> 1
    return total


def point_of(encoded: bytes) -> Point | None:
    """The point of 32 bytes, None when there is none."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT % P
    if y >= P or x * x % P != square or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    if len(public) != 32 or len(signature) != 64:
        return False
    key, r, s = point_of(public), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    base = point_of(BASE)
    if key is None or r is None or base is None or s >= Q:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    left, right = times(s, base), add(r, times(challenge, key))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


# ------------------------------------------------------------ receipts

def read_receipt(path: Path) -> Row:
    try:
        lines = [line.strip() for line in path.read_text("utf-8-sig").strip().splitlines()]
        values: Row = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        if lines[0] != RECEIPT or list(values) != RECEIPT_NAMES:
            raise ValueError(path)
        values["seq"] = int(values["seq"])
        values["signed"] = base64.b64decode(values["signature"], validate=True)
    except (OSError, ValueError, IndexError) as error:
        raise Unreadable(f"{path} is not a receipt") from error
    return values


def verify_receipt(receipt: Row, by_place: Mapping[tuple[str, int], Row],
                   public_keys: Mapping[str, bytes]) -> str | None:
    """The complaint about one receipt, None when it holds."""
    lines = [RECEIPT, *(f"{name}: {receipt[name]}" for name in RECEIPT_NAMES[:-1]), ""]
    public = public_keys.get(receipt["key"])
    if public is None:
        return f"the receipt is signed with an unknown key: {receipt['key']}"
    if not signature_holds(public, "\n".join(lines).encode(), receipt["signed"]):
        return "the signature of the receipt does not hold"
    row = by_place.get((receipt["instance"], receipt["seq"]))
    if row is None:
        return "the record that the receipt proves is gone"
    if f"sha256:{record_hash(row).hex()}" != receipt["hash"]:
        return "the record is not the one that the receipt proves"
    return None


# ------------------------------------------------------------ the command

def read_bundle(path: str) -> tuple[Row, list[Row]]:
    try:
        lines = [json.loads(line) for line in Path(path).read_text("utf-8").splitlines() if line.strip()]
        first, rows = lines[0], lines[1:]
        if first["bundle"] != "anliu-trace" or first["format"] != 1:
            raise ValueError(first)
        for row in rows:
            record_hash(row), row["hash"], row["mac"], row["key_id"], row["algorithm"], row["salt"], row["body"]
            row["header"]["instance"], row["header"]["seq"], row["header"]["recorded_at"]
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise Unreadable(f"{path} is not a trace bundle of format 1") from error
    return first, rows


def find_public_keys(first: Row, given: str | None) -> dict[str, bytes]:
    encoded = [given] if given else first["keys"].values()
    try:
        keys = [base64.b64decode(text, validate=True) for text in encoded]
    except ValueError as error:
        raise Unreadable("the public key is not base64") from error
    return {"ed25519:" + hashlib.sha256(key).hexdigest()[:16]: key for key in keys}


def verify(arguments: argparse.Namespace) -> int:
    """Print every finding and a summary; the exit status."""
    first, rows = read_bundle(arguments.bundle)
    mac_keys = MacKeys(arguments.sealed) if arguments.sealed else None
    findings = list(verify_chains(rows, first["heads"], mac_keys))
    by_place = {(row["header"]["instance"], row["header"]["seq"]): row for row in rows}
    public_keys = find_public_keys(first, arguments.public_key)
    receipts = list(map(read_receipt, sorted(Path(arguments.receipts).iterdir()))) if arguments.receipts else []
    for receipt in receipts:
        complaint = verify_receipt(receipt, by_place, public_keys)
        if complaint:
            findings.append((receipt["instance"], receipt["seq"], complaint))
    for instance, seq, sentence in findings:
        sys.stdout.write(f"FINDING {instance} record {seq}: {sentence}\n")
    erased = sum(row["salt"] is None and row["body"] is None for row in rows)
    sys.stdout.write(f"{first['origin']}: {len(rows)} records in {len(first['heads'])} instances, {erased} erased, "
                     f"{len(receipts)} receipts, MACs {'checked' if mac_keys else 'not checked (no --sealed)'}: "
                     f"{len(findings)} findings\n")
    return 1 if findings else 0


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bundle", help="exported trace, JSON lines")
    parser.add_argument("--receipts", help="folder of receipts, one per file")
    parser.add_argument("--sealed", help="the auditor's sealed first key")
    parser.add_argument("--public-key", help="the receipt key you trust, base64")
    try:
        return verify(parser.parse_args(words))
    except Unreadable as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
