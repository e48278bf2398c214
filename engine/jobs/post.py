"""Letters on their way: one POST each, to exactly the address that was checked, following nowhere.

It knows sockets and TLS and refuses to know what a letter says.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlsplit

from engine.verbs.webhooks import Letter, is_this_machine

PATIENCE = 10.0
"""Seconds for connecting, and for each answer of the other side."""


def post(letter: Letter) -> str:
    """Send it; empty when the other side answered 2xx, else why not, in a few words. Never raises for what the network does."""
    try:
        answer = _answer(letter)
    except (OSError, HTTPException, ValueError) as error:
        return f"{type(error).__name__}: {error}"[:200]
    return "" if 200 <= answer.status < 300 else f"HTTP {answer.status}"


def _answer(letter: Letter) -> HTTPResponse:
    parts = urlsplit(letter.url)
    host, is_secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    connection = HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.sock = _connected(host, port, is_secure=is_secure)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body=letter.body, headers={"Host": parts.netloc, **dict(letter.headers)})
        return connection.getresponse()
    finally:
        connection.close()


def _connected(host: str, port: int, *, is_secure: bool) -> socket.socket:
    """A connection to an address looked up once and checked: a name must not lead into this machine or to its neighbours' metadata."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    family, kind, protocol, _, address = found[0]
    if not _may_go(str(address[0]), host):
        raise ValueError(f"{address[0]} is no address for a webhook")
    plain = socket.socket(family, kind, protocol)
    try:
        plain.settimeout(PATIENCE)
        plain.connect(address)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host) if is_secure else plain
    except BaseException:
        plain.close()
        raise


def _may_go(address: str, host: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback:
        return is_this_machine(host)
    return not (ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved)
