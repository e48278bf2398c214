"""An attacker who owns the database and knows the algorithm, but has no keys: what is caught, and by what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from engine.trace.chain import GENESIS, payload_commitment, record_hash, record_mac
from engine.trace.verify import ChainRow
from tests.engine.trace.chains import FIRST_DAY, Trace, append, header_of, rechain, sealed_trace

FORGED = b'{"answer":"approved"}'


def rows(trace: Trace) -> list[ChainRow]:
    return trace.streams["INC-1"]


def forged(row: ChainRow) -> ChainRow:
    """The row with another payload and a fitting commitment."""
    salt = bytes(16)
    return replace(row, body=FORGED, salt=salt, commitment=payload_commitment(FORGED, salt))


def test_an_untouched_trace_has_no_findings() -> None:
    trace = sealed_trace()
    assert trace.findings() == set()
    assert trace.receipt_kinds() == set()


def test_an_edited_payload_does_not_match_its_commitment() -> None:
    trace = sealed_trace()
    rows(trace)[2] = replace(rows(trace)[2], body=FORGED)
    assert trace.findings() == {("INC-1", 3, "commitment")}


def test_an_edited_header_is_caught_by_its_hash_and_mac_and_the_receipt() -> None:
    trace = sealed_trace()
    row = rows(trace)[2]
    rows(trace)[2] = replace(row, header={**row.header, "actor": "p9"})
    assert trace.findings() == {("INC-1", 3, "hash"), ("INC-1", 3, "mac")}
    assert trace.receipt_kinds() == {"receipt record differs"}


def test_an_edit_with_all_hashes_made_to_fit_is_caught_by_the_macs_and_receipts() -> None:
    trace = sealed_trace()
    rows(trace)[2] = forged(rows(trace)[2])
    rechain(trace, "INC-1")
    assert trace.findings() == {("INC-1", seq, "mac") for seq in (3, 4, 5, 6)}
    assert trace.receipt_kinds() == {"receipt record differs"}


def test_a_record_deleted_in_the_middle_leaves_a_gap_and_a_broken_link() -> None:
    trace = sealed_trace()
    del rows(trace)[2]
    assert {("INC-1", 3, "gap"), ("INC-1", 3, "prev")} <= trace.findings()
    assert trace.receipt_kinds() == {"receipt record missing"}


def test_a_deletion_with_all_hashes_made_to_fit_is_caught_by_the_macs_and_receipts() -> None:
    trace = sealed_trace()
    del rows(trace)[2]
    rechain(trace, "INC-1")
    assert trace.kinds() == {"mac"}
    assert trace.receipt_kinds() == {"receipt record differs", "receipt record missing"}


def test_two_swapped_records_are_caught() -> None:
    trace = sealed_trace()
    rows(trace)[1], rows(trace)[2] = rows(trace)[2], rows(trace)[1]
    assert {("INC-1", 2, "gap"), ("INC-1", 2, "prev"), ("INC-1", 3, "gap")} <= trace.findings()


def test_two_records_swapped_and_renumbered_are_caught_by_the_macs_and_receipts() -> None:
    trace = sealed_trace()
    rows(trace)[2], rows(trace)[3] = rows(trace)[3], rows(trace)[2]
    rechain(trace, "INC-1")
    assert "mac" in trace.kinds()
    assert trace.receipt_kinds() == {"receipt record differs"}


def test_a_flipped_bit_of_a_salt_is_caught() -> None:
    trace = sealed_trace()
    row = rows(trace)[0]
    assert row.salt is not None
    rows(trace)[0] = replace(row, salt=bytes([row.salt[0] ^ 1]) + row.salt[1:])
    assert trace.findings() == {("INC-1", 1, "commitment")}


def test_a_flipped_bit_of_a_mac_is_caught() -> None:
    trace = sealed_trace()
    rows(trace)[0] = replace(rows(trace)[0], mac=bytes(32))
    assert trace.findings() == {("INC-1", 1, "mac")}


def test_a_record_forged_at_the_end_is_caught_by_its_mac() -> None:
    trace = sealed_trace()
    rows(trace).append(forged(replace(rows(trace)[-1], header=header_of("INC-1", 7, FIRST_DAY + timedelta(days=2)))))
    rechain(trace, "INC-1")
    assert trace.findings() == {("INC-1", 7, "mac")}


def test_a_record_forged_under_an_invented_key_is_caught() -> None:
    trace = sealed_trace()
    rows(trace)[5] = replace(rows(trace)[5], key_id="00000000/2026-11-20")
    assert trace.findings() == {("INC-1", 6, "key")}


def test_a_record_of_another_instance_does_not_pass_for_one_of_this() -> None:
    trace = sealed_trace()
    rows(trace)[2] = trace.streams["INC-2"][2]
    assert {("INC-1", 3, "foreign"), ("INC-1", 3, "prev"), ("INC-1", 4, "prev")} == trace.findings()


def test_a_cut_end_is_caught_by_the_head() -> None:
    trace = sealed_trace()
    del rows(trace)[-2:]
    assert trace.findings() == {("INC-1", 4, "head")}


def test_a_cut_end_with_the_head_moved_back_is_caught_by_receipts_only() -> None:
    trace = sealed_trace()
    del rows(trace)[-2:]
    rechain(trace, "INC-1")
    assert trace.findings() == set()
    assert trace.receipt_kinds() == {"receipt record missing"}


def test_a_whole_instance_gone_with_its_head_is_caught_by_receipts_only() -> None:
    trace = sealed_trace()
    del trace.streams["INC-1"], trace.heads["INC-1"]
    assert trace.findings() == set()
    assert trace.receipt_kinds() == {"receipt record missing"}


def test_a_wiped_trace_is_caught_by_receipts() -> None:
    trace = sealed_trace()
    trace.streams, trace.heads = {}, {}
    assert trace.receipt_kinds() == {"receipt record missing"}


def test_todays_stolen_key_cannot_forge_yesterday() -> None:
    trace = sealed_trace()
    stolen = trace.ring.current
    assert stolen.day == FIRST_DAY + timedelta(days=2)
    rows(trace)[0] = forged(rows(trace)[0])
    prev = GENESIS
    for place, row in enumerate(rows(trace)):
        digest = record_hash(row.header, prev, row.commitment)
        rows(trace)[place] = replace(row, prev=prev, hash=digest, mac=record_mac(stolen.key, digest), key_id=stolen.id)
        prev = digest
    trace.heads["INC-1"] = prev
    assert trace.findings() == {("INC-1", seq, "key day") for seq in (1, 2, 3, 4)}


def test_todays_key_named_as_yesterdays_fails_as_a_mac() -> None:
    trace = sealed_trace()
    stolen = trace.ring.current
    row = forged(rows(trace)[0])
    digest = record_hash(row.header, GENESIS, row.commitment)
    rows(trace)[0] = replace(row, hash=digest, mac=record_mac(stolen.key, digest))
    assert {("INC-1", 1, "mac"), ("INC-1", 2, "prev")} == trace.findings()


def test_an_unknown_algorithm_is_named_instead_of_trusted() -> None:
    trace = sealed_trace()
    rows(trace)[3] = replace(rows(trace)[3], algorithm="none")
    assert ("INC-1", 4, "algorithm") in trace.findings()


def test_an_erased_payload_is_a_tombstone_and_everything_still_verifies() -> None:
    trace = sealed_trace()
    rows(trace)[2] = replace(rows(trace)[2], salt=None, body=None)
    assert rows(trace)[2].is_erased
    assert trace.findings() == set()
    assert trace.receipt_kinds() == set()


def test_a_payload_put_back_after_erasing_must_be_the_old_one() -> None:
    trace = sealed_trace()
    rows(trace)[2] = replace(rows(trace)[2], salt=bytes(16), body=FORGED)
    assert trace.findings() == {("INC-1", 3, "commitment")}


def test_half_an_erased_payload_is_a_finding() -> None:
    trace = sealed_trace()
    rows(trace)[2] = replace(rows(trace)[2], salt=None)
    assert trace.findings() == {("INC-1", 3, "commitment")}


def test_a_clock_that_went_back_is_flagged_by_the_key() -> None:
    trace = sealed_trace()
    append(trace, "INC-1", FIRST_DAY, b"{}")
    assert trace.findings() == {("INC-1", 7, "key day")}
