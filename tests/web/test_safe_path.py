"""`next` leads nowhere but to our own pages."""

from __future__ import annotations

from time import perf_counter

import pytest

from web.safe_path import own_path

OWN = ["/", "/inbox", "/inbox?tab=claim", "/tasks/0a1b2c", "/audit?text=%E5%A4%87%E6%A1%88&since=2026-01-01",
       "/instances/ab12/receipts/3", "/starts/incident/event?said=saved"]
STRANGE = [
    "", "//evil.example", "///evil.example", "////evil.example/", "/\\evil.example", "\\\\evil.example", "/\\/evil.example",
    "https://evil.example", "http://evil.example", "https:evil.example", "http:/evil.example", "HTTPS://EVIL.EXAMPLE",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
    "ftp://evil.example", "evil.example", "evil.example/path", "www.evil.example", "@evil.example", "/@evil.example",
    "user@evil.example", "/%2f%2fevil.example", "/%2Fevil.example", "%2f%2fevil.example", "/%5cevil.example",
    "/%09/evil.example", "/\t/evil.example", "\t//evil.example", " //evil.example", "/ /evil.example", "/\n/evil.example",
    "/\r\nLocation: https://evil.example", "/inbox\r\nSet-Cookie: a=b", "/inbox%0d%0aSet-Cookie:a=b", "/inbox\x00",
    "/..//evil.example", "/../evil", "/./inbox", "/inbox/../../evil", "/inbox/..", "./inbox", "../inbox", "inbox",
    "/inbox#//evil.example", "/inbox;//evil.example", "//evil.example/inbox", "/inbox//evil.example", "/。evil.example",
    "//evil。example", "/\u2028/evil.example", "/\u200b/evil.example", "\ufeff/inbox", "/／evil.example", "／／evil.example",
    "/inbox?next=//evil.example", "/inbox?a=<script>", "?next=/inbox", "#", "/" + "a" * 600, "/://evil.example",
    "/http://evil.example", "/[::1]", "//[::1]/", "/inbox?a=b c", "/inbox?x=\\evil", "/'onload='x", "/\"><script>",
]


@pytest.mark.parametrize("path", OWN)
def test_our_own_pages_are_kept(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize("path", STRANGE)
def test_anything_else_leads_home(path: str) -> None:
    assert own_path(path) == "/"


@pytest.mark.parametrize("path", ["/" + "a" * 500 + "!", "/" + "a/" * 250 + "!", "/a?" + "b=" * 200 + "!", "/" + "." * 500 + "!"])
def test_a_long_path_costs_no_time(path: str) -> None:
    started = perf_counter()
    assert own_path(path) == "/"
    assert perf_counter() - started < 0.05


def test_nothing_offered_leads_home() -> None:
    assert own_path(None) == "/"
    assert len(STRANGE) >= 60
