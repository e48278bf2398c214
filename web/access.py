"""THE access policy: every endpoint and method, who may come, and what the thing must have to do with them.

It decides by power; the relation to one task, instance or file is decided by the engine's queries, which find
nothing for whom it is none of their business. A route that is not listed here stops the server at its start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flask import Flask

from engine.actors import AUDITOR, CASE_OPERATOR, PLATFORM_ADMIN, PROCESS_ADMIN, Actor

Gate = Literal["anyone", "demo", "signed in", "power", "token"]


@dataclass(frozen=True, slots=True)
class Rule:
    """`gate` and `powers` open the route; `relation` says in words what the engine then asks of the object."""

    gate: Gate
    relation: str = ""
    powers: tuple[str, ...] = ()
    scope: str = ""
    """For a route of the API: what a token must have been issued for."""
    while_password_is_old: bool = False
    """Open even while an initial password waits to be changed."""


def _signed_in(relation: str = "own view only") -> Rule:
    return Rule("signed in", relation)


def _power(*powers: str, relation: str) -> Rule:
    return Rule("power", relation, powers)


def _token(scope: str, relation: str) -> Rule:
    """A route of the API: it opens to tokens of this scope and to nothing else; cookies are not looked at."""
    return Rule("token", relation, scope=scope)


ANYONE = Rule("anyone", while_password_is_old=True)
TASK_SEEN = _signed_in("candidate, assignee or earlier actor of the task, starter of the instance, auditor")
TASK_ACTED = _signed_in("candidate or assignee of the open task, not excluded by separation of duty")
INSTANCE_SEEN = _signed_in("took part, started it, may act in it, or reads all (auditor, case operator)")
DEFINITIONS = _power(PROCESS_ADMIN, relation="every definition")
AUDIT = _power(AUDITOR, CASE_OPERATOR, relation="every instance, personal answers masked")

OPERATED = _power(CASE_OPERATOR, relation="every instance; to intervene: one in which I take no part")
ROSTER = _power(PLATFORM_ADMIN, relation="the duty roster")

POLICY: Mapping[tuple[str, str], Rule] = {
    ("static", "GET"): ANYONE,
    ("health.show", "GET"): ANYONE,
    ("languages.choose", "POST"): ANYONE,
    ("sessions.show", "GET"): ANYONE,
    ("sessions.create", "POST"): ANYONE,
    ("sessions.create_demo", "POST"): Rule("demo"),
    ("sessions.destroy", "POST"): Rule("signed in", "own session", while_password_is_old=True),
    ("sessions.show_password", "GET"): Rule("signed in", "own password", while_password_is_old=True),
    ("sessions.change_password", "POST"): Rule("signed in", "own password", while_password_is_old=True),
    ("inbox.home", "GET"): _signed_in(),
    ("inbox.show", "GET"): _signed_in("rows that are mine or that I may claim"),
    ("tasks.show", "GET"): TASK_SEEN,
    ("tasks.claim", "POST"): TASK_ACTED,
    ("tasks.withdraw", "POST"): _signed_in("a completion of my own, of which nothing has been acted on"),
    ("tasks.release", "POST"): _signed_in("assignee of the open task"),
    ("tasks.complete", "POST"): TASK_ACTED,
    ("starts.index", "GET"): _signed_in("starts whose rule names me"),
    ("starts.show", "GET"): _signed_in("a start whose rule names me"),
    ("starts.create", "POST"): _signed_in("a start whose rule names me"),
    ("instances.show", "GET"): INSTANCE_SEEN,
    ("instances.diagram", "GET"): INSTANCE_SEEN,
    ("instances.bpmn", "GET"): INSTANCE_SEEN,
    ("instances.receipt", "GET"): _signed_in("a receipt of an instance that I may see"),
    ("instances.receipt_text", "GET"): _signed_in("a receipt of an instance that I may see"),
    ("requests.show", "GET"): _signed_in("a request that is offered to me now"),
    ("requests.create", "POST"): _signed_in("a request that is offered to me now"),
    ("operations.show", "GET"): OPERATED,
    ("operations.create", "POST"): OPERATED,
    ("incidents.retry", "POST"): _power(CASE_OPERATOR, relation="an open incident"),
    ("attachments.show", "GET"): _signed_in("uploaded by me, or part of an instance that I may see"),
    ("drafts.create", "POST"): _signed_in("own drafts of forms that are open to me"),
    ("forms.preview", "POST"): _signed_in("a form that is open to me"),
    ("planned.index", "GET"): _power(CASE_OPERATOR, relation="cases that could not begin"),
    ("planned.retry", "POST"): _power(CASE_OPERATOR, relation="a case that could not begin"),
    ("planned.drop", "POST"): _power(CASE_OPERATOR, relation="a case that could not begin"),
    ("notices.index", "GET"): _signed_in("own notices"),
    ("notices.read", "POST"): _signed_in("own notices"),
    ("definitions.index", "GET"): DEFINITIONS,
    ("definitions.versions", "GET"): DEFINITIONS,
    ("definitions.show", "GET"): DEFINITIONS,
    ("definitions.create", "POST"): DEFINITIONS,
    ("definitions.check", "POST"): DEFINITIONS,
    ("definitions.schema", "GET"): DEFINITIONS,
    ("definitions.diagram", "GET"): DEFINITIONS,
    ("definitions.bpmn", "GET"): DEFINITIONS,
    ("roster.index", "GET"): ROSTER,
    ("roster.create", "POST"): ROSTER,
    ("roster.destroy", "POST"): ROSTER,
    ("audit.instances", "GET"): AUDIT,
    ("audit.trace", "GET"): AUDIT,
    ("audit.export_instances", "POST"): AUDIT,
    ("audit.export_trace", "POST"): AUDIT,
    ("reference.show", "GET"): _signed_in("the same for everybody"),
    ("reference.openapi", "GET"): _signed_in("the same for everybody"),
    ("api_reference.show", "GET"): _token("", "the same for everybody"),
    ("api_starts.index", "GET"): _token("starts", "starts whose rule names the token's owner"),
    ("api_starts.show", "GET"): _token("starts", "a start whose rule names the token's owner"),
    ("api_starts.create", "POST"): _token("starts", "a start whose rule names the token's owner"),
    ("api_tasks.index", "GET"): _token("tasks:read", "rows that are the owner's or that he may claim"),
    ("api_tasks.show", "GET"): _token("tasks:read", TASK_SEEN.relation),
    ("api_tasks.claim", "POST"): _token("tasks:write", TASK_ACTED.relation),
    ("api_tasks.release", "POST"): _token("tasks:write", "assignee of the open task"),
    ("api_tasks.complete", "POST"): _token("tasks:write", TASK_ACTED.relation),
    ("api_files.create", "POST"): _token("files", "the owner's own upload"),
    ("api_messages.send", "POST"): _token("messages", "power of a program or case operator"),
    ("api_messages.signal", "POST"): _token("messages", "power of a program or case operator"),
    ("api_instances.index", "GET"): _token("instances", "took part, started it, or reads all (auditor, case operator)"),
    ("api_instances.show", "GET"): _token("instances", INSTANCE_SEEN.relation),
    ("api_instances.state", "GET"): _token("instances", INSTANCE_SEEN.relation),
    ("api_traces.index", "GET"): _token("traces", INSTANCE_SEEN.relation),
    ("api_traces.show", "GET"): _token("traces", INSTANCE_SEEN.relation),
    ("api_registers.index", "GET"): _token("registers", "power of a program, case operator or auditor"),
    ("api_registers.entries", "GET"): _token("registers", "power of a program, case operator or auditor"),
    ("api_registers.show", "GET"): _token("registers", "power of a program, case operator or auditor"),
    ("api_jobs.fetch", "POST"): _token("jobs", "power of a program or case operator"),
    ("api_jobs.complete", "POST"): _token("jobs", "power of a program or case operator, and the lease"),
    ("api_jobs.fail", "POST"): _token("jobs", "power of a program or case operator, and the lease"),
}


class RouteUnlisted(Exception):
    """A route without a line in the policy, or a line without a route."""


def routes_of(app: Flask) -> frozenset[tuple[str, str]]:
    """Every endpoint and method that the address map opens (HEAD goes with GET)."""
    return frozenset((rule.endpoint, method) for rule in app.url_map.iter_rules()
                     for method in (rule.methods or ()) if method not in ("HEAD", "OPTIONS"))


def check_policy(app: Flask) -> None:
    """Raise RouteUnlisted unless the policy and the address map name the same routes."""
    differing = sorted(routes_of(app) ^ POLICY.keys())
    if differing:
        raise RouteUnlisted(", ".join(f"{method} {endpoint}" for endpoint, method in differing))


def find_rule(endpoint: str | None, method: str) -> Rule | None:
    return POLICY.get((endpoint or "", "GET" if method == "HEAD" else method))


def may_come(rule: Rule, actor: Actor | None, *, demo_is_open: bool, scopes: frozenset[str] = frozenset()) -> bool:
    """Whether the rule opens the route to this actor (None: nobody is here); `scopes` are those of his token, if he brings one."""
    if rule.gate == "anyone":
        return True
    if rule.gate == "demo":
        return demo_is_open
    if actor is None:
        return False
    if rule.gate == "token":
        return rule.scope in scopes or not rule.scope
    return rule.gate == "signed in" or any(actor.has_power(power) for power in rule.powers)
