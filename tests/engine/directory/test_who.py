"""Rules of a definition resolved over a small directory."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.actors import Person, Unit
from engine.definition.model import (
    AnyRule,
    DutyRule,
    EveryoneRule,
    Expression,
    FirstRule,
    PersonRule,
    RoleRule,
    Rule,
    Who,
)
from engine.directory.who import NobodyFound, Resolution, WhoInvalid, addressees, principals_of, resolve

HEADS = {"unit_head@CIE": ("head",), "unit_deputy@CIE": ("dep",), "applicant@CIE": ("app",),
         "applicant@SAO": ("app2",), "applicant": ("app", "app2"), "centre_head": ("c_head",), "unit_head@SAO": (),
         "duty:centre_head": ("dep", "app"), "duty:unit_head@CIE": ("app",)}
PEOPLE = {person for holders in HEADS.values() for person in holders}


class Directory:
    """The directory of two units, written down by hand."""

    def holders(self, principal: str) -> tuple[str, ...]:
        if principal.startswith("person:"):
            return tuple({principal.removeprefix("person:")} & PEOPLE)
        return HEADS.get(principal, ())

    def find_person(self, person_id: str) -> Person | None:
        return Person(person_id, person_id) if person_id in PEOPLE else None

    def find_unit(self, unit_id: str) -> Unit | None:
        return Unit(unit_id, unit_id) if unit_id in ("CIE", "SAO") else None

    def units_below(self, unit_id: str) -> tuple[str, ...]:
        return ("CIE", "SAO") if unit_id == "college" else ()


VALUES: Mapping[str, object] = {
    "unit": {"id": "CIE", "name": "信息工程学院"}, "sao": {"id": "SAO"}, "units": [{"id": "CIE"}, {"id": "SAO"}],
    "college": {"id": "college"}, "nothing": None, "head": {"id": "head"}, "dep": {"id": "dep"}, "gone": {"id": "gone"},
    "both": [{"id": "head"}, [{"id": "dep"}, None]], "app": {"id": "app"}, "number": 7, "context": {"name": "x"}, "text": "head"}


def found(rule: Rule, *exclude: str, own_unit: str | None = None) -> Resolution:
    who = Who(rule, tuple(map(Expression, exclude)))
    return resolve(who, evaluate=lambda expression: VALUES[expression.text], directory=Directory(), own_unit=own_unit)


def named(rule: Rule, own_unit: str | None = None) -> tuple[str, ...]:
    return principals_of(rule, evaluate=lambda expression: VALUES[expression.text], directory=Directory(),
                         own_unit=own_unit)


def role(name: str, unit: str | None = None) -> RoleRule:
    return RoleRule(name, Expression(unit) if unit else None)


def test_a_role_in_a_unit_is_stored_as_a_principal_not_as_people() -> None:
    assert found(role("unit_head", "unit")) == Resolution(("unit_head@CIE",))


def test_a_role_in_several_units_gives_one_principal_each() -> None:
    assert found(role("applicant", "units")).principals == ("applicant@CIE", "applicant@SAO")


def test_a_role_within_a_unit_is_looked_for_in_the_units_below_as_well() -> None:
    assert named(RoleRule("applicant", Expression("college"), tree=True)) == ("applicant@CIE", "applicant@SAO")
    assert found(RoleRule("unit_head", Expression("college"), tree=True)) == Resolution(
        ("unit_head@CIE",), (), ("unit_head@college", "unit_head@SAO"))
    assert named(RoleRule("applicant", Expression("unit"), tree=True)) == ("applicant@CIE",)


def test_the_own_unit_is_the_starters_and_without_a_starter_any() -> None:
    assert found(RoleRule("applicant", "own"), own_unit="SAO").principals == ("applicant@SAO",)
    assert found(RoleRule("applicant", "own")).principals == ("applicant",)


def test_a_person_comes_from_an_expression() -> None:
    assert found(PersonRule(Expression("head"))).principals == ("person:head",)
    assert found(PersonRule(Expression("text"))).principals == ("person:head",)
    assert found(PersonRule(Expression("both"))).principals == ("person:head", "person:dep")


def test_everyone_may_be_a_candidate() -> None:
    assert found(EveryoneRule()).principals == ("everyone",)


def test_first_takes_the_first_filled_post_and_names_the_vacant_ones() -> None:
    rule = FirstRule((role("unit_head", "sao"), role("unit_deputy", "sao"), role("centre_head")))
    assert found(rule) == Resolution(("centre_head",), (), ("unit_head@SAO", "unit_deputy@SAO"))


def test_first_passes_over_a_post_whose_only_holder_is_excluded() -> None:
    rule = FirstRule((role("unit_head", "unit"), role("unit_deputy", "unit")))
    assert found(rule, "head") == Resolution(("unit_deputy@CIE",), ("head",), ("unit_head@CIE",))


def test_first_falls_through_a_unit_that_is_null() -> None:
    rule = FirstRule((role("unit_head", "nothing"), role("centre_head")))
    assert found(rule) == Resolution(("centre_head",), (), ("unit_head@?",))


def test_any_joins_what_its_rules_find() -> None:
    rule = AnyRule((role("unit_head", "unit"), role("unit_head", "sao"), role("centre_head")))
    assert found(rule) == Resolution(("unit_head@CIE", "centre_head"), (), ("unit_head@SAO",))


def test_rules_nest() -> None:
    rule = AnyRule((FirstRule((role("unit_head", "sao"), role("centre_head"))), PersonRule(Expression("dep"))))
    assert found(rule).principals == ("centre_head", "person:dep")


def test_exclusions_are_persons_from_single_values_lists_and_null() -> None:
    assert found(role("centre_head"), "head", "both", "nothing").exclusions == ("head", "dep")


@pytest.mark.parametrize("rule", [role("unit_head", "sao"), role("unknown"), PersonRule(Expression("gone")),
                                  PersonRule(Expression("nothing")), role("unit_head", "nothing"),
                                  FirstRule((role("unit_head", "sao"), role("unknown")))])
def test_finding_nobody_is_an_error_that_says_so(rule: Rule) -> None:
    with pytest.raises(NobodyFound) as nobody:
        found(rule)
    assert nobody.value.zh.startswith("没有可办理的人")


def test_excluding_the_last_holder_finds_nobody() -> None:
    with pytest.raises(NobodyFound) as nobody:
        found(role("unit_head", "unit"), "head")
    assert nobody.value.vacant == ("unit_head@CIE",)


@pytest.mark.parametrize("expression", ["number", "context"])
def test_what_is_neither_person_nor_unit_is_an_error_that_shows_the_expression(expression: str) -> None:
    with pytest.raises(WhoInvalid, match=expression):
        found(PersonRule(Expression(expression)))


def test_notices_go_to_whom_the_rule_finds_and_to_vacant_posts_when_nobody_is_there() -> None:
    assert named(FirstRule((role("unit_head", "sao"), role("centre_head")))) == ("centre_head",)
    assert named(role("unit_head", "sao")) == ("unit_head@SAO",)
    assert named(role("unit_head", "nothing")) == ()


def test_whoever_is_on_duty_stays_a_principal_so_that_the_next_shift_finds_it() -> None:
    assert found(DutyRule("centre_head")).principals == ("duty:centre_head",)
    assert found(DutyRule("unit_head", Expression("units"))).principals == ("duty:unit_head@CIE",)
    assert found(DutyRule("unit_head", Expression("units"))).vacant == ("duty:unit_head@SAO",)
    assert found(DutyRule("unit_head", "own"), own_unit="CIE").principals == ("duty:unit_head@CIE",)


def test_an_empty_roster_passes_on_or_finds_nobody() -> None:
    night = DutyRule("unit_head", Expression("sao"))
    assert found(FirstRule((night, role("centre_head")))) == Resolution(("centre_head",), (), ("duty:unit_head@SAO",))
    with pytest.raises(NobodyFound) as nobody:
        found(night)
    assert nobody.value.vacant == ("duty:unit_head@SAO",)


def test_excluding_everybody_on_duty_finds_nobody() -> None:
    assert found(DutyRule("centre_head"), "dep").principals == ("duty:centre_head",)
    with pytest.raises(NobodyFound):
        found(DutyRule("unit_head", Expression("unit")), "text", "both", "app")


def test_a_notice_reaches_those_on_duty_now_and_else_whoever_is_next() -> None:
    assert addressees(["duty:centre_head", "centre_head", "person:dep"], Directory()) == ("person:dep", "person:app", "centre_head")
    assert addressees(["duty:unit_head@SAO"], Directory()) == ("duty:unit_head@SAO",)
