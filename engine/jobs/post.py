"""Letters on their way: one POST each, to exactly the address that was checked, following nowhere.

It knows sockets and TLS and refuses to know what a letter says.
"""

from __future__ import annotations

import io
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, cast
from urllib.parse import urlsplit

from engine.verbs.webhooks import Letter, is_this_machine

PATIENCE = 10.0
"""Seconds for the whole exchange, from the look-up of the name to the end of the answer's head."""
HEAD = 16 * 1024
"""Bytes that are read of an answer at most."""
NO_ADDRESSES = tuple(map(ipaddress.ip_network, ("100.64.0.0/10", "fd00:ec2::254/128")))
"""Where clouds keep the metadata of a machine, beside the link-local addresses."""


def post(letter: Letter) -> str:
    """Send it; empty when the other side answered 2xx, else why not, in a few words. Never raises for what the network does."""
    try:
        answer = _answer(letter)
    except (OSError, HTTPException, ValueError) as error:
        return f"{type(error).__name__}: {error}"[:200]
    return "" if 200 <= answer.status < 300 else f"HTTP {answer.status}"


def _answer(letter: Letter) -> HTTPResponse:
    parts, until = urlsplit(letter.url), time.monotonic() + PATIENCE
    host, is_secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    connection = HTTPConnection(host, port)
    try:
        connection.sock = _connected(host, port, until, is_secure=is_secure)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.sock.settimeout(_left(until))
        connection.request("POST", path, body=letter.body, headers={"Host": parts.netloc, **dict(letter.headers)})
        answer = HTTPResponse(cast("Any", _Head(connection.sock, until)), method="POST")
        answer.begin()
        return answer
    finally:
        connection.close()


class _Head(io.RawIOBase):
    """What the other side answers: no more than `HEAD` of it, and nothing that comes too late, however it drips."""

    def __init__(self, plain: socket.socket, until: float) -> None:
        self._socket, self._until, self._room = plain, until, HEAD

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        most = min(len(buffer), self._room)
        if not most:
            return 0
        self._socket.settimeout(_left(self._until))
        count = self._socket.recv_into(buffer, most)
        self._room -= count
        return count


def _left(until: float) -> float:
    """Seconds that are left. Raises TimeoutError when there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError(f"no answer within {PATIENCE:g} seconds")
    return left


def _connected(host: str, port: int, until: float, *, is_secure: bool) -> socket.socket:
    """A connection to an address looked up once and checked: a name must not lead into this machine or to its neighbours' metadata."""
    family, kind, protocol, _, address = _looked_up(host, port, until)
    if not _may_go(str(address[0]), host):
        raise ValueError(f"{address[0]} is no address for a webhook")
    plain = socket.socket(family, kind, protocol)
    with ExitStack() as unless_connected:
        unless_connected.callback(plain.close)
        plain.settimeout(_left(until))
        plain.connect(address)
        plain.settimeout(_left(until))
        connected = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if is_secure else plain
        unless_connected.pop_all()
        return connected


def _looked_up(host: str, port: int, until: float) -> Any:
    """The first address of a name. A look-up cannot be broken off, so one that takes too long is left to end by itself."""
    found: list[Any] = []

    def look_up() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.append(error)
    looking = threading.Thread(target=look_up, name="anliu-look-up", daemon=True)
    looking.start()
    looking.join(_left(until))
    if not found:
        raise TimeoutError(f"{host} was not found within {PATIENCE:g} seconds")
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


def _may_go(address: str, host: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback:
        return is_this_machine(host)
    is_metadata = any(ip in network for network in NO_ADDRESSES)
    return not (is_metadata or ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved)
