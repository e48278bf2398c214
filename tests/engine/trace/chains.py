"""A small sealed trace for the tests of this room: two instances, one key ring, one receipt per record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from engine.trace.chain import GENESIS, record_hash, seal
from engine.trace.keys import KeyRing, SealedKey
from engine.trace.receipts import Receipt, sign_receipt
from engine.trace.verify import ChainRow, Finding, check_receipts, verify_chain

FIRST_DAY = date(2026, 11, 18)


@dataclass
class Trace:
    """Streams of rows and their heads, as a database holds them; receipts as people hold them."""

    streams: dict[str, list[ChainRow]]
    heads: dict[str, bytes]
    ring: KeyRing
    sealed: SealedKey
    receipts: list[Receipt] = field(default_factory=list)

    def findings(self) -> set[tuple[str, int, str]]:
        """What the database alone shows, with the auditor's sealed key."""
        found: list[Finding] = []
        for instance, head in self.heads.items():
            found += verify_chain(self.streams.get(instance, []), head=head, find_key=self.sealed.find_key,
                                  instance=instance)
        return {(finding.instance, finding.seq, finding.kind) for finding in found}

    def kinds(self) -> set[str]:
        return {kind for _, _, kind in self.findings()}

    def receipt_kinds(self) -> set[str]:
        """What people's receipts show."""
        keys = {self.ring.signing_key_id: self.ring.public_key}
        return {finding.kind for finding in check_receipts(self.receipts, self.find_row, keys)}

    def find_row(self, instance: str, seq: int) -> ChainRow | None:
        return next((row for row in self.streams.get(instance, []) if row.seq == seq), None)


def header_of(instance: str, seq: int, day: date, actor: str = "p1") -> dict[str, object]:
    return {"instance": instance, "seq": seq, "type": "TaskCompleted", "actor": actor, "clauses": ["ZZUT-A9-5.1c"],
            "definition": "d" * 64, "recorded_at": f"{day.isoformat()}T08:{seq:02}:00.000000Z"}


def sealed_trace(length: int = 6) -> Trace:
    """Two instances recorded over several days."""
    ring = KeyRing.in_memory(FIRST_DAY, b"tests")
    trace = Trace({}, {}, ring, SealedKey(ring.current))
    trace.streams = {"INC-1": [], "INC-2": []}
    trace.heads = {"INC-1": GENESIS, "INC-2": GENESIS}
    for number in range(length):
        for instance in trace.streams:
            append(trace, instance, FIRST_DAY + timedelta(days=number // 2), f'{{"answer":"{number}"}}'.encode())
    return trace


def append(trace: Trace, instance: str, day: date, body: bytes) -> None:
    """Record as the product does: sealed, and the actor gets a receipt."""
    seq = len(trace.streams[instance]) + 1
    header = header_of(instance, seq, day)
    sealed = seal(header, trace.heads[instance], body, trace.ring)
    trace.streams[instance].append(ChainRow(header, sealed.prev, sealed.commitment, sealed.hash, sealed.mac,
                                            sealed.key_id, sealed.algorithm, sealed.salt, body))
    trace.heads[instance] = sealed.hash
    trace.receipts.append(sign_receipt(
        trace.ring, origin="anliu.example.edu.cn", instance=instance, seq=seq, hash=sealed.hash,
        recorded_at=datetime.fromisoformat(str(header["recorded_at"]))))


def rechain(trace: Trace, instance: str) -> None:
    """What an attacker who knows the algorithm but no key does: numbers, hashes and head made to fit again."""
    prev = GENESIS
    rows: list[ChainRow] = []
    for seq, row in enumerate(trace.streams[instance], start=1):
        header: Mapping[str, object] = {**row.header, "seq": seq}
        digest = record_hash(header, prev, row.commitment)
        rows.append(ChainRow(header, prev, row.commitment, digest, row.mac, row.key_id, row.algorithm, row.salt,
                             row.body))
        prev = digest
    trace.streams[instance] = rows
    trace.heads[instance] = prev
