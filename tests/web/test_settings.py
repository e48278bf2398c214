"""A server that would not be safe does not start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.college import College
from web.settings import Settings, SettingsUnsafe, check_settings, is_loopback

SECRET = "0f9d8c7b6a5e4d3c2b1a0f9d8c7b6a5e4d3c2b1a"


def test_a_random_key_on_a_loopback_address_may_start() -> None:
    check_settings(Settings(secret_key=SECRET, demo=True))


@pytest.mark.parametrize("unsafe", [
    {"secret_key": ""}, {"secret_key": "short"}, {"secret_key": "a" * 64}, {"secret_key": "changeme" * 8},
    {"debug": True}, {"host": "0.0.0.0"}, {"host": "::"}, {"host": "*"}, {"host": ""},
    {"demo": True, "host": "10.1.2.3"}, {"demo": True, "host": "anliu.example.edu"},
])
def test_an_unsafe_setting_stops_the_start(unsafe: dict[str, Any]) -> None:
    with pytest.raises(SettingsUnsafe):
        check_settings(Settings(**{"secret_key": SECRET, **unsafe}))


@pytest.mark.parametrize(("address", "is_local"), [
    ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("10.0.0.1", False), ("", False),
    (None, False), ("127.0.0.1.evil.example", False), ("0.0.0.0", False),
])
def test_loopback_is_recognised(address: str | None, is_local: bool) -> None:
    assert is_loopback(address) is is_local


def test_a_host_that_is_not_ours_gets_one_line_and_no_page(make_college: Callable[..., College]) -> None:
    college = make_college(trusted_hosts=("flow.example.edu.cn",))
    answer = college.app.test_client().get("/", headers={"Host": "evil.example.com"})
    assert (answer.status_code, answer.get_data(as_text=True)) == (400, "400 unknown host\n")
