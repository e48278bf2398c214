"""Headers, cookies, form tokens, origins and doubled parameters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.web.college import Browser, College
from web.access import POLICY
from web.protection import FORWARDING

PAGES = ["/", "/sign-in", "/inbox", "/starts", "/starts/incident/event", "/notices", "/password", "/nothing-here", "/health"]
UNSAFE = sorted(endpoint for (endpoint, method), rule in POLICY.items() if method == "POST" and rule.gate != "token")


def address_of(college: College, endpoint: str) -> str:
    rule = next(rule for rule in college.app.url_map.iter_rules() if rule.endpoint == endpoint and "POST" in (rule.methods or ()))
    values = {name: 1 if name == "seq" else "x" for name in rule.arguments}
    with college.app.test_request_context():
        return college.app.url_map.bind("localhost").build(endpoint, values, method="POST")


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers(shared_college: College, path: str) -> None:
    answer = shared_college.browser("lin").get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "charset=utf-8" in answer.headers["Content-Type"]


@pytest.mark.parametrize("path", [path for path in PAGES if path not in ("/", "/health")])
def test_no_page_has_anything_inline(shared_college: College, path: str) -> None:
    page = shared_college.browser("lin").get(path).get_data(as_text=True)
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert page.count("<script") == page.count("<script src=")


@pytest.mark.parametrize("endpoint", UNSAFE)
@pytest.mark.parametrize("forged", ["no token", "another's token", "an old token", "cross origin", "null origin", "cross site",
                                    "same site"])
def test_a_request_another_site_could_make_is_refused(shared_college: College, endpoint: str, forged: str) -> None:
    browser = shared_college.browser("lin")
    browser.get("/password")
    token = browser.token
    if forged == "another's token":
        token = shared_college.browser("he").get("/password").get_data(as_text=True).split('csrf-token" content="')[1][:64]
    elif forged == "an old token":
        browser.http.set_cookie("anliu-session", shared_college.browser("lin").http.get_cookie("anliu-session").value)  # type: ignore[union-attr]
    headers = {"cross origin": {"Origin": "https://evil.example"}, "null origin": {"Origin": "null"},
               "cross site": {"Sec-Fetch-Site": "cross-site"}, "same site": {"Sec-Fetch-Site": "same-site"}}.get(forged, {})
    fields = {} if forged == "no token" else {"csrf-token": token}
    answer = browser.http.post(address_of(shared_college, endpoint), data=fields, headers=headers)
    assert answer.status_code == 400


def test_the_page_itself_may_send(shared_college: College) -> None:
    answer = shared_college.browser("lin").post("/language", {"language": "en"}, headers={
        "Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["/inbox?tab=todo&tab=mine", "/sign-in?next=/a&next=/b", "/audit?text=a&text=b"])
def test_a_doubled_parameter_is_refused(shared_college: College, path: str) -> None:
    assert shared_college.browser("lin").get(path).status_code == 400


@pytest.mark.parametrize("name", ["form-action", "form-key", "login", "next", "csrf-token"])
def test_a_doubled_field_is_refused(shared_college: College, name: str) -> None:
    browser = shared_college.browser("lin")
    browser.get("/password")
    values = [browser.token, browser.token] if name == "csrf-token" else ["a", "b"]
    answer = browser.http.post("/language", data={"csrf-token": browser.token, name: values})
    assert answer.status_code == 400


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(make_college: Callable[..., College]) -> None:
    college = make_college(https=True)
    browser = college.stranger()
    page = browser.get("/sign-in", base_url="https://localhost")
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-anliu-visitor=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_too_much_is_refused(shared_college: College) -> None:
    browser = shared_college.browser("lin")
    browser.get("/password")
    many = {f"field_{number}": "x" for number in range(2_500)}
    answer = browser.http.post("/drafts", data={"csrf-token": browser.token, **many}, content_type="multipart/form-data")
    assert answer.status_code == 413


@pytest.mark.parametrize("name", FORWARDING)
def test_the_demonstration_chooser_hides_behind_a_proxy(shared_college: College, name: str) -> None:
    stranger = shared_college.stranger()
    assert "演示：换一个人看看" in stranger.get("/sign-in").get_data(as_text=True)
    assert "演示：换一个人看看" not in stranger.get("/sign-in", headers={name: "for=1.2.3.4"}).get_data(as_text=True)
    answer = stranger.post("/sign-in/demo", {"person": shared_college.ids["lin"]}, headers={name: "for=1.2.3.4"})
    assert answer.headers["Location"].startswith("/sign-in")
    assert shared_college.stranger().http.get_cookie("anliu-session") is None


def test_the_demonstration_chooser_is_absent_from_another_machine(shared_college: College) -> None:
    page = shared_college.stranger().get("/sign-in", environ_base={"REMOTE_ADDR": "10.0.0.7"}).get_data(as_text=True)
    assert "演示：换一个人看看" not in page


def test_the_demonstration_chooser_is_absent_from_a_real_database(make_college: Callable[..., College]) -> None:
    college = make_college(demo=False)
    stranger = college.stranger()
    assert "演示：换一个人看看" not in stranger.get("/sign-in").get_data(as_text=True)
    assert stranger.post("/sign-in/demo", {"person": college.ids["lin"]}).headers["Location"].startswith("/sign-in")


def test_forbidden_looks_byte_for_byte_like_missing(shared_college: College) -> None:
    browser: Browser = shared_college.browser("lu")
    missing = browser.get("/nothing-at-all")
    for path in ("/audit", "/definitions", "/tasks/x", "/instances/x", "/attachments/x", "/definitions/versions/x",
                 "/tasks/x/claim", "/starts/filing_system/filing", "/static/none.css", "/inbox/x"):
        found = browser.get(path)
        assert (found.status_code, found.data) == (404, missing.data), path


def test_a_stranger_learns_nothing_about_addresses(shared_college: College) -> None:
    for path in ("/inbox", "/audit", "/nothing-at-all", "/tasks/x"):
        assert shared_college.stranger().get(path).headers["Location"] == f"/sign-in?next={path.replace('/', '%2F')}" or \
            shared_college.stranger().get(path).headers["Location"] == f"/sign-in?next={path}"


@pytest.mark.parametrize("place", ["query", "form", "path"])
def test_a_nul_is_refused_wherever_it_stands(college: College, place: str) -> None:
    lin = college.browser("lin")
    if place == "form":
        answer = lin.post("/sign-in", {"login": "a\0b", "password": "x"})
    else:
        answer = lin.get("/inbox?tab=a%00b" if place == "query" else "/tasks/a%00b")
    assert answer.status_code == 400
