"""Separation of duty against rules alone, and against who holds which post."""

from __future__ import annotations

from tests.engine.soundness.shelf import Roster, codes, said_of

REVIEW = "who: {role: head}, form: opinion, actions"
FULL = Roster(head="wang li", office="zhao")


def test_a_separation_that_rules_can_keep_has_no_findings() -> None:
    assert codes((REVIEW, "who: {role: head}, not: =ask.actor, form: opinion, actions"), posts=FULL) == []


def test_nobody_may_do_what_only_the_excluded_may() -> None:
    assert codes((REVIEW, "who: {person: =ask.actor}, not: =ask.actors, form: opinion, actions")) == ["nobody-may"]
    assert codes((REVIEW, "who: {first: [{person: =ask.actor}, {role: head}]}, not: =ask.actor, form: opinion, actions")) == []


def test_approving_what_oneself_wrote_is_pointed_out() -> None:
    assert codes((REVIEW, "who: {role: office}, form: opinion, actions")) == ["self-approval?"]
    assert codes((REVIEW, "who: {person: =ask.actor}, form: opinion, actions")) == ["self-approval?"]
    assert codes((REVIEW, "who: {role: office}, not: =ask.actor, form: opinion, actions")) == []
    assert codes((REVIEW, "who: {role: office}, form: opinion, actions"), ("[approve, {return: ask}]", "complete")) == []


def test_two_roles_of_one_person_are_seen_in_the_directory() -> None:
    assert codes() == []
    assert codes(posts=FULL) == []
    assert codes(posts=Roster(head="wang", office="wang li")) == ["self-approval?"]


def test_the_only_holder_may_be_the_one_who_is_excluded() -> None:
    excluded = (REVIEW, "who: {role: head}, not: =ask.actor, form: opinion, actions")
    [found] = said_of(excluded, posts=Roster(head="wang", office="wang li"))
    assert (found.code, found.severity) == ("only-holder", "warning")
    assert found.zh == "担任“负责人”的只有一人，此人若办了“申请”，就没有人能办“审批”"
    assert codes(excluded, posts=Roster(head="wang", office="li")) == []


def test_a_post_that_nobody_holds_is_told() -> None:
    assert codes(posts=Roster(office="li")) == ["nobody-holds?"]
