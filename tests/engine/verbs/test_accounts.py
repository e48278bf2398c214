"""Accounts: signing in, the throttle, sessions, passwords, and the demonstration's open door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.actors import SYSTEM
from engine.errors import NotAllowed, NotFound, Rejected, SubmissionInvalid
from engine.store.account_rows import add_attempt, set_setting
from engine.store.tables import sessions, sign_in_attempts
from engine.verbs import accounts, people
from tests.engine.verbs.small import broken_chains, rows_of
from tests.world import World

HOME = "10.0.0.1"


def password_of(world: World, login: str) -> str:
    with world.engine.begin(SYSTEM) as unit:
        return accounts.issue_password(unit, person_id=world.ids[login])


def sign_in(world: World, login: str, password: str, *, address: str = HOME) -> accounts.SignedIn:
    with world.engine.begin(SYSTEM) as unit:
        return accounts.sign_in(unit, login=login, password=password, address=address, agent="test")


def fails(world: World, login: str, password: str = "wrong", *, address: str = HOME) -> str:
    with pytest.raises(NotAllowed) as caught:
        sign_in(world, login, password, address=address)
    return caught.value.sentence.zh


def who(world: World, token: str) -> str | None:
    with world.engine.read(SYSTEM) as read:
        found = accounts.resume(read, token)
    return found[0].name if found is not None else None


def counted(world: World) -> int:
    with world.engine.database.reading.connect() as connection:
        return connection.execute(select(func.count()).select_from(sign_in_attempts)).scalar_one()


def test_an_initial_password_opens_a_session_that_must_change_it(world: World) -> None:
    signed_in = sign_in(world, " ANN ", password_of(world, "ann"))
    assert (signed_in.person_id, signed_in.must_change) == (world.ids["ann"], True)
    assert who(world, signed_in.token) == "安"
    assert broken_chains(world) == []


def test_an_initial_password_lives_a_day(world: World) -> None:
    password = password_of(world, "ann")
    world.clock.advance(timedelta(hours=24))
    fails(world, "ann", password)


def test_unknown_disabled_and_wrong_are_told_the_same(world: World) -> None:
    password = password_of(world, "ann")
    with world.engine.begin(SYSTEM) as unit:
        people.disable_person(unit, person_id=world.ids["ann"])
    password_of(world, "ada")
    assert len({fails(world, "nobody"), fails(world, "ann", password), fails(world, "ada")}) == 1
    assert counted(world) == 3


def test_a_login_that_no_database_could_hold_is_refused_like_any_other(world: World) -> None:
    assert fails(world, "a\0nobody") == fails(world, "nobody")


def test_a_refused_sign_in_is_counted_and_traced_although_it_is_refused(world: World) -> None:
    password_of(world, "ann")
    fails(world, "ann")
    assert counted(world) == 1
    assert any("SignInRefused" in row for row in rows_of(world.engine)["records"])
    assert broken_chains(world) == []


def guess(world: World, times: int) -> None:
    for _ in range(times):
        fails(world, "ann")
        world.clock.advance(timedelta(seconds=20))


def test_five_wrong_lock_for_half_an_hour_and_the_right_one_too(world: World) -> None:
    password = password_of(world, "ann")
    guess(world, 5)
    assert "请于" in fails(world, "ann", password)
    world.clock.advance(timedelta(minutes=30))
    assert sign_in(world, "ann", password).token


def test_knocking_at_a_locked_door_does_not_keep_it_locked(world: World) -> None:
    password = password_of(world, "ann")
    guess(world, 5)
    for _ in range(10):
        world.clock.advance(timedelta(minutes=2))
        fails(world, "ann")
    assert counted(world) == 5
    world.clock.advance(timedelta(minutes=10))
    assert sign_in(world, "ann", password).token


def test_an_ipv6_customer_is_one_address(world: World) -> None:
    with world.engine.begin(SYSTEM) as unit:
        for number in range(49):
            add_attempt(unit.connection, f"nobody{number}", "2001:db8::/64", world.clock.now(), succeeded=False)
    assert "请于" not in fails(world, "nobody", address="2001:db8::1")
    assert "请于" in fails(world, "nobody-else", address="2001:db8::ffff")
    assert "请于" not in fails(world, "nobody-else", address="2001:db8:0:1::1")


def test_sessions_idle_out_end_and_are_few(world: World) -> None:
    password = password_of(world, "ann")
    tokens = []
    for _ in range(4):
        tokens.append(sign_in(world, "ann", password).token)
        world.clock.advance(timedelta(minutes=1))
    assert [who(world, token) for token in tokens] == [None, "安", "安", "安"]
    with world.engine.begin(world.actor("ann")) as unit:
        accounts.sign_out(unit, token=tokens[1])
        accounts.sign_out(unit, token=tokens[1])
    assert who(world, tokens[1]) is None
    world.clock.advance(timedelta(minutes=31))
    assert who(world, tokens[3]) is None
    assert who(world, "no such token") is None


def test_whoever_is_disabled_has_no_session_any_more(world: World) -> None:
    token = sign_in(world, "ann", password_of(world, "ann")).token
    with world.engine.begin(SYSTEM) as unit:
        people.disable_person(unit, person_id=world.ids["ann"])
    assert who(world, token) is None


NEW = "Ginkgo-blatt-7 Regen"


def test_a_new_password_ends_all_other_sessions(world: World) -> None:
    old = password_of(world, "ann")
    kept, other = sign_in(world, "ann", old).token, sign_in(world, "ann", old).token
    with world.engine.begin(world.actor("ann")) as unit:
        accounts.change_password(unit, person_id=world.ids["ann"], current=old, new=NEW, keep_token=kept)
    assert (who(world, kept), who(world, other)) == ("安", None)
    fails(world, "ann", old)
    assert sign_in(world, "ann", NEW).must_change is False


def test_a_password_changes_only_with_the_right_one_and_by_its_rules(world: World) -> None:
    old = password_of(world, "ann")
    for current, new, field in (("wrong", NEW, "current"), (old, "short", "new"), (old, old, "new")):
        with pytest.raises(SubmissionInvalid) as caught, world.engine.begin(world.actor("ann")) as unit:
            accounts.change_password(unit, person_id=world.ids["ann"], current=current, new=new)
        assert {error.field for error in caught.value.errors} == {field}
    with pytest.raises(NotFound), world.engine.begin(world.actor("ada")) as unit:
        accounts.change_password(unit, person_id=world.ids["ann"], current=old, new=NEW)


def change(world: World, current: str) -> None:
    with world.engine.begin(world.actor("ann")) as unit:
        accounts.change_password(unit, person_id=world.ids["ann"], current=current, new=NEW)


def test_guessing_the_current_password_is_counted_and_stopped(world: World) -> None:
    password = password_of(world, "ann")
    for _ in range(5):
        with pytest.raises(SubmissionInvalid):
            change(world, "wrong")
        world.clock.advance(timedelta(seconds=20))
    assert counted(world) == 5
    with pytest.raises(NotAllowed, match="请于"):
        change(world, password)
    world.clock.advance(timedelta(minutes=30))
    change(world, password)
    assert broken_chains(world) == []


def test_guesses_at_the_door_do_not_keep_the_owner_from_changing_it(world: World) -> None:
    password = password_of(world, "ann")
    guess(world, 5)
    change(world, password)
    assert counted(world) == 6


def test_a_password_changed_since_it_was_compared_does_not_fit(world: World) -> None:
    password = password_of(world, "ann")
    with world.engine.read(SYSTEM) as read:
        compared = accounts.compare(read, login="ann", password=password)
    change(world, password)
    with pytest.raises(NotAllowed), world.engine.begin(SYSTEM) as unit:
        accounts.enter(unit, compared, address=HOME, agent="test")
    with world.engine.read(SYSTEM) as read:
        compared = accounts.compare(read, login="ann", password=NEW)
    with world.engine.begin(SYSTEM) as unit:
        assert accounts.enter(unit, compared, address=HOME, agent="test").person_id == world.ids["ann"]


def test_only_platform_administrators_issue_passwords(world: World) -> None:
    for login in ("ann", "aud", "caseop", "pedit"):
        with pytest.raises(NotAllowed), world.engine.begin(world.actor(login)) as unit:
            accounts.issue_password(unit, person_id=world.ids["ann"])
    with pytest.raises(NotFound), world.engine.begin(world.actor("padm")) as unit:
        accounts.issue_password(unit, person_id="nobody")
    with world.engine.begin(world.actor("padm")) as unit:
        assert accounts.issue_password(unit, person_id=world.ids["ann"])


def test_the_newest_attempts_count_however_many_there_were(world: World) -> None:
    with world.engine.begin(SYSTEM) as unit:
        for _ in range(500):
            add_attempt(unit.connection, "elsewhere", HOME, world.clock.now(), succeeded=True)
        for _ in range(50):
            add_attempt(unit.connection, "elsewhere", HOME, world.clock.now() + timedelta(minutes=1), succeeded=False)
    world.clock.advance(timedelta(minutes=2))
    assert "请于" in fails(world, "nobody")


def test_secrets_are_stored_as_hashes_and_never_recorded(world: World) -> None:
    password = password_of(world, "ann")
    token = sign_in(world, "ann", password).token
    stored = "\n".join(row for rows in rows_of(world.engine).values() for row in rows)
    for secret in (password, token):
        assert secret not in stored
        assert secret.encode().hex() not in stored


def test_the_open_door_is_only_in_a_demonstration(world: World) -> None:
    with pytest.raises(NotFound), world.engine.begin(SYSTEM) as unit:
        accounts.sign_in_demo(unit, person_id=world.ids["ann"], address=HOME, agent="t")
    with world.engine.begin(SYSTEM) as unit:
        set_setting(unit.connection, "demo", "yes")
    with world.engine.begin(SYSTEM) as unit:
        token = accounts.sign_in_demo(unit, person_id=world.ids["ann"], address=HOME, agent="t").token
    assert who(world, token) == "安"
    with pytest.raises(Rejected), world.engine.begin(SYSTEM) as unit:
        accounts.sign_in_demo(unit, person_id="nobody", address=HOME, agent="t")
    with world.engine.database.reading.connect() as connection:
        assert connection.execute(select(func.count()).select_from(sessions)).scalar() == 1
