"""Signing in, being made to change an initial password, and leaving."""

from __future__ import annotations

from collections.abc import Callable

from tests.web.college import College


def test_an_initial_password_must_be_changed_before_anything_else(make_college: Callable[..., College]) -> None:
    college = make_college(demo=False)
    first = college.password_of("lin")
    stranger = college.stranger()
    stranger.get("/sign-in?next=/starts")
    entered = stranger.post("/sign-in", {"login": "lin", "password": first, "next": "/starts"})
    assert entered.headers["Location"] == "/starts"
    assert stranger.get("/starts").headers["Location"] == "/password"
    stranger.get("/password")
    changed = stranger.post("/password", {"current": first, "new": "Qingfeng-Luye-2048", "again": "Qingfeng-Luye-2048"})
    assert changed.status_code == 303, changed.get_data(as_text=True)
    assert stranger.get("/starts").status_code == 200


def test_wrong_passwords_and_unknown_people_get_the_same_page(college: College) -> None:
    college.password_of("lin")
    pages = []
    for login in ("lin", "nobody"):
        stranger = college.stranger()
        answer = stranger.post("/sign-in", {"login": login, "password": "wrong"})
        pages.append((answer.status_code, answer.get_data(as_text=True).replace(f'value="{login}"', "").replace(stranger.token, "")))
    assert pages[0] == pages[1]
    assert pages[0][0] == 403
