"""Ids that leave the house in ASCII, and come back as they were."""

from __future__ import annotations

import pytest

from engine.bpmn.portable import portable, portable_id, spell_back
from engine.bpmn.reading.reader import read_bpmn
from engine.bpmn.writer import write_bpmn
from engine.bpmn.xml import ANLIU, parse_xml, serialize
from engine.definition.library import Library
from engine.definition.model import model_hash
from tests.engine.bpmn.building import definition, end, task
from tests.engine.bpmn.test_writer import filing
from tests.engine.definition.random_definitions import Chance


def test_a_file_in_ascii_is_not_touched() -> None:
    written = write_bpmn(definition(task("check"), end("done")))
    assert portable(written) is written


def test_chinese_ids_are_spelt_out_wherever_they_are_referred_to() -> None:
    spelt = portable(write_bpmn(filing()))
    root = parse_xml(spelt)
    assert all((each.get("id") or "").isascii() for each in root.iter("*"))
    ids = {each.get("id") for each in root.iter("*")}
    for each in root.iter("*"):
        for key in ("sourceRef", "targetRef", "attachedToRef", "bpmnElement", "default", "messageRef"):
            assert each.get(key) is None or each.get(key) in ids


@pytest.mark.parametrize("seed", range(8))
def test_ids_come_back_as_they_were(seed: int) -> None:
    made = Chance(seed).definition()
    written = write_bpmn(made)
    root = parse_xml(portable(written))
    spell_back(root)
    assert serialize(root) == serialize(parse_xml(written))
    reading = read_bpmn(portable(written).decode(), "x.bpmn", Library())
    assert reading.definition is not None and reading.definition.drawing is None
    assert model_hash(reading.definition) == model_hash(made)


def test_an_id_that_looks_spelt_already_is_not_mistaken() -> None:
    assert portable_id("步骤") == "_u6b65__u9aa4_"
    assert portable_id("a_u6b65_") == "a_u005f_u6b65_"
    root = parse_xml(portable(write_bpmn(definition(task("a_u6b65_"), task("审"), end("done")))))
    spell_back(root)
    assert {"a_u6b65_", "审"} <= {each.get("id") for each in root.iter("*")}


@pytest.mark.parametrize("spelt", ["_uffffff_", "_u0000_", "_ud800_", "_uffff_", "_u0020_", "_u003c_"])
def test_what_is_no_letter_of_an_id_is_not_spelt_back(spelt: str) -> None:
    root = parse_xml(write_bpmn(definition(task("check"), end("done"))).replace(b'"check"', f'"{spelt}"'.encode()))
    root.set(f"{{{ANLIU}}}ids", "ascii")
    spell_back(root)
    assert spelt in {each.get("id") for each in root.iter("*")}
