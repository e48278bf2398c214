"""Receipts (回执): one signed short text that proves a record existed, kept by the person, not by us.

A receipt whose record is missing or differs shows that the trace was altered, whoever altered it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engine.clock import in_utc
from engine.errors import EngineError

TITLE = "安流回执 / Anliu receipt 1"
_NAMES = ("origin", "instance", "seq", "hash", "recorded_at", "key")
_HASH = re.compile(r"sha256:[0-9a-f]{64}")


class ReceiptInvalid(EngineError):
    """The text is not a receipt."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en


class Signer(Protocol):
    """Signs receipts: the key ring."""

    @property
    def signing_key_id(self) -> str: ...

    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """Says: at `origin`, record `seq` of `instance` has this hash (`sha256:…`) and was recorded then (UTC)."""

    origin: str
    instance: str
    seq: int
    hash: str
    recorded_at: str
    key_id: str
    signature: bytes = b""

    @property
    def statement(self) -> bytes:
        """What is signed: the text of the receipt without its signature."""
        values = (self.origin, self.instance, str(self.seq), self.hash, self.recorded_at, self.key_id)
        lines = (f"{name}: {value}" for name, value in zip(_NAMES, values, strict=True))
        return "\n".join((TITLE, *lines, "")).encode()

    @property
    def text(self) -> str:
        """What a person downloads, prints or mails."""
        return self.statement.decode() + f"signature: {base64.b64encode(self.signature).decode()}\n"

    @property
    def number(self) -> str:
        """The short form for a page: which record, and the beginning of its hash."""
        return f"{self.instance}-{self.seq}-{self.hash.removeprefix('sha256:')[:12]}"


def sign_receipt(signer: Signer, *, origin: str, instance: str, seq: int, hash: bytes,
                 recorded_at: datetime) -> Receipt:
    """The signed receipt of a sealed record. Origin and instance are single words."""
    if any(not word or any(map(str.isspace, word)) for word in (origin, instance)):
        raise ValueError("origin and instance of a receipt are single words")
    receipt = Receipt(origin, instance, seq, f"sha256:{hash.hex()}",
                      in_utc(recorded_at).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), signer.signing_key_id)
    return replace(receipt, signature=signer.sign(receipt.statement))


def parse_receipt(text: str) -> Receipt:
    """The receipt of a text; blanks around lines and Windows line ends do no harm. Does not verify."""
    lines = [line.strip() for line in text.lstrip("\ufeff").strip().splitlines()]
    if not lines or lines[0] != TITLE:
        raise ReceiptInvalid("这不是一份回执", "This is not a receipt")
    values = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    if tuple(values) != (*_NAMES, "signature") or not _HASH.fullmatch(values["hash"]) \
            or not re.fullmatch(r"[1-9][0-9]{0,9}", values["seq"]):
        raise ReceiptInvalid("回执内容不完整", "The receipt is not complete")
    try:
        signature = base64.b64decode(values["signature"], validate=True)
    except ValueError as error:
        raise ReceiptInvalid("回执的签名已损坏", "The signature of the receipt is damaged") from error
    return Receipt(values["origin"], values["instance"], int(values["seq"]), values["hash"],
                   values["recorded_at"], values["key"], signature)


def verify_receipt(receipt: Receipt, public_keys: Mapping[str, bytes]) -> bool:
    """True when one of these keys (raw bytes by key id) signed exactly this receipt."""
    public = public_keys.get(receipt.key_id)
    if public is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(receipt.signature, receipt.statement)
    except InvalidSignature:
        return False
    return True
