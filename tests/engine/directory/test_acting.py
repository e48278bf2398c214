"""May I, and why."""

from __future__ import annotations

from datetime import UTC, datetime

from engine.actors import AUDITOR, SYSTEM, Actor, Person, Post, Unit, person_actor, split_principal
from engine.directory.acting import describe_all, describe_vacancy, may_act, why
from engine.errors import Sentence

TITLES = {"unit_head": Sentence("单位主要负责人", "head of unit"), "centre_head": Sentence("中心负责人", "head of the centre")}
CIE = Post("unit_head", "CIE", "信息工程学院")


class Directory:
    """One unit and one person."""

    def holders(self, principal: str) -> tuple[str, ...]:
        return ()

    def find_person(self, person_id: str) -> Person | None:
        return Person("p2", "李四") if person_id == "p2" else None

    def find_unit(self, unit_id: str) -> Unit | None:
        return Unit("CIE", "信息工程学院") if unit_id == "CIE" else None


def actor(*posts: Post, active: bool = True) -> Actor:
    return person_actor(Person("p1", "张三", "CIE", active), posts)


def said(who: Actor, *candidates: str, exclusions: tuple[str, ...] = ()) -> str:
    return why(who, candidates, exclusions, directory=Directory(), titles=TITLES).zh


def test_the_most_personal_principal_is_the_one_acted_under() -> None:
    head = actor(CIE)
    assert may_act(head, ["everyone", "unit_head", "unit_head@CIE", "person:p1"]) == "person:p1"
    assert may_act(head, ["everyone", "unit_head", "unit_head@CIE"]) == "unit_head@CIE"
    assert may_act(head, ["everyone", "unit_head"]) == "unit_head"
    assert may_act(head, ["everyone"]) == "everyone"


def test_a_post_in_one_unit_gives_nothing_in_another() -> None:
    assert may_act(actor(CIE), ["unit_head@SAO", "centre_head"]) is None


def test_an_excluded_person_may_not_act_under_any_post() -> None:
    assert may_act(actor(CIE), ["unit_head@CIE", "everyone"], ["p1"]) is None


def test_neither_the_system_nor_an_auditor_nor_somebody_who_left_may_act() -> None:
    assert may_act(SYSTEM, ["everyone"]) is None
    assert may_act(actor(CIE, Post(AUDITOR)), ["unit_head@CIE", "person:p1"]) is None
    assert may_act(actor(CIE, active=False), ["unit_head@CIE", "everyone", "person:p1"]) is None


def test_powers_are_the_roles_over_the_platform() -> None:
    assert actor(CIE, Post(AUDITOR)).powers == {AUDITOR}
    assert not actor(CIE).has_power(AUDITOR)


def test_why_me_names_the_post() -> None:
    assert said(actor(CIE), "unit_head@CIE") == "您是信息工程学院单位主要负责人，这一步由您办理"
    assert said(actor(CIE), "person:p1") == "这一步指定由您本人办理"
    assert said(actor(), "everyone") == "任何人都可以办理这一步"


def test_why_not_me_names_the_reason() -> None:
    assert said(actor(), "unit_head@CIE", "person:p2") == "这一步由信息工程学院单位主要负责人、李四办理，您目前不担任"
    assert "职责分离" in said(actor(CIE), "unit_head@CIE", exclusions=("p1",))
    assert "审计" in said(actor(CIE, Post(AUDITOR)), "unit_head@CIE")
    assert said(actor()) == "这一步由（无人）办理，您目前不担任"


def test_candidates_are_described_in_both_languages_even_when_unknown() -> None:
    phrase = describe_all(["unit_head@GONE", "person:p9", "centre_head"], Directory(), TITLES)
    assert phrase.zh == "GONE单位主要负责人、p9、中心负责人"
    assert phrase.en == "head of unit of GONE or p9 or head of the centre"


def on_duty(*duties: Post) -> Actor:
    return person_actor(Person("p1", "张三", "CIE"), (), on_duty=duties)


def test_a_shift_answers_to_its_duty_and_gives_neither_post_nor_power() -> None:
    at_desk = on_duty(CIE, Post(AUDITOR))
    assert may_act(at_desk, ["duty:unit_head"]) == "duty:unit_head"
    assert may_act(at_desk, ["duty:unit_head", "duty:unit_head@CIE"]) == "duty:unit_head@CIE"
    assert may_act(at_desk, ["unit_head@CIE", "unit_head", "duty:unit_head@SAO"]) is None
    assert (at_desk.powers, at_desk.posts) == (frozenset(), ())


def test_a_post_is_not_a_shift() -> None:
    assert may_act(actor(CIE), ["duty:unit_head", "duty:unit_head@CIE"]) is None


def test_what_was_claimed_on_duty_stays_with_whoever_claimed_it_but_not_with_the_excluded_or_an_auditor() -> None:
    duty = "duty:centre_head"
    assert may_act(actor(), [duty], claimed_as=duty) == duty
    assert may_act(actor(), [duty], ["p1"], claimed_as=duty) is None
    assert may_act(actor(Post(AUDITOR)), [duty], claimed_as=duty) is None
    assert may_act(actor(), ["centre_head"], claimed_as=duty) is None


def test_why_tells_a_shift_that_runs_from_a_claim_made_on_duty() -> None:
    assert said(on_duty(CIE), "duty:unit_head@CIE") == "您现在是信息工程学院单位主要负责人当班，这一步由您办理"
    assert said(actor(), "duty:unit_head@CIE") == "这一步由信息工程学院单位主要负责人当班人员办理，您目前不担任"
    kept = why(actor(), ["duty:centre_head"], directory=Directory(), titles=TITLES, claimed_as="duty:centre_head")
    assert kept == Sentence("您在中心负责人当班时认领了这一步，仍由您办理",
                            "You claimed this step while on duty as head of the centre; it stays yours")


def test_a_vacancy_names_posts_and_for_duties_the_moment() -> None:
    at = datetime(2026, 11, 2, 15, 30, tzinfo=UTC)
    missing = describe_vacancy(["unit_head@CIE", "duty:centre_head", "unit_head@?"], at, Directory(), TITLES)
    assert missing.zh == "信息工程学院单位主要负责人空缺、中心负责人在 2026-11-02 23:30 没有排班、（未指明单位）单位主要负责人空缺"
    assert missing.en == ("head of unit of 信息工程学院 vacant, no shift of head of the centre at 2026-11-02 23:30, "
                          "head of unit of no unit vacant")
    assert describe_vacancy([], at, Directory()).zh == "规则没有找到任何人"


def test_principals_split_into_role_and_place() -> None:
    assert split_principal("duty:unit_head@CIE") == ("unit_head", "CIE")
    assert split_principal("duty:centre_head") == ("centre_head", None)
    assert split_principal("unit_head@CIE") == ("unit_head", "CIE")
    assert split_principal("person:a@b") == ("person", "a@b")
    assert split_principal("everyone") == ("everyone", None)
