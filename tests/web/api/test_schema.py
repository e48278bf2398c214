"""The document holds: whatever is sent to any route, right or wrong, is answered as the document says, and never by a fault.

Bounded and the same at every run: so many examples an operation, derived from no seed but the code itself.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from tests.web.api.programs import program, reported
from tests.web.college import College
from web.access import POLICY

EXAMPLES = 8
PROMISES = [not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
            checks.response_schema_conformance, checks.response_headers_conformance]
LOGINS = ("lin", "yun", "robot")


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_route_keeps_to_its_document(shared: College, mode: GenerationMode, login: str) -> None:
    came = program(shared, login)
    headers = {"Authorization": f"Bearer {came.token}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", shared.app, headers=headers)
    promises = [*PROMISES, *([checks.negative_data_rejection] if mode is GenerationMode.NEGATIVE else [])]
    real = real_places(shared)
    answered: Counter[int] = Counter()
    for result in schema.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
        def send(case: schemathesis.Case) -> None:
            if mode is GenerationMode.POSITIVE:
                case.path_parameters.update({name: place for name, place in real.items() if name in case.path_parameters})
            answered[case.call_and_validate(headers=headers, checks=promises).status_code // 100] += 1

        send()
    assert answered.total() >= 100 and answered[4] >= 20
    assert answered[2] >= (20 if mode is GenerationMode.POSITIVE else 0), answered


def real_places(college: College) -> dict[str, Any]:
    """A case, a task, a start and a register that are there."""
    lin = program(college, "lin")
    instance = reported(lin)
    task = lin.get(f"/instances/{instance}/state").get_json()["open_tasks"][0]["id"]
    return {"instance_id": instance, "task_id": task, "seq": 1, "process": "incident", "start_id": "event", "register": "systems"}


def test_the_document_names_every_route_of_the_policy_with_its_scope(shared: College) -> None:
    document = program(shared).get("/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    told = {(method.upper(), operation["security"][0]["token"][0]) for methods in document["paths"].values()
            for method, operation in methods.items() if method in ("get", "post")}
    routes = {(method, rule.scope) for (_, method), rule in POLICY.items() if rule.gate == "token" and rule.scope}
    assert told == routes
    assert sum(len(methods.keys() & {"get", "post"}) for methods in document["paths"].values()) == sum(
        rule.gate == "token" and bool(rule.scope) for rule in POLICY.values())


def test_the_reference_is_a_page_without_anything_from_elsewhere(shared: College) -> None:
    page = shared.browser("lin").get("/reference").get_data(as_text=True)
    document = program(shared).get("/openapi.json").get_json()
    assert all(path in page for path in document["paths"])
    assert "https://" not in page and "<style" not in page and " style=" not in page
    assert page.count("<script") == page.count("<script src=")
    assert shared.browser("lin").get("/reference/openapi.json").get_json() == document
    assert shared.stranger().get("/reference").status_code == 303


