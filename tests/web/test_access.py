"""Every route has a line in the policy, and every line a route."""

from __future__ import annotations

import pytest

from tests.web.college import College
from web import access
from web.access import POLICY, RouteUnlisted, check_policy, routes_of


def test_the_policy_names_every_route_and_nothing_else(shared_college: College) -> None:
    assert routes_of(shared_college.app) == POLICY.keys()


def test_an_unlisted_route_stops_the_start(college: College) -> None:
    college.app.url_map._remap = True
    college.app.url_map.add(college.app.url_rule_class("/secret", endpoint="secret", methods=["GET"]))
    with pytest.raises(RouteUnlisted, match="GET secret"):
        check_policy(college.app)


def test_a_line_without_a_route_stops_the_start(college: College, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "POLICY", {**POLICY, ("gone.show", "GET"): access.ANYONE})
    with pytest.raises(RouteUnlisted, match=r"gone\.show"):
        check_policy(college.app)


def test_no_route_that_changes_something_answers_to_get(shared_college: College) -> None:
    changing = {"create", "destroy", "claim", "release", "complete", "retry", "choose", "preview", "check",
                "change_password", "create_demo", "export_instances", "export_trace", "send", "signal", "fetch", "fail"}
    assert not [endpoint for endpoint, method in routes_of(shared_college.app)
                if method == "GET" and endpoint.split(".")[-1] in changing]
