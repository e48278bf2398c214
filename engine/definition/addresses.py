"""One IP address, network or range, as a machine may have it. Knows nothing of lists or forms."""

from __future__ import annotations

import ipaddress
import re

from engine.definition.wrong import Wrong

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def normal_address(item: str) -> str:
    """The shortest usual writing of the address, network (CIDR) or range; Wrong says why it is none."""
    if "/" in item:
        return _network(item)
    if "-" in item:
        return _range(item)
    return str(_address(item, item))


def _address(text: str, item: str) -> Address:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise _no_address(item) from None
    if getattr(address, "scope_id", None):
        raise _no_address(item)
    if address.is_unspecified:
        raise Wrong(f"“{item}”不是一台设备的地址", f"{item!r} is not the address of a machine")
    if address == ipaddress.IPv4Address("255.255.255.255"):
        raise Wrong(f"“{item}”是广播地址", f"{item!r} is the broadcast address")
    return address


def _no_address(item: str) -> Wrong:
    return Wrong(f"“{item}”不是 IP 地址：要填 IPv4、IPv6、网段（10.1.2.0/24）或范围（10.1.2.3-10.1.2.9）",
                 f"{item!r} is no IP address: expected IPv4, IPv6, a network (10.1.2.0/24) or "
                 "a range (10.1.2.3-10.1.2.9)")


def _network(item: str) -> str:
    base, _, prefix = item.partition("/")
    if not re.fullmatch(r"\d{1,3}", prefix, re.ASCII):
        raise _no_address(item)
    address = _address(base, item)
    try:
        network = ipaddress.ip_network(f"{address}/{int(prefix)}", strict=False)
    except ValueError:
        raise _no_address(item) from None
    if network.network_address != address:
        raise Wrong(f"“{item}”的主机位不为 0，网段应写 {network}",
                    f"{item!r} has host bits set; the network is {network}")
    return str(address) if network.prefixlen == network.max_prefixlen else str(network)


def _range(item: str) -> str:
    start, _, end = item.partition("-")
    first = _address(start, item)
    if re.fullmatch(r"\d{1,3}", end, re.ASCII) and first.version == 4:
        end = f"{start.rpartition('.')[0]}.{end}"
    last = _address(end, item)
    if first.version != last.version or int(first) > int(last):
        raise Wrong(f"“{item}”的范围要从小到大", f"the range {item!r} must run upwards")
    return str(first) if first == last else f"{first}-{last}"
