"""Every BPMN file we ship or write opens in bpmn-js without a warning: exports, drawings in normal form, every construct."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from engine.bpmn.constructs import examples
from engine.bpmn.portable import portable
from engine.bpmn.writer import write_bpmn
from tests.engine.bpmn.reading.drawings import RUNNING, examined, text_of
from tests.engine.definition.random_definitions import Chance

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "node_modules" / "bpmn-js" / "dist" / "bpmn-viewer.development.js"
IMPORT = """async (xml) => {
  const viewer = new BpmnJS({container: "#canvas"});
  try { return (await viewer.importXML(xml)).warnings.map((warning) => String(warning.message)); }
  catch (error) { return [String(error), ...(error.warnings ?? []).map((warning) => String(warning.message))]; }
  finally { viewer.destroy(); }
}"""


def shipped() -> Mapping[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "processes").glob("*.bpmn"))}


def drawings() -> Mapping[str, str]:
    return {which: examined(text_of(which), which).bpmn.decode() for which in (*RUNNING, "bpmnio_draft")}


def constructs() -> Mapping[str, str]:
    return {example.construct: write_bpmn(example.definition).decode() for example in examples()}


def by_chance() -> Mapping[str, str]:
    return {f"seed {seed}": portable(write_bpmn(Chance(seed).definition())).decode() for seed in range(10)}


@pytest.fixture
def viewer(chromium: Browser) -> Page:
    if not SCRIPT.is_file():
        pytest.skip("bpmn-js is fetched by the set-up")
    page = chromium.new_page()
    page.set_content('<div id="canvas" style="height: 600px"></div>')
    page.add_script_tag(path=SCRIPT)
    return page


@pytest.mark.parametrize("files", [shipped, drawings, constructs, by_chance], ids=lambda files: files.__name__)
def test_bpmn_js_opens_it_without_a_warning(viewer: Page, files: object) -> None:
    assert callable(files)
    written: Mapping[str, str] = files()
    assert written
    assert {name: said for name, xml in written.items() if (said := viewer.evaluate(IMPORT, xml))} == {}
    viewer.close()
