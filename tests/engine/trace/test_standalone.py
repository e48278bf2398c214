"""The stand-alone verifier, run as an auditor runs it: its own process, without our packages."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.trace.export import VERIFIER, export_lines
from engine.trace.keys import KeyRing, SealedKey, sealed_path
from tests.engine.trace.chains import Trace, append, rechain, sealed_trace


def run(trace: Trace, folder: Path, *, sealed: Path | None = None, public_key: bytes | None = None) -> tuple[int, str]:
    bundle, receipts = folder / "bundle.jsonl", folder / "receipts"
    rows = [row for stream in trace.streams.values() for row in stream]
    lines = export_lines(rows, trace.heads, origin="anliu.example.edu.cn", public_key=trace.ring.public_key)
    bundle.write_text("\n".join(lines), "utf-8")
    receipts.mkdir()
    for receipt in trace.receipts:
        (receipts / f"{receipt.number}.txt").write_text(receipt.text, "utf-8")
    words = [str(bundle), "--receipts", str(receipts)]
    words += ["--sealed", str(sealed)] if sealed else []
    words += ["--public-key", base64.b64encode(public_key).decode()] if public_key else []
    return verify(*words)


def verify(*words: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-I", "-S", "-X", "utf8", str(VERIFIER), *words], capture_output=True,
                          text=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def ring_file(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    folder.mkdir()
    return folder / "ring.json"


def kept_trace(ring_file: Path) -> Trace:
    trace = sealed_trace(0)
    trace.ring = KeyRing.create(ring_file, date(2026, 11, 18))
    trace.sealed = SealedKey.load(sealed_path(ring_file))
    for day in (18, 18, 20, 25):
        append(trace, "INC-1", date(2026, 11, day), '{"答":"是"}'.encode())
    return trace


def test_an_honest_bundle_verifies_with_keys_and_receipts(tmp_path: Path, ring_file: Path) -> None:
    trace = kept_trace(ring_file)
    trace.streams["INC-1"][1] = replace(trace.streams["INC-1"][1], salt=None, body=None)
    status, said = run(trace, tmp_path, sealed=sealed_path(ring_file), public_key=trace.ring.public_key)
    assert (status, said) == (0, "anliu.example.edu.cn: 4 records in 2 instances, 1 erased, 4 receipts, "
                                 "MACs checked: 0 findings\n")


def test_a_rechained_edit_is_found_by_macs_and_receipts(tmp_path: Path, ring_file: Path) -> None:
    trace = kept_trace(ring_file)
    row = trace.streams["INC-1"][2]
    trace.streams["INC-1"][2] = replace(row, header={**row.header, "actor": "p9"})
    rechain(trace, "INC-1")
    status, said = run(trace, tmp_path, sealed=sealed_path(ring_file))
    assert status == 1
    assert "INC-1 record 3: the MAC was not made with the key" in said
    assert "INC-1 record 3: the record is not the one that the receipt proves" in said


def test_a_cut_end_is_found_by_receipts(tmp_path: Path) -> None:
    trace = sealed_trace()
    trace.streams["INC-1"].pop()
    rechain(trace, "INC-1")
    status, said = run(trace, tmp_path)
    assert status == 1
    assert "FINDING INC-1 record 6: the record that the receipt proves is gone" in said
    assert said.count("FINDING") == 1


def test_an_edited_payload_is_found_without_any_key(tmp_path: Path) -> None:
    trace = sealed_trace()
    trace.receipts = []
    trace.streams["INC-2"][0] = replace(trace.streams["INC-2"][0], body=b"{}")
    status, said = run(trace, tmp_path)
    assert status == 1
    assert "FINDING INC-2 record 1: the payload is not the one committed to" in said


def test_a_wiped_trace_and_a_foreign_signing_key_are_found(tmp_path: Path) -> None:
    trace = sealed_trace(2)
    trace.streams, trace.heads = {}, {}
    status, said = run(trace, tmp_path)
    assert status == 1
    assert said.count("is gone") == 4
    other = KeyRing.in_memory(date(2026, 1, 1)).public_key
    status, said = verify(str(tmp_path / "bundle.jsonl"), "--receipts", str(tmp_path / "receipts"),
                          "--public-key", base64.b64encode(other).decode())
    assert said.count("unknown key") == 4


def test_a_receipt_with_a_forged_signature_is_found(tmp_path: Path) -> None:
    trace = sealed_trace(1)
    forged = bytearray(trace.receipts[0].signature)
    forged[0] ^= 1
    trace.receipts[0] = replace(trace.receipts[0], signature=bytes(forged))
    _, said = run(trace, tmp_path)
    assert said.count("the signature of the receipt does not hold") == 1


@pytest.mark.parametrize("content", ["", "{}", "[]", "x", '{"bundle":"anliu-trace","format":2}',
                                     '{"bundle":"anliu-trace","format":1,"heads":{},"keys":{}}\n{"header":3}'])
def test_a_file_that_is_no_bundle_is_refused_with_a_sentence(tmp_path: Path, content: str) -> None:
    bundle = tmp_path / "bundle.jsonl"
    bundle.write_text(content)
    assert verify(str(bundle)) == (2, f"{bundle} is not a trace bundle of format 1\n")


def test_the_verifier_is_one_short_file_that_imports_nothing_of_ours() -> None:
    text = VERIFIER.read_text("utf-8")
    assert text.count("\n") <= 300
    assert "import engine" not in text
    assert "from engine" not in text


def test_a_bundle_is_json_lines_that_anybody_can_read() -> None:
    trace = sealed_trace(1)
    first, row, _ = export_lines([row for stream in trace.streams.values() for row in stream], trace.heads,
                                 origin="o", public_key=trace.ring.public_key)
    assert json.loads(first)["bundle"] == "anliu-trace"
    assert json.loads(json.loads(row)["body"]) == {"answer": "0"}
