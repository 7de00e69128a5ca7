"""Pinned JSON-LD contexts."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from schemas import (
    CLR_2_0_1_CONTEXT,
    CONTEXT_URLS,
    DATA_INTEGRITY_V1_CONTEXT,
    DATA_INTEGRITY_V2_CONTEXT,
    ED25519_2020_CONTEXT,
    JWK_CONTEXT,
    JWS_2020_CONTEXT,
    MULTIKEY_CONTEXT,
    OB_3_0_1_CONTEXT,
    OB_3_0_2_CONTEXT,
    OB_3_0_3_CONTEXT,
    OB_ACCREDITATION_CONTEXT,
    OB_ASSESSMENT_CONTEXT,
    OB_EXTENSIONS_CONTEXT,
    OB_UNVERSIONED_CONTEXT,
    STATUS_LIST_2021_CONTEXT,
    VC_V1_CONTEXT,
    VC_V2_CONTEXT,
    JsonObject,
    UnknownContextError,
    check_contexts,
    context_sha256,
    context_variants,
    load_context,
)

FOLDER = Path(__file__).resolve().parents[3] / "schemas" / "contexts"

# Published: VCDM 2.0 App. B (v2); CID 1.0 App. B (jwk, multikey); the 1EdTech copies as they were served in April 2025
# and July 2026.
PUBLISHED = [
    (VC_V2_CONTEXT, "", "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
    (OB_3_0_3_CONTEXT, "2026-07", "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84"),
    (OB_3_0_3_CONTEXT, "2025-04", "ef2fa9c70cd761"),
    (JWK_CONTEXT, "", "0f14b62f6071aafe00df265770ea0c7508e118247d79b7d861a406d2aa00bece"),
    (MULTIKEY_CONTEXT, "", "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597"),
    (OB_3_0_2_CONTEXT, "", "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53"),
]


def _terms(context: JsonObject) -> JsonObject:
    terms = context["@context"]
    assert isinstance(terms, dict)
    return terms


def _scoped(context: JsonObject, name: str) -> JsonObject:
    definition = _terms(context)[name]
    assert isinstance(definition, dict)
    return _terms(definition)


@pytest.mark.parametrize(
    "url",
    [
        VC_V2_CONTEXT,
        VC_V1_CONTEXT,
        OB_3_0_3_CONTEXT,
        OB_3_0_2_CONTEXT,
        OB_3_0_1_CONTEXT,
        OB_UNVERSIONED_CONTEXT,
        OB_EXTENSIONS_CONTEXT,
        DATA_INTEGRITY_V1_CONTEXT,
        DATA_INTEGRITY_V2_CONTEXT,
        ED25519_2020_CONTEXT,
        MULTIKEY_CONTEXT,
        JWK_CONTEXT,
        JWS_2020_CONTEXT,
        OB_ACCREDITATION_CONTEXT,
        OB_ASSESSMENT_CONTEXT,
        STATUS_LIST_2021_CONTEXT,
        CLR_2_0_1_CONTEXT,
    ],
)
def test_context_is_pinned(url: str) -> None:
    """Every context that a badge may need is here."""
    assert url in CONTEXT_URLS
    assert set(load_context(url)) == {"@context"}


@pytest.mark.parametrize(("url", "variant", "published"), PUBLISHED)
def test_pinned_hash_is_the_published_one(url: str, variant: str, published: str) -> None:
    """The pinned bytes are the published bytes; of the 2025 copy the first eight and last six digits are known."""
    pinned = context_sha256(url, variant=variant)
    assert (pinned[:8], pinned[-6:]) == (published[:8], published[-6:])


def test_every_file_has_its_hash() -> None:
    """The check at start passes, and no file lies in the folder without a hash."""
    check_contexts()
    pinned = {context_sha256(url, variant=variant) for url in CONTEXT_URLS for variant in context_variants(url)}
    files = [path for path in FOLDER.glob("*.json") if path.name != "manifest.json"]
    assert {hashlib.sha256(path.read_bytes()).hexdigest() for path in files} == pinned


def test_newest_copy_of_ob_3_0_3_defines_both_late_terms() -> None:
    """Without a variant the copy with `jti` and `endorsementJwt` is loaded."""
    assert context_variants(OB_3_0_3_CONTEXT) == ("2026-07", "2025-04")
    assert {"jti", "endorsementJwt"} <= set(_terms(load_context(OB_3_0_3_CONTEXT)))


def test_older_copy_of_ob_3_0_3_lacks_both_late_terms() -> None:
    """The copy of April 2025 can be asked for by name and by hash."""
    older = load_context(OB_3_0_3_CONTEXT, variant="2025-04")
    assert not {"jti", "endorsementJwt"} & set(_terms(older))
    assert load_context(OB_3_0_3_CONTEXT, variant=context_sha256(OB_3_0_3_CONTEXT, variant="2025-04")) == older


def test_extensions_define_the_three_1edtech_types() -> None:
    """The extension context names revocation list, refresh and schema types."""
    names = {"1EdTechRevocationList", "1EdTechCredentialRefresh", "1EdTechJsonSchemaValidator2019"}
    assert names <= set(_terms(load_context(OB_EXTENSIONS_CONTEXT)))


def test_list_terms_stand_in_the_vc_context() -> None:
    """`encodedList` and `ttl` are defined for BitstringStatusList by the VC 2.0 context."""
    assert {"encodedList", "ttl", "statusPurpose"} <= set(_scoped(load_context(VC_V2_CONTEXT), "BitstringStatusList"))


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/context.json",
        "http://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/v2/",
        "https://www.w3.org/ns/credentials/v2#",
        "",
    ],
)
def test_other_address_is_unknown(url: str) -> None:
    """Addresses are compared exactly; what is not pinned cannot be checked."""
    with pytest.raises(UnknownContextError) as caught:
        load_context(url)
    assert caught.value.code == "data_model.context_unknown"
    assert context_variants(url) == ()


def test_unknown_variant_is_unknown() -> None:
    """A copy that is not pinned is not replaced by another."""
    with pytest.raises(UnknownContextError):
        load_context(OB_3_0_3_CONTEXT, variant="2024-01")
    with pytest.raises(UnknownContextError):
        context_sha256(OB_3_0_3_CONTEXT, variant="2024-01")
