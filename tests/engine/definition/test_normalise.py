"""What people type becomes values: one table of examples, and properties over random texts."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.clock import CHINA
from engine.definition import normalise
from engine.definition.wrong import Wrong

GOOD: list[tuple[Callable[[str], object], str, object]] = [
    (normalise.normal_tel, "138 0000 5262", "13800005262"),
    (normalise.normal_tel, "＋86 １３８０００05262", "13800005262"),
    (normalise.normal_tel, "0350-3000000", "0350-3000000"),
    (normalise.normal_tel, "(010)6000-0000", "010-60000000"),
    (normalise.normal_tel, "03503000000-801", "0350-3000000-801"), (normalise.normal_tel, "6001", "6001"),
    (normalise.normal_email, " Name＠Example.EDU.cn ", "Name@example.edu.cn"),
    (normalise.normal_date, "2026/1/2", date(2026, 1, 2)),
    (normalise.normal_date, "２０２６年1月2日", date(2026, 1, 2)),
    (normalise.normal_moment, "2026-11-20T14:30", datetime(2026, 11, 20, 14, 30, tzinfo=CHINA)),
    (normalise.normal_moment, "2026-11-20 14：30：05", datetime(2026, 11, 20, 14, 30, 5, tzinfo=CHINA)),
    (normalise.normal_moment, "2026-11-20T06:30:00Z", datetime(2026, 11, 20, 14, 30, tzinfo=CHINA)),
    (normalise.normal_moment, "2026年11月20日14时30分", datetime(2026, 11, 20, 14, 30, tzinfo=CHINA)),
    (normalise.normal_number, "1,234.50", Decimal("1234.50")), (normalise.normal_number, "－12", Decimal(-12)),
    (normalise.normal_ip_list, "10.1.2.3，10.1.2.4；2001:DB8::1\n10.1.2.3",
     ["10.1.2.3", "10.1.2.4", "2001:db8::1"]),
    (normalise.normal_ip_list, "10.0.0.1 - 10.0.0.9、10.0.0.0/24", ["10.0.0.1-10.0.0.9", "10.0.0.0/24"]),
    (normalise.normal_ip_list, "10。1．1.1，10.0.0.3-7", ["10.1.1.1", "10.0.0.3-10.0.0.7"]),
    (normalise.normal_port_list, "８０，443、8080-8082",
     [Decimal(80), Decimal(443), Decimal(8080), Decimal(8081), Decimal(8082)]),
    (normalise.normal_port_list, "80/TCP 53/udp 1-65535", [Decimal(80), "53/udp", "1-65535"]),
    (normalise.normal_url, "HTTPS://Lab.Example.edu.CN:8443/a?b=1", "https://lab.example.edu.cn:8443/a?b=1"),
    (normalise.normal_url, "http://[2001:DB8::1]/", "http://[2001:db8::1]/"),
    (normalise.normal_domain, "Lab.Example.edu.cn.", "lab.example.edu.cn"),
    (normalise.normal_domain, "例子.中国", "例子.中国"),
]
BAD: list[tuple[Callable[[str], object], str, str]] = [
    (normalise.normal_tel, "12800005262", "11 位手机号"), (normalise.normal_tel, "138", "11 位手机号"),
    (normalise.normal_email, "a@b", "邮箱"), (normalise.normal_email, "a..b@c.cn", "邮箱"),
    (normalise.normal_date, "2026-02-30", "日期"), (normalise.normal_date, "20261120", "日期"),
    (normalise.normal_moment, "2026-11-20 25:00", "日期和时间"), (normalise.normal_moment, "2026-11-20", "日期和时间"),
    (normalise.normal_moment, "0001-01-01 00:00", "日期"), (normalise.normal_number, "1e9", "数字"),
    (normalise.normal_number, "十二", "数字"),
    (normalise.normal_ip_list, "10.0.0.5/24", "10.0.0.0/24"), (normalise.normal_ip_list, "0.0.0.0", "不是一台设备"),
    (normalise.normal_ip_list, "255.255.255.255", "广播"), (normalise.normal_ip_list, "0.0.0.0/0", "不是一台设备"),
    (normalise.normal_ip_list, "010.1.1.1", "不是 IP 地址"),
    (normalise.normal_ip_list, "10.0.0.9-10.0.0.1", "从小到大"),
    (normalise.normal_ip_list, "fe80::1%eth0", "不是 IP 地址"),
    (normalise.normal_ip_list, "10.0.0.1-::1", "从小到大"),
    (normalise.normal_port_list, "0", "1–65535"), (normalise.normal_port_list, "65536", "1–65535"),
    (normalise.normal_port_list, "90-80", "1–65535"), (normalise.normal_port_list, "http", "1–65535"),
    (normalise.normal_url, "ftp://a.cn", "http"), (normalise.normal_url, "a.cn", "http"),
    (normalise.normal_url, "javascript:alert(1)", "http"),
    (normalise.normal_url, "https://u:p@a.cn/", "密码"), (normalise.normal_url, "https://a.cn/#x", "#"),
    (normalise.normal_url, "https://a。cn", "全角字符“。”"), (normalise.normal_url, "https：//a.cn", "全角字符“：”"),
    (normalise.normal_url, "https://a.cn:99999/", "http"), (normalise.normal_url, "https://a\\b.cn/", "http"),
    (normalise.normal_domain, "a", "域名"), (normalise.normal_domain, "-a.cn", "域名"),
    (normalise.normal_domain, "1.2.3.4", "域名"),
    (normalise.normal_domain, "a．cn", "全角字符“．”"), (normalise.normal_text, "a\u202eb", "控制字符"),
]
READERS = sorted({reader for reader, _, _ in GOOD}, key=lambda reader: reader.__name__)


@pytest.mark.parametrize(("read", "typed", "value"), GOOD)
def test_what_is_typed_becomes_the_value(read: Callable[[str], object], typed: str, value: object) -> None:
    assert read(typed) == value


@pytest.mark.parametrize(("read", "typed", "said"), BAD)
def test_what_cannot_be_is_refused_with_what_was_expected(read: Callable[[str], object], typed: str,
                                                          said: str) -> None:
    with pytest.raises(Wrong) as refused:
        read(typed)
    assert said in refused.value.zh
    assert refused.value.en


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@given(text=st.text(alphabet=st.sampled_from("0123456789abcxzABC.:/-@#，。；：、～＠ ０９Ａ年月日T+%[]\n\t'\"中\u202e"),
                    max_size=40))
@settings(max_examples=200, deadline=None, print_blob=True)
def test_any_text_gives_a_value_or_a_sentence_and_reading_the_value_again_changes_nothing(
        read: Callable[[str], object], text: str) -> None:
    try:
        value = read(text)
    except Wrong:
        return
    again = ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)
    assert read(again) == value


@given(st.ip_addresses(v=4), st.sampled_from("，,；;、 \n"), st.ip_addresses(v=6))
@settings(deadline=None, print_blob=True)
def test_every_machine_address_is_accepted_whatever_separates_them(four: ipaddress.IPv4Address, mark: str,
                                                                   six: ipaddress.IPv6Address) -> None:
    if int(four) and int(six) and int(four) != 2**32 - 1:
        assert normalise.normal_ip_list(f"{four}{mark}{six.exploded}") == [str(four), str(six)]


@given(st.integers(0, 2**32 - 1), st.integers(1, 31))
@settings(deadline=None, print_blob=True)
def test_a_network_with_host_bits_is_refused_and_the_right_one_named(number: int, prefix: int) -> None:
    network = ipaddress.ip_network((number, prefix), strict=False)
    typed = f"{ipaddress.ip_address(number)}/{prefix}"
    if int(network.network_address) == number and number:
        assert normalise.normal_ip_list(typed) == [typed]
    elif number not in (0, 2**32 - 1):
        with pytest.raises(Wrong, match=str(network)):
            normalise.normal_ip_list(typed)


@given(day=st.dates(date(1901, 1, 1), date(2199, 1, 1)), clock=st.times(), to_the_second=st.booleans())
@settings(deadline=None, print_blob=True)
def test_a_moment_typed_in_any_usual_way_is_the_same_moment(*, day: date, clock: time,
                                                                  to_the_second: bool) -> None:
    local = datetime.combine(day, clock, CHINA)
    moment = (local.replace(microsecond=0) if to_the_second
              else local.replace(second=0, microsecond=0)).replace(tzinfo=CHINA)
    for pattern in ("%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H：%M：%S", "%Y年%m月%d日 %H:%M:%S"):
        assert normalise.normal_moment(moment.strftime(pattern)) == moment
    assert normalise.normal_moment(moment.isoformat()) == moment
    assert normalise.normal_moment(moment.isoformat()).utcoffset() == timedelta(hours=8)
