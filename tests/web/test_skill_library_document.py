"""The starter library as other programs read it: CTDL competencies, near terms of O*NET and ESCO, occupations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pyld import jsonld

from tests.web.workshop import BASE_URL

if TYPE_CHECKING:
    from flask.testing import FlaskClient

URL = f"{BASE_URL}/skill-library.json"
ASN, CTDL = "https://purl.org/ctdlasn/terms/", "https://purl.org/ctdl/terms/"


@pytest.fixture
def nodes(client: FlaskClient) -> dict[str, Any]:
    """The document as PyLD reads it, by id, without any context of ours."""
    answer = client.get("/skill-library.json", base_url=BASE_URL)
    assert answer.mimetype == "application/ld+json"
    return {node["@id"]: node for node in jsonld.flatten(answer.get_json())}


def test_each_skill_is_a_competency_of_the_framework(nodes: dict[str, Any]) -> None:
    """Forty competencies with a name and a sentence in both languages, all part of one framework."""
    competencies = [node for node in nodes.values() if node.get("@type") == [f"{ASN}Competency"]]
    assert len(competencies) == 40
    assert nodes[URL]["@type"] == [f"{ASN}CompetencyFramework"]
    assert {one["@id"] for one in nodes[URL][f"{ASN}hasTopChild"]} == {node["@id"] for node in competencies}
    for node in competencies:
        assert node[f"{ASN}isPartOf"] == [{"@id": URL}]
        for term in ("competencyLabel", "competencyText"):
            assert {text["@language"] for text in node[f"{ASN}{term}"] if text["@value"]} == {"en", "es"}


def test_terms_of_public_lists_are_links(nodes: dict[str, Any]) -> None:
    """3-D printing leads to the two O*NET elements that come nearest to it."""
    assert nodes[f"{URL}#3d-printing"][f"{ASN}alignTo"] == [
        {"@id": f"https://www.onetonline.org/find/descriptor/result/{code}"} for code in ("2.C.3.b", "4.A.3.a.3")
    ]
    links = {link["@id"] for node in nodes.values() for link in node.get(f"{ASN}alignTo", [])}
    assert "http://data.europa.eu/esco/skill/T1.3" in links


def test_occupations_are_told_by_code_and_address(nodes: dict[str, Any]) -> None:
    """An occupation has its O*NET-SOC code, its name and the page about it."""
    occupations = {
        node[f"{CTDL}codedNotation"][0]["@value"]: node
        for node in nodes.values()
        if node.get("@type") == [f"{CTDL}CredentialAlignmentObject"]
    }
    welders = occupations["51-4121.00"]
    assert welders[f"{CTDL}targetNode"] == [{"@id": "https://www.onetonline.org/link/summary/51-4121.00"}]
    assert welders[f"{CTDL}frameworkName"] == [{"@language": "en", "@value": "O*NET-SOC"}]
