"""Which network addresses are public, with every disguise of an IPv4 address taken off first.

Spec: RFC 6890 and the IANA special-purpose address registries; RFC 4291 §2.5.5, RFC 6052, RFC 3056, RFC 4380.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# Written out, because `ipaddress.is_global` differs between Python versions and misses some of these.
_FORBIDDEN_IPV4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
        "168.63.129.16/32",  # public by number, but the host's own helper inside one large cloud
    )
)
_GLOBAL_UNICAST_IPV6 = IPv6Network("2000::/3")
_FORBIDDEN_IPV6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, with Teredo
        "2001:db8::/32",
        "2002::/16",  # 6to4: the IPv4 address inside is dialled by somebody else
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_IPV4_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_IPV4_BITS = 2**32 - 1


def is_public_address(text: str) -> bool:
    """Tell whether `text` is a numeric address on the public internet.

    IPv4-mapped and NAT64 addresses are judged by the IPv4 address inside. Everything that is not a numeric
    address, or that names a network interface, is not public.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        if address not in _IPV4_MAPPED and address not in _NAT64:
            return address in _GLOBAL_UNICAST_IPV6 and not any(address in network for network in _FORBIDDEN_IPV6)
        address = IPv4Address(int(address) & _IPV4_BITS)
    return not any(address in network for network in _FORBIDDEN_IPV4)
