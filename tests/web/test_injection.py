"""What people, definitions and files are called appears as text on every page, and as nothing else."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

import pytest
from werkzeug.test import TestResponse

from engine.actors import SYSTEM
from engine.verbs import deployments, people
from tests.web.college import Browser, College, build_college, shipped
from tests.web.payloads import PAYLOADS, portion

TAGS = re.compile(
    "html|head|meta|title|link|script|body|a|header|svg|rect|path|span|nav|div|main|section|h1|h2|h3|h4|p|code|ul|ol|li|form|input|button|label|"
    "select|option|textarea|details|summary|strong|small|time|table|thead|tbody|tr|th|td|dl|dt|dd|footer|br|blockquote|fieldset|legend|"
    "aside|img|output|del|ins|picture|source")
ATTRIBUTES = re.compile(r"(?:aria|data|hx)-[a-z-]+|accept|action|alt|autocapitalize|autocomplete|autofocus|charset|checked|class|colspan|"
                        r"content|cx|d|datetime|defer|enctype|fill|focusable|for|formnovalidate|height|hidden|href|id|inputmode|lang|"
                        r"loading|maxlength|media|method|multiple|name|novalidate|open|opacity|placeholder|rel|required|role|rows|rx|scope|"
                        r"selected|spellcheck|src|srcset|step|stroke|stroke-linecap|stroke-width|tabindex|title|type|value|viewbox|width|wrap")
ADDRESSES = ("href", "src", "srcset", "action", "formaction")
OWN = re.compile(r"/(?!/)|#|data:,$|data:image/svg\+xml;base64,|\Z")
FIELDS = 14


class Page(HTMLParser):
    """The page as a browser reads it: complaints about its elements, and everything it says."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.complaints: list[str] = []
        self.links: list[str] = []
        self.said: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not TAGS.fullmatch(tag):
            self.complaints.append(f"<{tag}>")
        if tag == "script" and not (dict(attrs).get("src") or "").startswith("/static/"):
            self.complaints.append("inline script")
        for name, value in attrs:
            self.said.append(value or "")
            if not ATTRIBUTES.fullmatch(name):
                self.complaints.append(f"<{tag} {name}>")
            if name in ADDRESSES and not OWN.match(value or ""):
                self.complaints.append(f"{name}={value}")
            if name == "href" and (value or "").startswith("/"):
                self.links.append(value or "")

    @property
    def said_together(self) -> str:
        return " ".join(self.said)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def attack() -> Mapping[str, str]:
    """A definition and a form whose every string is a payload."""
    number = iter(range(10_000))

    def text() -> str:
        return portion(next(number))

    kinds = ["text", "textarea", "radio", "checkbox", "select"]
    fields = [{f"f{place}": {"label": text(), "type": kinds[place % 5] if place else "text", "help": text(), "example": text(),
                             "personal": text(), "basis": "XZTC-1.3c", "max_length": 2000,
                             **({"options": [{"value": text(), "label": text(), "text": place % 2 == 0}, "其他"]}
                                if place and kinds[place % 5] in ("radio", "checkbox", "select") else {})}}
              for place in range(FIELDS)]
    form = {"anliu": 1, "form": "attack", "title": text(), "note": text(), "sections": [
        {"title": text(), "fields": [*fields, {"note": {"label": text(), "type": "static", "basis": "XZTC-1.3c"}},
                                     {"file": {"label": text(), "type": "file", "basis": "XZTC-1.3c"}}]}]}
    definition = {
        "anliu": 1, "process": "attack", "title": text(), "profile": "xztc", "category": text(), "description": text(),
        "basis": ["XZTC-1.3c"], "subject": "=begin.f0",
        "starts": [{"id": "begin", "title": text(), "who": {"anyone": True}, "form": "attack", "note": text(),
                    "notify": {"to": {"person": "=begin.actor"}, "text": text()}}],
        "do": [{"look": {"task": text(), "who": {"person": "=begin.actor"}, "form": "attack",
                         "due": {"within": "1 hour", "basis": "XZTC-1.3c"},
                         "actions": [{"action": "approve", "label": text()}, {"action": "return", "to": "begin", "label": text()}],
                         "end": text()}}],
        "on": [{"request": "more", "title": text(), "note": text(), "who": {"anyone": True}, "form": "attack", "basis": "XZTC-1.3c",
                "repeat": True, "do": [{"seen": {"set": {"was_seen": "=1"}}}]}],
    }
    return {**shipped(), "processes/attack.yaml": json.dumps(definition, ensure_ascii=False, indent=1),
            "forms/attack.yaml": json.dumps(form, ensure_ascii=False, indent=1)}


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[College]:
    college = build_college(tmp_path_factory.mktemp("attacked"))
    with college.engine.begin(SYSTEM) as unit:
        for number in range(40):
            people.add_person(unit, login=f"p{number}", name=portion(number), unit_id="LIB")
        people.add_unit(unit, unit_id="ODD", name=portion(7))
        deployments.deploy(unit, main_file="processes/attack.yaml", files=attack())
    for start in (0, FIELDS, 2 * FIELDS):
        run_one(college, start)
    yield college
    college.engine.close()


def run_one(college: College, start: int) -> None:
    """One instance: every answer, the file's name and the return's comment are payloads; one step further it is drafted."""
    lin = college.browser("lin")
    answers = {f"f{place}": portion(start + place) for place in range(FIELDS) if place % 5 < 2 or not place}
    file = io.BytesIO(b"%PDF-1.4\n%%EOF\n"), portion(start, 1).replace("/", "") + ".pdf"
    done = lin.send("/starts/attack/begin", {**answers, "file": file})
    assert done.status_code == 303, re.findall(r'class="wrong"[^>]*>([^<]+)', done.get_data(as_text=True))
    task = re.search(r"/tasks/\w+", lin.get("/inbox").get_data(as_text=True))
    assert task is not None
    lin.send(task[0], {"save-draft": "yes", **answers})
    if start == 0:
        lin.send(task[0], {"form-action": "return", "form-comment": portion(start + 30), "form-marked": "f1"})


def crawl(browser: Browser, starts: list[str]) -> Iterator[tuple[str, TestResponse, Page]]:
    waiting, seen = list(starts), set(starts)
    while waiting:
        path = waiting.pop()
        answer = browser.get(path)
        if not answer.content_type.startswith("text/html"):
            continue
        page = Page(answer.get_data(as_text=True))
        yield path, answer, page
        for link in page.links:
            clean = link.split("#")[0]
            # The shipped definitions hold no payload, and drawing them again and again is slow.
            is_shipped = clean.startswith("/definitions/versions") and "attack" not in page.said_together
            if clean not in seen and not is_shipped and not clean.startswith("/static") and len(seen) < 200:
                seen.add(clean)
                waiting.append(clean)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_payload_is_shown_as_text_and_makes_no_element(attacked: College, language: str) -> None:
    said: list[str] = []
    visited = 0
    for login in ("lin", "pan", "shen", "yun", "lu"):
        browser = attacked.browser(login)
        browser.http.set_cookie("anliu-language", language)
        for path, answer, page in crawl(browser, ["/inbox", "/inbox?tab=done", "/inbox?tab=mine", "/starts", "/notices", "/password"]):
            assert answer.status_code in (200, 303, 404), path
            assert page.complaints == [], path
            said += page.said
            visited += 1
    everything = " ".join(" ".join(said).split())
    assert [payload for payload in PAYLOADS if " ".join(payload.split()) not in everything] == []
    assert len(set(PAYLOADS)) == 120
    assert visited > 60


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_an_address_or_a_form_says_is_never_markup(attacked: College, shared_browsers: Mapping[str, Browser], payload: str) -> None:
    lin, shen, stranger = (shared_browsers[name] for name in ("lin", "shen", "stranger"))
    answers = [
        shen.get("/audit", query_string={"text": payload, "process": payload, "status": payload, "since": payload}),
        shen.get("/audit/trace", query_string={"text": payload, "actor": payload, "type": payload}),
        lin.get("/inbox", query_string={"tab": payload, "said": payload, "language": payload}),
        stranger.get("/sign-in", query_string={"next": payload}), lin.get("/" + payload.replace("?", "").replace("#", "")),
        lin.send("/starts/incident/event", dict.fromkeys(("summary", "contact_tel", "discovered_at", "affected_unit"), payload)),
    ]
    for answer in answers:
        assert answer.status_code in (200, 400, 404, 422), (answer.request.path, answer.status_code)
        assert Page(answer.get_data(as_text=True)).complaints == []


def test_a_wrong_login_comes_back_as_text(attacked: College) -> None:
    answer = attacked.stranger().post("/sign-in", {"login": PAYLOADS[30], "password": "x"})
    page = Page(answer.get_data(as_text=True))
    assert (answer.status_code, page.complaints) == (403, [])
    assert PAYLOADS[30] in page.said


@pytest.fixture(scope="module")
def shared_browsers(attacked: College) -> Mapping[str, Browser]:
    return {"lin": attacked.browser("lin"), "shen": attacked.browser("shen"), "stranger": attacked.stranger()}


def test_an_edited_text_comes_back_as_text(attacked: College) -> None:
    pan = attacked.browser("pan")
    version = re.search(r"/definitions/versions/\w+", pan.get("/definitions/attack").get_data(as_text=True))
    assert version is not None
    for payload in PAYLOADS[::8]:
        answer = pan.post(version[0], {"definition-text": f"anliu: 1\nprocess: attack\ntitle: {json.dumps(payload)}\n{payload}\n",
                                       "definition-file": "processes/attack.yaml", "intent": "check"})
        assert answer.status_code == 422
        assert Page(answer.get_data(as_text=True)).complaints == []


def test_downloads_cannot_act_in_our_origin(attacked: College) -> None:
    lin = attacked.browser("lin")
    found = re.search(r"/instances/\w+", lin.get("/inbox?tab=mine").get_data(as_text=True))
    assert found is not None
    file = re.search(r"/attachments/\w+", lin.get(found[0]).get_data(as_text=True))
    assert file is not None
    for path in (file[0], f"{found[0]}/diagram.bpmn", f"{found[0]}/receipts/2.txt"):
        answer = lin.get(path)
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].endswith("; sandbox")
    picture = lin.get(f"{found[0]}/diagram.svg")
    assert picture.content_type == "image/svg+xml; charset=utf-8"
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert "<script" not in picture.get_data(as_text=True)
