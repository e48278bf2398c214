"""What a server is told at its start, and the self-check that refuses to serve an unsafe one.

It reads neither files nor the environment: the command line does.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

SHORTEST_SECRET = 32
_KNOWN_SECRETS = ("change me", "changeme", "secret", "development", "password", "anliu")
_EVERY_ADDRESS = ("", "*", "0.0.0.0", "::")  # refused below, never bound


class SettingsUnsafe(Exception):
    """The server will not start like this; the message says what to mend."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`demo` says that the database itself is a demonstration one; `host` is the address that is bound."""

    secret_key: str
    host: str = "127.0.0.1"
    https: bool = False
    demo: bool = False
    debug: bool = False
    trusted_hosts: tuple[str, ...] = ()
    """Names this server answers to; needed when it is bound to every address."""
    api_rate: int = 600
    """Requests a minute that one token may make of one process."""
    largest_upload: int = 20 * 1024 * 1024

    @property
    def answers_to(self) -> tuple[str, ...]:
        """Host names that are served: a server on loopback answers to loopback only, whatever a page elsewhere says."""
        if self.trusted_hosts or not self.is_loopback:
            return self.trusted_hosts
        return ("127.0.0.1", "localhost", "[::1]")

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.host)


def is_loopback(address: str | None) -> bool:
    """Whether an address never leaves this machine."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


def check_settings(settings: Settings) -> None:
    """Raise SettingsUnsafe unless the server may start."""
    secret = settings.secret_key
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < 8:
        raise SettingsUnsafe(f"密钥至少需要 {SHORTEST_SECRET} 个随机字符 / "
                             f"The secret key needs at least {SHORTEST_SECRET} random characters")
    if any(word in secret.lower() for word in _KNOWN_SECRETS):
        raise SettingsUnsafe("密钥是众所周知的词，请随机生成 / The secret key contains a well-known word, generate one")
    if settings.debug:
        raise SettingsUnsafe("不得以调试方式运行 / Debug mode is refused")
    if settings.host in _EVERY_ADDRESS and not settings.trusted_hosts:
        raise SettingsUnsafe("绑定所有地址时必须列出本站域名 / Bound to every address, the site's names must be listed")
    if settings.demo and not settings.is_loopback:
        raise SettingsUnsafe("演示库只能绑定本机地址 / A demonstration database is served on a loopback address only")
