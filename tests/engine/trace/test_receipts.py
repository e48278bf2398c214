"""Receipts as people keep them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from engine.clock import CHINA
from engine.trace.keys import KeyRing
from engine.trace.receipts import Receipt, ReceiptInvalid, parse_receipt, sign_receipt, verify_receipt

RING = KeyRing.in_memory(date(2026, 11, 20), b"receipts")
KEYS = {RING.signing_key_id: RING.public_key}


def issued() -> Receipt:
    return signed("anliu.example.edu.cn", "INC-1")


def signed(origin: str, instance: str) -> Receipt:
    return sign_receipt(RING, origin=origin, instance=instance, seq=3, hash=bytes(range(32)),
                        recorded_at=datetime(2026, 11, 20, 16, 0, tzinfo=CHINA))


def test_a_receipt_survives_being_printed_and_read_again() -> None:
    assert parse_receipt(issued().text) == issued()
    assert parse_receipt("\ufeff" + issued().text.replace("\n", "\r\n") + "\n\n") == issued()
    assert verify_receipt(parse_receipt(issued().text), KEYS)


@pytest.mark.parametrize("change", [{"seq": 4}, {"instance": "INC-2"}, {"origin": "other.example"},
                                    {"hash": "sha256:" + "0" * 64}, {"recorded_at": "2026-11-19T08:00:00.000000Z"},
                                    {"signature": bytes(64)}, {"signature": b""}, {"key_id": "ed25519:0"}])
def test_a_receipt_with_anything_changed_does_not_verify(change: dict[str, object]) -> None:
    assert not verify_receipt(replace(issued(), **change), KEYS)  # type: ignore[arg-type]


def test_a_receipt_of_another_installation_does_not_verify() -> None:
    other = KeyRing.in_memory(date(2026, 11, 20), b"other")
    assert not verify_receipt(issued(), {RING.signing_key_id: other.public_key})


@pytest.mark.parametrize("text", ["", "hello", issued().text.replace("seq: 3", "seq: x"), issued().text[:200],
                                  issued().text.replace("signature: ", "signature: !"),
                                  issued().text.replace("sha256:", "md5:"), issued().text.replace("回执", "收据", 1)])
def test_what_is_no_receipt_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ReceiptInvalid):
        parse_receipt(text)


@pytest.mark.parametrize(("origin", "instance"), [("a\nseq: 9", "A"), ("a", "A\nseq: 9"), ("", "A"), ("a", "")])
def test_an_origin_or_instance_that_could_pass_for_another_line_is_refused(origin: str, instance: str) -> None:
    with pytest.raises(ValueError, match="single words"):
        signed(origin, instance)


def test_the_number_of_a_receipt_is_short() -> None:
    assert issued().number == "INC-1-3-000102030405"
