"""Is a trace still what was recorded? Walks chains, MACs and receipts, and names everything that is not right.

Pure: rows come from the store's query, keys from the auditor. What the database alone cannot show — the end of
a chain, or a whole instance, gone together with its head — only receipts (and later, checkpoints) show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from engine.trace.chain import ALGORITHM, GENESIS, payload_commitment, record_hash, record_mac
from engine.trace.receipts import Receipt, verify_receipt

Kind = Literal["gap", "foreign", "prev", "hash", "commitment", "algorithm", "key", "key day", "mac", "head",
               "receipt signature", "receipt record missing", "receipt record differs"]

FindKey = Callable[[str], bytes | None]
"""The MAC key of a key id, None when unknown: `SealedKey.find_key`."""

_SENTENCES: dict[Kind, tuple[str, str]] = {
    "gap": ("序号不连续，有记录缺失或顺序被调换", "the numbers do not follow: a record is missing or moved"),
    "foreign": ("记录属于另一事项", "the record belongs to another instance"),
    "prev": ("与前一条记录不衔接", "does not follow from the record before it"),
    "hash": ("记录内容与其哈希不符", "what is recorded does not match its hash"),
    "commitment": ("正文与承诺值不符", "the payload is not the one committed to"),
    "algorithm": ("使用了未知的算法", "names an unknown algorithm"),
    "key": ("使用了未知的密钥", "names an unknown key"),
    "key day": ("密钥日期与记录日期不符", "the key is not that of the day it was recorded"),
    "mac": ("校验码不是由密钥生成", "the MAC was not made with the key"),
    "head": ("链尾与登记的链头不符，末尾可能被删改", "the chain does not end at the head on file: its end was changed"),
    "receipt signature": ("回执的签名不成立", "the signature of the receipt does not hold"),
    "receipt record missing": ("回执所证明的记录已不存在", "the record that the receipt proves is gone"),
    "receipt record differs": ("记录与回执所证明的不一致", "the record is not the one that the receipt proves"),
}


@dataclass(frozen=True, slots=True)
class ChainRow:
    """A record as stored. Erased payloads have neither salt nor body and still verify (已按期清除)."""

    header: Mapping[str, object]
    prev: bytes
    commitment: bytes
    hash: bytes
    mac: bytes
    key_id: str
    algorithm: str = ALGORITHM
    salt: bytes | None = None
    body: bytes | None = None

    @property
    def instance(self) -> str:
        return str(self.header.get("instance"))

    @property
    def seq(self) -> int:
        number = self.header.get("seq")
        return number if isinstance(number, int) else 0

    @property
    def is_erased(self) -> bool:
        return self.salt is None and self.body is None


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is not right, and where."""

    instance: str
    seq: int
    kind: Kind

    @property
    def zh(self) -> str:
        return f"{self.instance} 第 {self.seq} 条：{_SENTENCES[self.kind][0]}"

    @property
    def en(self) -> str:
        return f"{self.instance} record {self.seq}: {_SENTENCES[self.kind][1]}"


def verify_chain(rows: Iterable[ChainRow], *, head: bytes | None = None, find_key: FindKey | None = None,
                 instance: str | None = None) -> tuple[Finding, ...]:
    """Everything wrong with one instance's chain, rows in stored order. Without `find_key` no MAC is checked.

    `head` is the stream's own idea of its last hash, `instance` the id that every row must carry.
    """
    ordered = tuple(rows)
    name = instance if instance is not None else (ordered[0].instance if ordered else "")
    found: list[Finding] = []
    prev = GENESIS
    for expected, row in enumerate(ordered, start=1):
        kinds = (*_place_kinds(row, expected, prev, name), *_content_kinds(row), *_mac_kinds(row, find_key))
        found.extend(Finding(name, expected, kind) for kind in kinds)
        prev = row.hash
    if head is not None and head != prev:
        found.append(Finding(name, len(ordered), "head"))
    return tuple(found)


def check_receipts(receipts: Iterable[Receipt], find_row: Callable[[str, int], ChainRow | None],
                   public_keys: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """What people's receipts say against the trace."""
    found: list[Finding] = []
    for receipt in receipts:
        kind = _receipt_kind(receipt, find_row(receipt.instance, receipt.seq), public_keys)
        if kind is not None:
            found.append(Finding(receipt.instance, receipt.seq, kind))
    return tuple(found)


def _place_kinds(row: ChainRow, expected: int, prev: bytes, instance: str) -> Iterator[Kind]:
    if row.seq != expected:
        yield "gap"
    if row.instance != instance:
        yield "foreign"
    if row.prev != prev:
        yield "prev"


def _content_kinds(row: ChainRow) -> Iterator[Kind]:
    if row.algorithm != ALGORITHM:
        yield "algorithm"
        return
    if record_hash(row.header, row.prev, row.commitment) != row.hash:
        yield "hash"
    if not row.is_erased and not _commitment_holds(row):
        yield "commitment"


def _commitment_holds(row: ChainRow) -> bool:
    if row.salt is None or row.body is None or len(row.salt) != 16:
        return False
    return payload_commitment(row.body, row.salt) == row.commitment


def _mac_kinds(row: ChainRow, find_key: FindKey | None) -> Iterator[Kind]:
    # A key is only good for its own day: one stolen today must not sign for yesterday.
    if row.key_id.partition("/")[2] != str(row.header.get("recorded_at"))[:10]:
        yield "key day"
    if find_key is None:
        return
    key = find_key(row.key_id)
    if key is None:
        yield "key"
    elif record_mac(key, record_hash(row.header, row.prev, row.commitment)) != row.mac:
        yield "mac"


def _receipt_kind(receipt: Receipt, row: ChainRow | None, public_keys: Mapping[str, bytes]) -> Kind | None:
    if not verify_receipt(receipt, public_keys):
        return "receipt signature"
    if row is None:
        return "receipt record missing"
    actual = record_hash(row.header, row.prev, row.commitment)
    return None if receipt.hash == f"sha256:{actual.hex()}" else "receipt record differs"
