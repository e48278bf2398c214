"""What people type, made into values: telephones, dates, numbers, addresses, ports, links.

Pure functions from text to value; each refusal says what was expected. Normalising twice changes nothing.
It refuses to know forms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import SplitResult, urlsplit

from engine.clock import CHINA
from engine.definition.addresses import normal_address
from engine.definition.problems import FULL_WIDTH
from engine.definition.wrong import Wrong

MAX_ITEMS = 1000
EXPANDED_PORTS = 256
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
                      "\ud800-\udfff]")
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})", re.ASCII)
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d{2})(\d{7,8})(?:[-*#](\d{1,6}))?", re.ASCII)
_SHORT = re.compile(r"\d{4,6}", re.ASCII)
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,63}", re.ASCII)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_MOMENT = re.compile(r"(?P<day>\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)[T ]*"
                     r"(?P<hour>\d{1,2})[:时](?P<minute>\d{2})分?(?::?(?P<second>\d{2})(?:\.0+)?秒?)?"
                     r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,10})?", re.ASCII)
_PORT = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?(?:/(tcp|udp))?", re.ASCII)
_UNSAFE_IN_URL = re.compile(r"[\s\\<>\"{}|^`\x00-\x20\x7f-\x9f]")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)


def plain(text: str) -> str:
    """Full-width letters, digits and marks as half-width, ends trimmed."""
    return unicodedata.normalize("NFKC", text).strip()


def normal_line(text: str) -> str:
    """One line of text: line breaks and runs of blanks become one blank."""
    return " ".join(normal_text(text).split())


def normal_text(text: str) -> str:
    """Text of several lines: Unix line ends, NFC, no invisible characters."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    hidden = _CONTROL.search(text)
    if hidden:
        raise Wrong(f"有看不见的控制字符 U+{ord(hidden.group()):04X}，请删去重填",
                    "contains an invisible control character; delete it")
    return text


def normal_tel(text: str) -> str:
    """A mainland mobile number, a landline with area code, or an internal short number; kept as text."""
    bare = plain(text)
    for dash in "—–−－":
        bare = bare.replace(dash, "-")
    joined = re.sub(r"[\s()]", "", bare)
    mobile = _MOBILE.fullmatch(joined.replace("-", ""))
    if mobile:
        return mobile[1]
    local = re.sub(r"^(?:\+?86-?)?(0\d{2,3})-", r"\1", joined)
    landline = _LANDLINE.fullmatch(local) or _LANDLINE.fullmatch(local.replace("-", ""))
    if landline:
        return f"{landline[1]}-{landline[2]}" + (f"-{landline[3]}" if landline[3] else "")
    if _SHORT.fullmatch(joined):
        return joined
    raise Wrong("要填 11 位手机号、带区号的固定电话，或 4–6 位内部短号",
                "expected an 11-digit mobile number, a landline with area code, "
                "or an internal number of 4 to 6 digits")


def normal_email(text: str) -> str:
    mail = plain(text)
    if len(mail) > 254 or not _EMAIL.fullmatch(mail) or ".." in mail:
        raise Wrong("要填邮箱地址，例如 name@example.edu.cn", "expected an e-mail address such as name@example.edu.cn")
    name, _, host = mail.rpartition("@")
    return f"{name}@{host.lower()}"


def normal_date(text: str) -> date:
    found = _DATE.fullmatch(plain(text).replace(" ", ""))
    try:
        if found and 1900 <= int(found[1]) <= 2199:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise Wrong("要填日期，例如 2026-11-20", "expected a date such as 2026-11-20")


def normal_moment(text: str) -> datetime:
    """A moment typed to the minute or second; without an offset it is China time."""
    found = _MOMENT.fullmatch(plain(text))
    if found:
        day = normal_date(found["day"])
        clock = f"{int(found['hour']):02d}:{found['minute']}:{found['second'] or '00'}"
        iso = f"{day.isoformat()}T{clock}{found['zone'] or ''}"
        try:
            moment = datetime.fromisoformat(iso)
            return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).astimezone(CHINA)
        except (ValueError, OverflowError):
            pass
    raise Wrong("要填日期和时间，例如 2026-11-20 14:30", "expected a date and time such as 2026-11-20 14:30")


def normal_number(text: str) -> Decimal:
    bare = plain(text).replace(" ", "")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", bare, re.ASCII):
        bare = bare.replace(",", "")
    if not _NUMBER.fullmatch(bare):
        raise Wrong("要填数字，例如 12 或 3.5", "expected a number such as 12 or 3.5")
    number = Decimal(bare)
    return abs(number) if number == 0 else number


# ---------------------------------------------------------------- lists

def _items(text: str) -> list[str]:
    """The items of a list written with commas, semicolons, 、 or blanks; a dash may have blanks around it."""
    bare = re.sub(r"\s*(?:[-~–—−－]|至)\s*", "-", plain(text).replace("。", "."))
    items = [item for item in re.split(r"[,;、\s]+", bare) if item]
    if len(items) > MAX_ITEMS:
        raise Wrong(f"最多填 {MAX_ITEMS} 项", f"expected {MAX_ITEMS} items at most")
    return items


def normal_ip_list(text: str) -> list[str]:
    """IPv4 and IPv6 addresses, networks and ranges, once each."""
    return list(dict.fromkeys(normal_address(item) for item in _items(text)))


def normal_port_list(text: str) -> list[object]:
    """Ports as numbers; ranges up to 256 ports are written out, wider ones and UDP stay text."""
    found: dict[object, None] = {}
    for item in _items(text.lower()):
        found.update(dict.fromkeys(_ports(item)))
    return list(found)


def _ports(item: str) -> Iterator[object]:
    match = _PORT.fullmatch(item)
    first = int(match[1]) if match else 0
    last = int(match[2]) if match and match[2] else first
    if match is None or not 1 <= first <= last <= 65535:
        raise Wrong(f"“{item}”不是端口：要填 1–65535 的整数或范围，例如 80, 443, 8000-8010",
                    f"{item!r} is no port: expected 1 to 65535 or ranges, such as 80, 443, 8000-8010")
    if match[3] == "udp":
        yield f"{first}-{last}/udp" if last > first else f"{first}/udp"
    elif last - first < EXPANDED_PORTS:
        yield from (Decimal(port) for port in range(first, last + 1))
    else:
        yield f"{first}-{last}"


# ---------------------------------------------------------------- names of machines

def normal_domain(text: str) -> str:
    """A domain name, lower-case; 中文 labels stay readable."""
    _name_full_width(text.strip())
    return _domain(text.strip().rstrip(".").lower())


def _domain(host: str) -> str:
    try:
        ascii_host = host.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_host = ""
    labels = ascii_host.split(".")
    if len(labels) < 2 or len(ascii_host) > 253 or not all(_LABEL.fullmatch(label)
                                                           for label in labels) or labels[-1].isdigit():
        raise Wrong("要填域名，例如 lab.example.edu.cn", "expected a domain name such as lab.example.edu.cn")
    return unicodedata.normalize("NFC", host)


def normal_url(text: str) -> str:
    """A link with scheme and host; credentials and fragments are refused."""
    link = text.strip()
    _name_full_width(link)
    try:
        parts = urlsplit(link)
        port = parts.port
    except ValueError:
        raise _bad_url() from None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or _UNSAFE_IN_URL.search(link):
        raise _bad_url()
    if len(link) > 2000:
        raise Wrong("网址最多 2000 个字符", "expected 2000 characters at most")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise Wrong("网址里不能有用户名和密码", "a URL may not carry a user name or password")
    if parts.fragment or link.endswith("#"):
        raise Wrong("网址里不能有 # 之后的部分", "a URL may not have a part after #")
    return _join(parts, port)


def _join(parts: SplitResult, port: int | None) -> str:
    host = parts.hostname or ""
    if ":" in host or re.fullmatch(r"[\d.]+", host):
        address = normal_address(host)
        host = f"[{address}]" if ":" in address else address
    else:
        host = _domain(host.rstrip("."))
    netloc = host if port is None else f"{host}:{port}"
    return parts._replace(scheme=parts.scheme.lower(), netloc=netloc).geturl()


def _bad_url() -> Wrong:
    return Wrong("要填以 http:// 或 https:// 开头的完整网址", "expected a full URL beginning with http:// or https://")


def _name_full_width(text: str) -> None:
    named = {**FULL_WIDTH, "。": "."}
    for mark in text:
        half = named.get(mark) or (chr(ord(mark) - 0xFEE0) if "！" <= mark <= "～" else "")
        if half:
            raise Wrong(f"含有全角字符“{mark}”，请改为半角的“{half}”", f"contains the full-width {mark!r}; write {half!r}")
