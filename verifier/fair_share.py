"""Who is forgotten first when a memory is full: whoever has filled most of it, and never somebody smaller.

A hostile issuer can name as many lists and ids as it likes. Each member is kept under the site that it belongs to;
when there are too many, the site with the most members loses its oldest one. So nobody pushes out what is remembered
of others with fewer. Subdomains are free, so a site is the last two labels of a host name.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import defaultdict, deque
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING

from verifier.trust import read_issuer_host

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_KEPT_NAMES = 1_024
MAX_KEPT_CHARS = 256  # of an address whose folded name is kept

_SITE_LABELS = 2
_SITE_CHARS = 16
_SEPARATOR = ":"


def fold_name(address: str) -> str:
    """Return the member under which facts about an https address or an id are kept: its site, then itself, hashed.

    It has 81 characters whatever the length of the address, and gives away neither.
    """
    return _fold_short(address) if len(address) <= MAX_KEPT_CHARS else _fold(address)


def _fold(address: str) -> str:
    return f"{_hash(_read_site(address))[:_SITE_CHARS]}{_SEPARATOR}{_hash(address)}"


# Badges of one issuer come again.
_fold_short = lru_cache(maxsize=MAX_KEPT_NAMES)(_fold)


def choose_forgotten(names: Iterable[str], *, count: int) -> list[str]:
    """Choose `count` of the members, which are in the order of their age, the oldest first.

    Args:
        names: As `fold_name` makes them; those without a site share one.
        count: How many; all of them when there are not so many.
    """
    members: defaultdict[str, deque[tuple[int, str]]] = defaultdict(deque)
    for age, name in enumerate(names):
        members[name.rpartition(_SEPARATOR)[0]].append((age, name))
    # The fullest site first; among equals the one with the oldest member.
    fullest = [(-len(ones), ones[0][0], site) for site, ones in members.items()]
    heapq.heapify(fullest)
    chosen: list[str] = []
    while fullest and len(chosen) < count:
        _, _, site = heapq.heappop(fullest)
        chosen.append(members[site].popleft()[1])
        if members[site]:
            heapq.heappush(fullest, (-len(members[site]), members[site][0][0], site))
    return chosen


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _read_site(address: str) -> str:
    host = read_issuer_host(address)
    try:
        ip_address(host)
    except ValueError:  # a name, as nearly always
        return ".".join(host.split(".")[-_SITE_LABELS:])
    return host
