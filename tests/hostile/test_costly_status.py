"""One badge names many and large status lists; what reading them costs stays bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from credentials import BitstringStatusList, encode_status_list
from keys import FetchedDocument
from schemas import OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT, VC_V2_CONTEXT, FetchError, encode_json
from tests.doubles.cost import within_cost
from tests.doubles.issuer_simulator import (
    NOW,
    STATUS_URL,
    IssuerIdKind,
    IssuerSimulator,
    SimulatedIssuer,
    compose_status_entry,
)
from verifier import CheckName, Compatibility, StatusCache, VerifiedStatusList
from verifier.status_budget import MAX_STATUS_BYTES_PER_BADGE, StatusBudget
from verifier.status_cache import MAX_CACHED_BYTES

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

MEBIBYTE = 1024 * 1024
MAX_COST = 10.0  # yardsticks; without the limits it is hundreds
COSTLY = {
    "small objects": b'{"a":[' + b"{}," * (2 * MEBIBYTE - 10) + b"{}]}",
    "numbers": b'{"a":[' + b"1e1," * (MEBIBYTE + MEBIBYTE // 2 - 10) + b"1]}",
}


class Counting:
    """Serves the same body everywhere, and counts bytes."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.bytes_served = 0

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:  # noqa: ARG002 - the protocol
        if len(self.body) > max_bytes:
            raise FetchError("fetch.too_large")
        self.bytes_served += len(self.body)
        return FetchedDocument(url=url, body=self.body, media_type="application/json", fetched_at=NOW)


def compose_entries(count: int) -> list[JsonValue]:
    """Return entries that name `count` lists."""
    return [
        compose_status_entry(url=f"https://forger.example.net/{number}", id=f"urn:x:{number}")
        for number in range(count)
    ]


@pytest.mark.parametrize("name", COSTLY)
def test_megabytes_of_small_members(name: str) -> None:
    """Eight documents of 6 MiB that are no lists: not even read as JSON."""
    issuer = IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)
    badge = issuer.issue(credentialStatus=compose_entries(8))
    for number in range(8):
        issuer.world.publish(f"https://forger.example.net/{number}", COSTLY[name])
    report = within_cost(MAX_COST, lambda: issuer.world.verify(badge))
    assert report.check(CheckName.STATUS).code == "status.list_malformed"


def test_bytes_of_all_lists_together() -> None:
    """A list that does not fit into what is left of the budget is not taken, and after it none is asked for."""
    host = Counting(b"x" * 3 * MEBIBYTE)
    budget = StatusBudget(host, max_lists=8, max_bytes=7 * MEBIBYTE)
    urls = [f"https://forger.example.net/{number}" for number in range(3)]
    for url in urls[:2]:
        budget.fetch_list(url, max_bytes=6 * MEBIBYTE, accept="*/*")
    with pytest.raises(FetchError, match=r"fetch\.budget_exhausted"):
        budget.fetch_list(urls[2], max_bytes=6 * MEBIBYTE, accept="*/*")
    assert host.bytes_served == 6 * MEBIBYTE


def test_list_that_is_too_large_by_itself() -> None:
    """With the whole budget left it is the list that is too large, not the badge that asks for too much."""
    budget = StatusBudget(Counting(b"x" * 7 * MEBIBYTE), max_lists=8)
    with pytest.raises(FetchError, match=r"fetch\.too_large"):
        budget.fetch_list("https://forger.example.net/1", max_bytes=6 * MEBIBYTE, accept="*/*")


def test_eight_large_lists() -> None:
    """Whatever the badge names, at most 8 MiB of lists come in."""
    issuer = IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)
    body = encode_json({"id": "x" * (3 * MEBIBYTE)})
    for number in range(8):
        issuer.world.publish(f"https://forger.example.net/{number}", body)
    served: list[int] = []
    report = issuer.world.verify(issuer.issue(credentialStatus=compose_entries(8)), fetcher=Tallying(issuer, served))
    assert served
    assert sum(served) <= MAX_STATUS_BYTES_PER_BADGE
    assert not report


class Tallying:
    """Asks the world, and notes the length of each answer."""

    def __init__(self, issuer: SimulatedIssuer, served: list[int]) -> None:
        self.world = issuer.world
        self.served = served

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
        fetched = self.world.fetch(url, max_bytes=max_bytes, accept=accept)
        self.served.append(len(fetched.body))
        return fetched


@pytest.mark.parametrize(("is_published", "lists"), [(True, 4), (False, 2)])
def test_lists_of_an_issuer_that_is_not_proven(is_published: bool, lists: int) -> None:  # noqa: FBT001 - a parameter
    """A badge in the name of a host that is silent makes us ask for two lists, a proven issuer's for all."""
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.DID_WEB)
    issuer.method_id = f"{issuer.id}#{issuer.signer.public_key.multikey}"
    issuer.publish_keys()
    if not is_published:
        world.break_down(issuer.document_url)
    world.verify(issuer.issue(credentialStatus=compose_entries(4)))
    assert len([url for url in world.asked if url.startswith("https://forger.example.net/")]) == lists


def test_long_plain_list() -> None:
    """The deprecated list of ids is read up to 1 MiB."""
    issuer = IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)
    entry: JsonObject = {"id": STATUS_URL, "type": "1EdTechRevocationList"}
    contexts: list[JsonValue] = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT]
    badge = encode_json(issuer.sign(issuer.compose_badge(credentialStatus=entry) | {"@context": contexts}))
    issuer.world.publish(STATUS_URL, {"revokedCredential": ["x" * (MEBIBYTE - 100)]})
    assert issuer.world.verify(badge).check(CheckName.STATUS).code == "status.passed"
    issuer.world.publish(STATUS_URL, {"revokedCredential": ["x" * MEBIBYTE]})
    assert issuer.world.verify(badge).check(CheckName.STATUS).code == "status.unavailable"


def test_kept_lists_stay_within_memory() -> None:
    """Strangers' lists of 4 MiB do not fill the memory of a site: the one used longest ago goes."""
    cache = StatusCache()
    bits = BitstringStatusList(bytes(4 * MEBIBYTE))
    for number in range(MAX_CACHED_BYTES // (4 * MEBIBYTE) + 1):
        cache.keep(
            VerifiedStatusList(
                url=f"https://forger.example.net/{number}",
                issuer_id="did:web:forger.example.net",
                purposes=frozenset({"revocation"}),
                bits=bits,
                fetched_at=NOW,
                fresh_until=NOW,
                usable_until=NOW,
                valid_from=None,
            )
        )
    assert cache.find_any("https://forger.example.net/0") is None
    assert cache.find_any("https://forger.example.net/1") is not None


def serve_entries_of(issuer: SimulatedIssuer, entries: int, *, size_bits: int) -> JsonObject:
    """Publish a list of so many entries of so many bits, and return a status entry in it."""
    document = issuer.compose_status_list()
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    subject["encodedList"] = encode_status_list(BitstringStatusList(bytes(entries * size_bits // 8)))
    subject["ttl"] = 300_000
    issuer.world.publish(STATUS_URL, issuer.sign(document))
    if size_bits == 1:
        return compose_status_entry(index="5")
    messages: list[JsonValue] = [{"status": hex(value), "message": f"state {value}"} for value in range(2**size_bits)]
    return compose_status_entry(
        index="5",
        purpose="revocation",
        statusSize=size_bits,
        statusMessage=messages,
        statusReference="https://x.example/",
    )


def test_kept_short_list_under_another_reader_s_policy() -> None:
    """A short list that one reader's policy takes is refused to the next, though it is kept."""
    issuer = IssuerSimulator().add_issuer()
    entry = serve_entries_of(issuer, 1_024, size_bits=1)
    cache = StatusCache()
    badge = issuer.issue(credentialStatus=entry)
    lax = issuer.world.verify(badge, status_cache=cache, compatibility=frozenset({Compatibility.SHORT_STATUS_LISTS}))
    assert lax.check(CheckName.STATUS).notes == ("status.list_short_accepted",)
    asked = len(issuer.world.asked)
    strict = issuer.world.verify(badge, status_cache=cache)
    assert STATUS_URL not in issuer.world.asked[asked:]
    assert strict.check(CheckName.STATUS).code == "status.list_too_short"


@pytest.mark.parametrize(("entries", "code"), [(131_072, "status.passed"), (131_064, "status.list_too_short")])
@pytest.mark.parametrize("size_bits", [1, 2, 4])
def test_entries_are_counted_and_not_bits(entries: int, code: str, size_bits: int) -> None:
    """BITSTRING-STATUS-LIST §6.1: 131,072 entries, of however many bits."""
    issuer = IssuerSimulator().add_issuer()
    entry = serve_entries_of(issuer, entries, size_bits=size_bits)
    report = issuer.world.verify(issuer.issue(credentialStatus=entry))
    assert report.check(CheckName.STATUS).code == code
