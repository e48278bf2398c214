"""Deployments: versions, pinned instances, going back, and nothing stored of what is wrong."""

from __future__ import annotations

import pytest

from engine.errors import DefinitionInvalid, NotAllowed
from engine.store.queries import deployments as version_rows
from engine.verbs import deployments, people
from tests.engine.verbs.small import FILES, FILING, FILING_TEXT, begin_filing, broken_chains, rows_of, with_change
from tests.world import World

SECOND = with_change(FILING_TEXT, "task: 审核", "task: 复核")


def deploy(world: World, files: object = FILES, *, by: str = "pedit") -> deployments.Deployed:
    with world.engine.begin(world.actor(by)) as unit:
        return deployments.deploy(unit, main_file=FILING, files=files)


def versions(world: World) -> list[tuple[int, bool]]:
    with world.engine.read(world.actor("pedit")) as read:
        return [(row.version, row.is_current) for row in version_rows.versions_of(read, "filing")]


def test_the_same_content_is_the_same_version(world: World) -> None:
    before = rows_of(world.engine)
    done = deploy(world)
    assert (done.number, done.is_new) == (1, False)
    assert rows_of(world.engine) == before


def test_running_instances_keep_their_version(world: World) -> None:
    begin_filing(world)
    first = world.last
    assert deploy(world, SECOND).number == 2
    begin_filing(world)
    assert world.open_titles() == ["复核"]
    world.complete("复核", by="bob", action="return", comment="改").complete("申请", by="ann", name="新名")
    assert world.open_titles() == ["复核"]
    world.last = first
    assert world.open_titles() == ["审核"]
    world.complete("审核", by="bob", action="return", comment="改").complete("申请", by="ann", name="新名")
    assert world.open_titles() == ["审核"]
    assert broken_chains(world) == []


def test_a_deployment_says_where_the_directory_leaves_nobody(world: World) -> None:
    kept_apart = with_change(FILING_TEXT, "first: {task: 甲, who: {role: centre}", "first: {task: 甲, who: {role: office}")
    kept_apart = {**kept_apart, FILING: kept_apart[FILING].replace("second: {task: 乙, who: {role: office},",
                                                                   "second: {task: 乙, who: {role: office}, not: =first.actor,")}
    assert "only-holder" not in [warning.code for warning in deploy(world, kept_apart).warnings]
    with world.engine.begin(world.actor("padm")) as unit:
        people.disable_person(unit, person_id=world.actor("hal").id)
    assert "only-holder" in [warning.code for warning in deploy(world, kept_apart).warnings]


def test_going_back_to_an_old_version_makes_it_current_again(world: World) -> None:
    deploy(world, SECOND)
    back = deploy(world)
    assert (back.number, back.is_new) == (1, True)
    assert versions(world) == [(2, False), (1, True)]
    assert begin_filing(world).open_titles() == ["审核"]
    assert deploy(world, with_change(FILING_TEXT, "task: 审核", "task: 三核")).number == 3
    assert broken_chains(world) == []


def test_a_definition_with_a_problem_stores_nothing(world: World) -> None:
    before = rows_of(world.engine)
    with pytest.raises(DefinitionInvalid) as caught:
        deploy(world, with_change(FILING_TEXT, "{role: centre}", "{role: nobody}"))
    assert caught.value.problems[0].place.line > 1
    assert rows_of(world.engine) == before


def test_only_process_administrators_publish(world: World) -> None:
    for login in ("ann", "padm", "aud", "caseop"):
        with pytest.raises(NotAllowed):
            deploy(world, SECOND, by=login)
