"""Tokens: who may issue them, what they open, how they end; nothing of their secrets is kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from engine.actors import SYSTEM, Actor
from engine.errors import NotAllowed, NotFound, SubmissionInvalid, WrongState
from engine.store.api_tables import token_secrets
from engine.store.queries.people import find_people
from engine.store.queries.tokens import list_tokens
from engine.verbs import accounts, people, tokens
from tests.engine.verbs.small import broken_chains
from tests.world import World


def program(world: World, login: str = "scanner", **posts: str) -> str:
    with world.engine.begin(SYSTEM) as unit:
        person_id = people.add_person(unit, login=login, name="扫描器", unit_id=None, kind="service")
        people.hold_post(unit, person_id=person_id, role="program")
    return person_id


def issued(world: World, person_id: str, *, by: Actor = SYSTEM, title: str = "资产扫描", scopes: Collection[str] = ("jobs",),
           days: int = 90) -> tokens.IssuedToken:
    with world.engine.begin(by) as unit:
        return tokens.issue(unit, person_id=person_id, title=title, scopes=scopes, lives=timedelta(days=days))


def admitted(world: World, token: str) -> tokens.Admitted | None:
    with world.engine.read(SYSTEM) as read:
        return tokens.admit(read, token)


def test_a_token_acts_as_the_program_it_was_issued_to(world: World) -> None:
    person_id = program(world)
    token = issued(world, person_id, scopes=["jobs", "messages"])
    came = admitted(world, token.text)
    assert came is not None
    assert (came.actor.id, came.actor.powers, came.scopes) == (person_id, {"program"}, {"jobs", "messages"})
    assert token.text.startswith(f"{token.id}_")
    assert broken_chains(world) == []


def test_nothing_that_is_kept_holds_the_secret(world: World) -> None:
    token = issued(world, program(world))
    secret = token.text.removeprefix(f"{token.id}_")
    with world.engine.database.reading.connect() as connection:
        bodies = [bytes(row.body) for row in connection.execute(text("select body from records"))]
        hashes = connection.execute(select(token_secrets.c.hash)).scalars().all()
    assert any(token.id.encode() in body for body in bodies)
    assert not any(secret.encode() in body or hashes[0].encode() in body for body in bodies)
    assert hashes[0] != secret


@pytest.mark.parametrize("other", ["", "x", "anliu_000000000000_" + "0" * 64, "令牌", "a" * 10_000])
def test_what_is_no_token_opens_nothing(world: World, other: str) -> None:
    issued(world, program(world))
    assert admitted(world, other) is None


def test_a_token_ends_at_its_moment(world: World) -> None:
    token = issued(world, program(world), days=1)
    world.clock.advance(timedelta(days=1) - timedelta(seconds=1))
    assert admitted(world, token.text) is not None
    world.clock.advance(timedelta(seconds=1))
    assert admitted(world, token.text) is None


def test_a_withdrawn_token_opens_nothing_and_is_withdrawn_once(world: World) -> None:
    token = issued(world, program(world))
    with world.engine.begin(SYSTEM) as unit:
        tokens.withdraw(unit, token_id=token.id)
    assert admitted(world, token.text) is None
    with pytest.raises(WrongState), world.engine.begin(SYSTEM) as unit:
        tokens.withdraw(unit, token_id=token.id)


def test_with_its_owner_goes_the_token(world: World) -> None:
    person_id = program(world)
    token = issued(world, person_id)
    with world.engine.begin(SYSTEM) as unit:
        people.disable_person(unit, person_id=person_id)
    assert admitted(world, token.text) is None
    with pytest.raises(NotFound):
        issued(world, person_id)


def test_people_issue_their_own_and_the_administrator_only_those_of_programs(world: World) -> None:
    scanner = program(world)
    with world.engine.begin(SYSTEM) as unit:
        people.hold_post(unit, person_id=world.ids["zoe"], role="platform_admin")
    issued(world, scanner, by=world.actor("zoe"))
    issued(world, world.ids["ann"], by=world.actor("ann"), scopes=["tasks:read"])
    for owner, by in ((world.ids["ann"], "zoe"), (world.ids["ann"], "bob"), (scanner, "bob")):
        with pytest.raises(NotAllowed):
            issued(world, owner, by=world.actor(by))


def test_a_token_is_withdrawn_by_its_owner_or_the_administrator_and_is_missing_for_others(world: World) -> None:
    token = issued(world, world.ids["ann"], by=world.actor("ann"))
    with pytest.raises(NotFound), world.engine.begin(world.actor("bob")) as unit:
        tokens.withdraw(unit, token_id=token.id)
    with world.engine.begin(world.actor("ann")) as unit:
        tokens.withdraw(unit, token_id=token.id)
    assert admitted(world, token.text) is None


def test_everything_that_is_wrong_is_said_at_once(world: World) -> None:
    with pytest.raises(SubmissionInvalid) as caught:
        issued(world, program(world), title=" ", scopes=["jobs", "everything"], days=367)
    assert [error.field for error in caught.value.errors] == ["title", "scopes", "lives"]
    assert "everything" in caught.value.errors[1].en


def test_an_account_of_a_program_has_no_password_and_is_nobody_to_choose(world: World) -> None:
    person_id = program(world)
    with pytest.raises(WrongState), world.engine.begin(SYSTEM) as unit:
        accounts.issue_password(unit, person_id=person_id)
    with world.engine.read(SYSTEM) as read:
        assert find_people(read, "扫描") == ()


def test_a_list_shows_all_to_the_administrator_and_everybody_his_own(world: World) -> None:
    scanner = issued(world, program(world))
    own = issued(world, world.ids["ann"], by=world.actor("ann"))
    with world.engine.begin(SYSTEM) as unit:
        tokens.see(unit, scanner.id)
    with world.engine.read(SYSTEM) as read:
        assert {row.id: row.used_at for row in list_tokens(read)} == {scanner.id: world.clock.now(), own.id: None}
    with world.engine.read(world.actor("ann")) as read:
        assert [row.id for row in list_tokens(read)] == [own.id]
    came = admitted(world, scanner.text)
    assert came is not None and not came.is_seen_long_ago
