"""Guessing is slow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.directory.throttle import (
    LOCKED,
    Attempt,
    address_group,
    judge,
    judge_account,
    judge_address,
    judge_last_admin,
)

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def wrong(*minutes: float, address: str = "10.0.0.1") -> list[Attempt]:
    return [Attempt(at(minute), address, False) for minute in minutes]


def right(minute: float, address: str = "10.0.0.1") -> Attempt:
    return Attempt(at(minute), address, True)


def test_two_mistakes_cost_nothing_and_the_third_and_fourth_a_pause() -> None:
    assert judge_account(wrong(0, 1), at(1)).allowed
    assert judge_account(wrong(0, 1, 2), at(2)).retry_at == at(2) + timedelta(seconds=5)
    assert judge_account(wrong(0, 1, 2, 3), at(3)).retry_at == at(3) + timedelta(seconds=15)
    assert judge_account(wrong(0, 1, 2, 3), at(3.25)).allowed


def test_the_fifth_wrong_password_in_ten_minutes_locks_for_thirty() -> None:
    attempts = wrong(0, 1, 2, 3, 9)
    assert judge_account(attempts, at(9)).retry_at == at(39)
    assert not judge_account(attempts, at(38.99)).allowed
    assert judge_account(attempts, at(39)).allowed


def test_five_wrong_passwords_spread_over_more_than_ten_minutes_do_not_lock() -> None:
    assert judge_account(wrong(0, 3, 6, 9, 12), at(13)).allowed


def test_after_a_lock_the_count_begins_again() -> None:
    attempts = wrong(0, 1, 2, 3, 4, 34, 34.1)
    assert judge_account(attempts, at(35)).allowed


def test_a_right_password_clears_the_mistakes_of_its_own_address_only() -> None:
    own = [*wrong(0, 1, 2, 3), right(4), *wrong(5)]
    assert judge_account(own, at(6)).allowed
    guesser = [*wrong(0, 1, 2, 3, address="192.0.2.9"), right(4), *wrong(5, address="192.0.2.9")]
    assert judge_account(guesser, at(6)).retry_at == at(5) + LOCKED


def test_the_order_in_which_attempts_are_handed_in_does_not_matter() -> None:
    assert judge_account(reversed(wrong(0, 1, 2, 3, 4)), at(5)).retry_at == at(34)


def test_fifty_wrong_from_one_address_wait_until_the_window_clears() -> None:
    attempts = wrong(*(n / 10 for n in range(50)))
    assert judge_address(attempts[:49], at(5)).allowed
    assert judge_address(attempts, at(5)).retry_at == at(10)
    assert judge_address(attempts, at(10)).allowed


def test_a_successful_sign_in_does_not_excuse_an_address() -> None:
    attempts = [*wrong(*(n / 10 for n in range(50))), right(5)]
    assert not judge_address(attempts, at(5)).allowed


def test_both_rules_hold_and_the_longer_wait_counts() -> None:
    many = wrong(*(n / 10 for n in range(50)))
    assert judge(wrong(0, 1, 2, 3, 4), many, at(5)).retry_at == at(34)
    assert judge([], many, at(5)).retry_at == at(10)
    assert judge([], [], at(5)).allowed


def test_the_last_administrator_cannot_be_locked_from_elsewhere() -> None:
    attempts = wrong(0, 1, 2, 3, 4, address="192.0.2.9")
    assert judge_last_admin(attempts, [], at(5), asking="10.0.0.1").allowed
    assert not judge_last_admin(attempts, attempts, at(5), asking="192.0.2.9").allowed


@pytest.mark.parametrize(("address", "group"), [
    ("10.0.0.1", "10.0.0.1"), ("::ffff:10.0.0.1", "10.0.0.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ("2001:db8:1:2::/64", "2001:db8:1:2::/64"), ("fe80::1%eth0", "fe80::/64"), ("unix", "unix"), ("", "")])
def test_an_ipv6_customer_is_one_address(address: str, group: str) -> None:
    assert address_group(address) == group
