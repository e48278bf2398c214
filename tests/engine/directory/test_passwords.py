"""Good and bad passwords."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import count

import pytest

from engine.actors import AUDITOR, CASE_OPERATOR, PLATFORM_ADMIN
from engine.directory import passwords
from engine.directory.passwords import (
    PasswordOwner,
    broken_rules,
    generate_password,
    hash_password,
    needs_rehash,
    password_expires_at,
    verify_password,
)

OWNER = PasswordOwner("zhangsan01", "张三", ("信息工程学院", "CIE", "13838385262"))
ADMIN = PasswordOwner("padm", "管理员", powers=frozenset({PLATFORM_ADMIN}))
GOOD = "kiWer7-blauTob"


def broken(password: str, owner: PasswordOwner = OWNER) -> list[str]:
    return [sentence.zh for sentence in broken_rules(password, owner)]


@pytest.mark.parametrize("password", [GOOD, "correct Horse 7 battery", "我爱北京Tiananmen9", "Kemu-Rapo-Tovi-8362",
                                      "xK5262mvPq-tWd", "a7B" + "wkmxrzvtph" * 6])
def test_long_and_mixed_passwords_are_good(password: str) -> None:
    assert broken(password) == []


@pytest.mark.parametrize(("password", "complaint"), [
    ("kiWer7-blau", "至少需要 12 位，现在是 11 位"), ("kiwer7-blautob", "缺少大写字母"), ("KIWER7-BLAUTOB", "缺少小写字母"),
    ("kiWerx-blauTob", "缺少数字"), ("kiWer7\x00blauTob", "含有无法输入的控制字符"), ("kiWer7-" * 60, "最多 256 位")])
def test_each_rule_of_shape_has_its_sentence(password: str, complaint: str) -> None:
    assert complaint in broken(password)


def test_every_broken_rule_is_named_at_once() -> None:
    assert len(broken("abc")) == 4


@pytest.mark.parametrize("password", [
    "Password1234", "Admin@123456", "P@ssw0rd2024!", "Qwertyuiop12", "Aa1Aa1Aa1Aa1", "Zhengzhou20240101",
    "Wangluo@2026", "1qaz2wsx3EDC", "Woaini5201314", "Abcdefgh1234567890", "Aaaaaaaaaaaaa1", "4dm1n1str4t0R99",
    "LKJHGFdsa098765", "Huanying2024Welcome", "Xuexiao-Guanli-888"])
def test_what_everybody_would_try_first_is_refused(password: str) -> None:
    assert any("太容易猜" in sentence for sentence in broken(password))


@pytest.mark.parametrize("password", ["Zhangsan01-kwmvpt", "zh4ngs@n01-KWMVpt", "张三kwmvPT7xbd-q", "kwCIE7mvpt-xbdQ",
                                      "信息工程学院kwmvPt7", "Kwmv-13838385262-p", "Kwmvpt-xbd385262"])
def test_account_name_unit_and_telephone_are_refused_even_in_disguise(password: str) -> None:
    assert "不能包含账号、姓名、单位、学校名称或电话号码" in broken(password)


@pytest.mark.parametrize("password", ["ANLIU-kwmvpt7xb", "安流kwmvPT7xbd-q"])
def test_the_name_of_the_product_is_refused(password: str) -> None:
    assert "不能包含本系统的名称" in broken(password)


def test_powers_need_fifteen_characters() -> None:
    assert broken(GOOD, ADMIN) == ["至少需要 15 位，现在是 14 位"]
    assert broken(GOOD + "k", ADMIN) == []
    assert broken(GOOD, PasswordOwner("x", "y", powers=frozenset({CASE_OPERATOR}))) == []


def test_the_last_five_passwords_may_not_come_again() -> None:
    former = [hash_password(f"{GOOD}{n}") for n in range(6)]
    assert "最近 5 次" in broken_rules(f"{GOOD}4", OWNER, former=former)[0].zh
    assert broken_rules(f"{GOOD}5", OWNER, former=former) == ()


def test_a_password_verifies_against_its_own_hash_only() -> None:
    stored = hash_password(GOOD)
    assert stored.startswith("$argon2id$")
    assert stored != hash_password(GOOD)
    assert verify_password(stored, GOOD)
    assert not verify_password(stored, GOOD.lower())
    assert not verify_password(stored, GOOD + "x")
    assert not needs_rehash(stored)


def test_no_account_and_a_damaged_hash_verify_nothing() -> None:
    assert not verify_password(None, GOOD)
    assert not verify_password("", GOOD)
    assert not verify_password("broken", GOOD)


def test_an_unknown_account_is_checked_with_the_parameters_of_known_ones() -> None:
    assert not needs_rehash(passwords._NOBODYS_HASH)


def test_long_passwords_are_not_cut_off_and_composed_characters_are_one() -> None:
    stored = hash_password("é" * 100 + "a")
    assert verify_password(stored, "e\u0301" * 100 + "a")
    assert not verify_password(stored, "é" * 100 + "b")


def test_initial_passwords_are_good_for_everybody_readable_and_different() -> None:
    made = {generate_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        assert broken(password, ADMIN) == []
        assert not set(password) & set("lqI01")


def test_initial_passwords_come_from_the_source_of_randomness_given() -> None:
    def source() -> object:
        numbers = count(7, 13)
        return lambda size: bytes(next(numbers) % 256 for _ in range(size))

    assert generate_password(source()) == generate_password(source())  # type: ignore[arg-type]


def test_passwords_of_powers_live_shorter() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert password_expires_at(now, OWNER) == now + timedelta(days=180)
    assert password_expires_at(now, PasswordOwner("a", "b", powers=frozenset({AUDITOR}))) == now + timedelta(days=90)


def test_the_list_of_common_words_is_clean() -> None:
    lines = files("engine.directory").joinpath("common_passwords.txt").read_text("utf-8").splitlines()
    words = [line for line in lines if not line.startswith("#")]
    assert len(words) > 300
    assert len(words) == len(set(words))
    assert all(len(word) >= 3 and word.isalnum() and word == word.lower() for word in words)
