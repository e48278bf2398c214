"""May this actor act, as what, and why or why not: the question behind every button and every inbox line.

Works on a task's stored candidates and exclusions; it does not know how they came about (who.py does).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from engine.actors import AUDITOR, EVERYONE, Actor, is_duty, person_principal, split_principal
from engine.clock import in_china
from engine.directory.who import NO_UNIT, DirectoryView
from engine.errors import Sentence

NO_TITLES: Mapping[str, Sentence] = MappingProxyType({})


def may_act(actor: Actor, candidates: Collection[str], exclusions: Collection[str] = (), *,
            claimed_as: str | None = None) -> str | None:
    """The principal under which the actor may do this, the most personal one; None when he may not.

    `claimed_as` is the duty under which he has claimed it: that outlasts his shift. Auditors read and never act
    (separation of duty), whatever other posts they hold.
    """
    if actor.is_system or actor.id in exclusions or actor.has_power(AUDITOR):
        return None
    answered = [principal for principal in candidates if principal in actor.principals or principal == claimed_as]
    return min(answered, key=_distance, default=None)


def why(actor: Actor, candidates: Collection[str], exclusions: Collection[str] = (), *, directory: DirectoryView,
        titles: Mapping[str, Sentence] = NO_TITLES, claimed_as: str | None = None) -> Sentence:
    """Why me, or why not me, in one sentence. `titles` are the roles' names (roles.yaml)."""
    principal = may_act(actor, candidates, exclusions, claimed_as=claimed_as)
    if principal is not None:
        return _why_me(actor, principal, directory, titles)
    who = describe_all(candidates, directory, titles)
    if actor.has_power(AUDITOR):
        return Sentence("审计人员只能查看，不能办理", "Auditors may read, but never act")
    if actor.id in exclusions:
        return Sentence("按职责分离的要求，您参与过相关环节，不能办理这一步",
                        "Separation of duty keeps you from this step: you had a part in what it decides on")
    return Sentence(f"这一步由{who.zh}办理，您目前不担任", f"This step is for {who.en}; that is not you at present")


def describe(principal: str, directory: DirectoryView, titles: Mapping[str, Sentence] = NO_TITLES) -> Sentence:
    """A principal as people call it: 信息工程学院单位主要负责人, a person's name, 任何人."""
    role, place = split_principal(principal)
    if principal == EVERYONE:
        return Sentence("任何人", "anybody")
    if role == "person":
        person = directory.find_person(place or "")
        name = person.name if person else place or ""
        return Sentence(name, name)
    post = _post(role, place, directory, titles)
    return Sentence(f"{post.zh}当班人员", f"whoever is on duty as {post.en}") if is_duty(principal) else post


def describe_vacancy(principals: Iterable[str], at: datetime, directory: DirectoryView,
                     titles: Mapping[str, Sentence] = NO_TITLES) -> Sentence:
    """What is missing where nobody is found: posts without a holder, duties without a shift at this moment."""
    found = []
    for principal in principals:
        role, place = split_principal(principal)
        if is_duty(principal):
            post = _post(role, place, directory, titles)
            found.append(Sentence(f"{post.zh}在 {in_china(at):%Y-%m-%d %H:%M} 没有排班",
                                  f"no shift of {post.en} at {in_china(at):%Y-%m-%d %H:%M}"))
        else:
            named = describe(principal, directory, titles)
            found.append(Sentence(f"{named.zh}空缺", f"{named.en} vacant"))
    if not found:
        return Sentence("规则没有找到任何人", "the rule names nobody")
    return Sentence("、".join(one.zh for one in found), ", ".join(one.en for one in found))


def _post(role: str, place: str | None, directory: DirectoryView, titles: Mapping[str, Sentence]) -> Sentence:
    title = titles.get(role, Sentence(role, role))
    if place is None:
        return title
    if place == NO_UNIT:
        return Sentence(f"（未指明单位）{title.zh}", f"{title.en} of no unit")
    unit = directory.find_unit(place)
    name = unit.name if unit else place
    return Sentence(f"{name}{title.zh}", f"{title.en} of {name}")


def describe_all(principals: Iterable[str], directory: DirectoryView,
                 titles: Mapping[str, Sentence] = NO_TITLES) -> Sentence:
    """Several principals in one phrase."""
    named = [describe(principal, directory, titles) for principal in principals]
    if not named:
        return Sentence("（无人）", "nobody")
    return Sentence("、".join(one.zh for one in named), " or ".join(one.en for one in named))


def _why_me(actor: Actor, principal: str, directory: DirectoryView, titles: Mapping[str, Sentence]) -> Sentence:
    if principal == EVERYONE:
        return Sentence("任何人都可以办理这一步", "Anybody may do this step")
    if principal == person_principal(actor.id):
        return Sentence("这一步指定由您本人办理", "This step is assigned to you in person")
    if is_duty(principal):
        post = _post(*split_principal(principal), directory, titles)
        if principal not in actor.principals:
            return Sentence(f"您在{post.zh}当班时认领了这一步，仍由您办理",
                            f"You claimed this step while on duty as {post.en}; it stays yours")
        return Sentence(f"您现在是{post.zh}当班，这一步由您办理", f"This step is yours while you are on duty as {post.en}")
    post = describe(principal, directory, titles)
    return Sentence(f"您是{post.zh}，这一步由您办理", f"This step is yours as {post.en}")


def _distance(principal: str) -> int:
    """How personal a principal is: a person, a post in a unit, a role anywhere, everyone."""
    role, place = split_principal(principal)
    if role == "person":
        return 0
    if principal == EVERYONE:
        return 3
    return 1 if place else 2
