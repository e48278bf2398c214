"""The bundled scripts under our own Content-Security-Policy: nothing inline is asked for, and both do their work."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page

from web.protection import HEADERS

pytestmark = pytest.mark.browser

DIST = Path(__file__).parents[2] / "web" / "static" / "dist"
PICTURE = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E"
PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="csrf-token" content="token">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/app.css"><script src="/app.js" defer></script>
<script src="/diagram.js" defer></script><script src="/editor.js" defer></script></head><body>
<div data-bpmn-url="/case.bpmn" data-lit="check" data-done="start,flow">图</div>
<form method="post"><input type="hidden" name="definition-file" value="a.yaml">
<label for="text">a.yaml</label>
<textarea id="text" name="definition-text" data-yaml-editor data-check-url="/check" data-schema-url="/schema.json">
anliu: 1
whoo: 2
</textarea></form><div id="problems"></div><div id="diagram"></div></body></html>"""
BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="a"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI"><process id="p">
<startEvent id="start"><outgoing>flow</outgoing></startEvent>
<sequenceFlow id="flow" sourceRef="start" targetRef="check"/>
<userTask id="check" name="安全检查"><incoming>flow</incoming></userTask></process>
<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="plane" bpmnElement="p">
<bpmndi:BPMNShape id="s1" bpmnElement="start"><dc:Bounds x="100" y="100" width="36" height="36"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="s2" bpmnElement="check"><dc:Bounds x="200" y="78" width="100" height="80"/></bpmndi:BPMNShape>
<bpmndi:BPMNEdge id="e1" bpmnElement="flow"><di:waypoint x="136" y="118"/><di:waypoint x="200" y="118"/>
</bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"""
SCHEMA = {"type": "object", "properties": {"anliu": {"type": "integer"}, "title": {"type": "string"}}}
PROBLEM = {"file": "a.yaml", "line": 2, "column": 1, "severity": "error", "message": "没有 whoo 这个词", "hint": "是 who 吗？"}


class Site(BaseHTTPRequestHandler):
    """Serves the bundle as our pages are served, and answers the editor's question."""

    def do_GET(self) -> None:
        answers = {"/": (PAGE, "text/html"), "/case.bpmn": (BPMN, "application/xml"),
                   "/schema.json": (json.dumps(SCHEMA), "application/json")}
        if self.path in answers:
            self._answer(*answers[self.path])
        else:
            self._answer((DIST / self.path[1:]).read_text(),
                         "text/css" if self.path.endswith("css") else "text/javascript")

    def do_POST(self) -> None:
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        is_wrong = "whoo" in asked["definition-text"][0]
        assert self.headers["X-CSRF-Token"] == "token"
        self._answer(json.dumps({"problems": [PROBLEM] if is_wrong else [], "diagram": "" if is_wrong else PICTURE}),
                     "application/json")

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def _answer(self, text: str, media_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Security-Policy", HEADERS["Content-Security-Policy"])
        self.end_headers()
        self.wfile.write(text.encode())


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def page(address: str, chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    yield page
    page.close()
    assert complaints == []


def test_a_diagram_marks_where_the_case_stands_and_keeps_its_watermark(page: Page) -> None:
    page.wait_for_selector("[data-element-id=check].lit")
    assert page.locator("[data-element-id=start].done, [data-element-id=flow].done").count() == 2
    assert page.locator(".bjs-powered-by").is_visible()


def test_the_editor_shows_problems_at_their_place_and_the_diagram_once_they_are_mended(page: Page) -> None:
    page.wait_for_selector(".cm-lintRange-error")
    assert page.inner_text("#problems").split() == ["a.yaml:2:1", "没有", "whoo", "这个词", "是", "who", "吗？"]

    page.click("#problems button")
    page.keyboard.press("Shift+End")
    page.keyboard.press("Delete")
    page.wait_for_selector("#diagram img")

    assert page.inner_text("#problems") == "没有问题，可以发布。"
    assert page.input_value("#text") == "anliu: 1\n\n"


def test_the_editor_completes_words_of_the_language(page: Page) -> None:
    page.wait_for_selector(".cm-lintRange-error")
    page.click(".cm-content")
    page.keyboard.press("Control+End")
    page.keyboard.type("tit")
    page.wait_for_selector(".cm-tooltip-autocomplete")
    assert page.inner_text(".cm-tooltip-autocomplete").startswith("title")
