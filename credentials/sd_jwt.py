"""SD-JWT: a credential or presentation of which the holder shows a part.

Spec: RFC 9901; VC-JOSE-COSE 1.0 §3.2 (`vc+sd-jwt`, `vp+sd-jwt`); SD-JWT VC (`dc+sd-jwt`). Compact form only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from credentials.disclosure_policy import DisclosurePolicy, choose_mandatory_pointers
from credentials.document import SecuringForm
from credentials.jws import (
    MAX_JWT_BYTES,
    ReadToken,
    TokenType,
    read_compact_jws,
    sign_compact_jws,
    verify_compact_jws,
)
from credentials.jwt_claims import (
    WRAPPER_CLAIMS,
    compare_claim,
    compare_credential_claims,
    compare_header_claims,
    party_id,
    read_token_dates,
    without_claims,
)
from credentials.sd_jwt_disclosure import DigestAlgorithm, Disclosure, read_digest_algorithm, read_disclosure
from credentials.sd_jwt_payload import RevealedPayload, conceal, new_salt, reveal, select_disclosures
from credentials.token_result import verified_token
from keys import PublicKey, decode_base64url
from schemas import (
    DecodingError,
    InvalidCredentialError,
    ProofError,
    UnsupportedFeatureError,
    encode_json,
    read_json_object,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from credentials.document import VerifiedDocument
    from credentials.jws import CompactJws
    from keys import SignatureAlgorithm, Signer
    from schemas import JsonObject

SD_JWT_TYPES: Final = frozenset({TokenType.VC_SD_JWT, TokenType.VP_SD_JWT, TokenType.DC_SD_JWT})
_SEPARATOR: Final = "~"
_NEVER_HIDDEN: Final = ("/@context", "/type", "/id")
# Claims about the token, not members of the credential (RFC 7800 §3.1; SD-JWT VC §2.2.2).
_TOKEN_CLAIMS: Final = ("cnf", "status", "vct", "vct#integrity")
# SD-JWT VC §2.2.2.2: must not be disclosures.
_NEVER_DISCLOSED: Final = frozenset({"/iss", "/nbf", "/exp", "/cnf", "/vct", "/vct#integrity", "/status"})
# What decides how long a credential counts; a holder who could leave it out would show a badge past its end (T-12).
_LIFECYCLE: Final = frozenset(
    {
        "validFrom",
        "issuanceDate",
        "validUntil",
        "expirationDate",
        "credentialStatus",
        "credentialSchema",
        "refreshService",
        "termsOfUse",
    }
)
# With one of each in plain sight, a digest beside them can hide neither the end of a badge nor its status. `exp` is
# never a disclosure, and nothing counts past it.
_SETTLED_WHEN_PLAIN: Final = (frozenset({"validUntil", "exp"}), frozenset({"credentialStatus"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedSdJwt(ReadToken):
    """An SD-JWT as read. Nothing in it may be shown before `verify_sd_jwt`.

    Args:
        revealed: The payload of what the issuer signed, with what the holder disclosed.
        key_binding: The token that the holder signed for this showing, if there is one.
        presented: The SD-JWT without the key binding, up to its last tilde; `sd_hash` is over this.
        original: All of it, as received.
    """

    revealed: RevealedPayload
    digest_algorithm: DigestAlgorithm
    key_binding: CompactJws | None
    presented: str
    original: bytes

    @property
    def claims(self) -> JsonObject:
        """The payload with what was disclosed."""
        return self.revealed.claims

    @property
    def document(self) -> JsonObject:
        """The credential or presentation: the claims without those that are about the token."""
        return without_claims(self.claims, *_TOKEN_CLAIMS)

    @property
    def holder_key(self) -> PublicKey | None:
        """The key that the issuer bound the token to (`cnf.jwk`, RFC 7800 §3.2).

        Raises:
            ProofError: There is a `cnf` whose key is malformed (`proof.value_malformed`, …).
            UnsupportedFeatureError: `cnf` names the key in another way (`presentation.holder_key_unsupported`).
        """
        if "cnf" not in self.claims:
            return None
        confirmation = self.claims["cnf"]
        jwk = confirmation.get("jwk") if isinstance(confirmation, dict) else None
        if not isinstance(jwk, dict):
            raise UnsupportedFeatureError("presentation.holder_key_unsupported", pointer="/cnf")
        return PublicKey.from_jwk(jwk)


def sign_sd_jwt(
    document: JsonObject,
    *,
    hideable: Sequence[str],
    signer: Signer,
    verification_method: str,
    token_type: TokenType = TokenType.VC_SD_JWT,
    holder_key: PublicKey | None = None,
    algorithm: SignatureAlgorithm | None = None,
    salts: Callable[[], bytes] = new_salt,
) -> str:
    """Secure a document so that its holder may leave out what the pointers name; returned with every disclosure.

    A verifier cannot tell what stands behind a digest at the top of a credential. So hide parts of
    `credentialSubject`, or give the credential `validUntil` and `credentialStatus` as well.

    Args:
        document: VC 2.0 credential or presentation; left unchanged.
        hideable: JSON Pointers of members and array elements.
        signer: The issuer's key; for a presentation the holder's.
        verification_method: Absolute id of that key, written as `kid`.
        token_type: One of `SD_JWT_TYPES`.
        holder_key: Key that the holder will have to prove (`cnf`).
        algorithm: One that goes with the signer's key; None for the usual one.
        salts: Source of random salts.

    Raises:
        ProofError: A pointer names nothing (`proof.pointer_unmatched`) or what must stay in sight: the context, ids,
            types, the issuer, dates, status, and what OB 3.0 requires (`proof.disclosure_path_not_allowed`); or the
            document holds a `vc` or `vp` claim (`proof.claims_mismatch`).
        DecodingError: The token would be larger than verifiers take (`decoding.too_large`).
        KeystoreError: The algorithm does not go with the key (`key.algorithm_mismatch`).
    """
    if document.keys() & WRAPPER_CLAIMS:
        raise ProofError("proof.claims_mismatch", "vc and vp have no place in an SD-JWT")
    if token_type is not TokenType.VP_SD_JWT:
        _check_hideable(document, hideable)
    payload, disclosures = conceal(document, hideable, salts=salts)
    if holder_key is not None:
        payload["cnf"] = {"jwk": holder_key.jwk}
    jws = sign_compact_jws(
        encode_json(payload), signer=signer, kid=verification_method, token_type=token_type, algorithm=algorithm
    )
    token = _join(jws, disclosures)
    if len(token) > MAX_JWT_BYTES:
        raise DecodingError("decoding.too_large", f"more than {MAX_JWT_BYTES} bytes")
    return token


def _check_hideable(document: JsonObject, hideable: Sequence[str]) -> None:
    fixed = (*_NEVER_HIDDEN, *choose_mandatory_pointers(document, None), *_NEVER_DISCLOSED)
    for pointer in hideable:
        for shown in fixed:
            if pointer == shown or pointer.startswith(f"{shown}/") or shown.startswith(f"{pointer}/"):
                raise ProofError("proof.disclosure_path_not_allowed", detail={"pointer": pointer[:200]})


def _join(jws: str, disclosures: Sequence[Disclosure]) -> str:
    return _SEPARATOR.join([jws, *(disclosure.encoded for disclosure in disclosures), ""])


def names_sd_jwt(token: bytes) -> bool:
    """Say whether the header of a token says that it is an SD-JWT; False for one that cannot be read."""
    try:
        header = read_json_object(decode_base64url(token.partition(b".")[0].decode("ascii")))
    except (InvalidCredentialError, UnicodeError):  # the reader of tokens says why
        return False
    kind = header.get("typ")
    name = kind.lower().removeprefix("application/") if isinstance(kind, str) else ""
    return name in {token_type.value for token_type in SD_JWT_TYPES}


def read_sd_jwt(
    token: str | bytes,
    *,
    accepted: frozenset[TokenType] = SD_JWT_TYPES,
    media_type: TokenType = TokenType.VC_SD_JWT,
) -> UnverifiedSdJwt:
    """Take an SD-JWT apart and put its disclosures in their places.

    Args:
        token: Compact form, with or without a key binding at its end.
        accepted: What the caller is ready to read.
        media_type: What the token was handed over as, for one without `typ`.

    Raises:
        DecodingError: Not an SD-JWT (`decoding.jwt_malformed`), or one that cannot be read (`decoding.…`).
        ProofError: A header is not acceptable (`proof.header_…`), or a digest or disclosure is wrong
            (`proof.disclosure_…`).
        UnacceptedCryptosuiteError: `proof.algorithm_not_allowed`, `proof.digest_algorithm_unsupported`.
    """
    try:
        text = token.decode("ascii") if isinstance(token, bytes) else token
        original = text.encode("ascii")
    except UnicodeError as error:
        raise DecodingError("decoding.jwt_malformed", "an SD-JWT is ASCII text") from error
    if len(original) > MAX_JWT_BYTES:
        raise DecodingError("decoding.too_large", f"more than {MAX_JWT_BYTES} bytes")
    if _SEPARATOR not in text:
        raise DecodingError("decoding.jwt_malformed", "an SD-JWT has a tilde after its token")
    signed, *encoded, binding = text.split(_SEPARATOR)
    jws = read_compact_jws(signed, accepted=accepted, untyped=media_type)
    payload = read_json_object(jws.payload, max_bytes=MAX_JWT_BYTES)
    if payload.keys() & WRAPPER_CLAIMS:
        raise DecodingError("decoding.jwt_malformed", "vc and vp have no place in an SD-JWT")
    return UnverifiedSdJwt(
        jws=jws,
        revealed=reveal(payload, [read_disclosure(one) for one in encoded]),
        digest_algorithm=read_digest_algorithm(payload),
        key_binding=read_compact_jws(binding, accepted=frozenset({TokenType.KB_JWT})) if binding else None,
        presented=text[: len(text) - len(binding)],
        original=original,
    )


def verify_sd_jwt(
    sd_jwt: UnverifiedSdJwt,
    *,
    public_key: PublicKey,
    disclosure: DisclosurePolicy = DisclosurePolicy.LIFECYCLE_MANDATORY,
) -> VerifiedDocument:
    """Verify the issuer's signature, the claims, and that nothing was left out that decides how long a badge counts.

    Whose key it is, and whether the holder showed it (`verify_key_binding`), is not checked here.

    Args:
        sd_jwt: As read.
        public_key: The issuer's key.
        disclosure: What the holder must not have been able to leave out.

    Raises:
        ProofError: As `verify_compact_jws`; a claim disagrees (`proof.claims_mismatch`); `iss`, `exp` and the like
            are disclosures (`proof.disclosure_malformed`); dates or status could be left out
            (`proof.lifecycle_not_mandatory`); a `dc+sd-jwt` without `vct` (`proof.claims_incomplete`).
        SignatureMismatchError: The signature does not fit (`proof.signature_mismatch`).
        DataModelError: A date of the credential is malformed (`data_model.date_invalid`).
        UnsupportedFeatureError: Something was left out that may decide how long the badge counts
            (`proof.lifecycle_hidden`), or a token status list is named (`status.unsupported_type`).
    """
    verify_compact_jws(sd_jwt.jws, public_key=public_key)
    claims, document = sd_jwt.claims, sd_jwt.document
    compare_header_claims(sd_jwt.header, claims)
    if not _NEVER_DISCLOSED.isdisjoint(sd_jwt.revealed.disclosures):
        raise ProofError("proof.disclosure_malformed", "a claim about the token is a disclosure")
    if sd_jwt.token_type is TokenType.VP_SD_JWT:
        if (holder := party_id(document, "holder")) is not None:
            compare_claim(claims, "iss", holder)
        dates = read_token_dates(claims)
    else:
        dates = compare_credential_claims(claims, document)
        if sd_jwt.token_type is TokenType.DC_SD_JWT and not isinstance(claims.get("vct"), str):
            raise ProofError("proof.claims_incomplete", "vct is missing", pointer="/vct")
        if "status" in claims:
            raise UnsupportedFeatureError("status.unsupported_type", pointer="/status")
        if disclosure is DisclosurePolicy.LIFECYCLE_MANDATORY:
            _check_lifecycle(sd_jwt.revealed)
    return verified_token(
        document,
        form=SecuringForm.SD_JWT,
        original=sd_jwt.original,
        algorithm=sd_jwt.algorithm,
        kid=sd_jwt.kid,
        public_key=public_key,
        dates=dates,
    )


def _check_lifecycle(revealed: RevealedPayload) -> None:
    for pointer in revealed.disclosures:
        if _is_lifecycle(pointer):
            raise ProofError("proof.lifecycle_not_mandatory", "could have been left out", pointer=pointer)
    is_settled = not any(names.isdisjoint(revealed.claims) for names in _SETTLED_WHEN_PLAIN)
    for pointer in revealed.hidden:
        # It may be a decoy: nobody but the issuer can tell.
        if _is_lifecycle(pointer) or (not pointer and not is_settled):
            raise UnsupportedFeatureError("proof.lifecycle_hidden", pointer=pointer)


def _is_lifecycle(pointer: str) -> bool:
    return not _LIFECYCLE.isdisjoint(pointer.split("/")[1:2])


def present_sd_jwt(token: str, *, shown: Sequence[str]) -> str:
    """Return an SD-JWT with only the disclosures that show what the pointers name; without a key binding.

    Raises:
        ProofError: A pointer names nothing (`proof.pointer_unmatched`), or as `read_sd_jwt`.
        DecodingError: As `read_sd_jwt`.
    """
    sd_jwt = read_sd_jwt(token)
    return _join(token.split(_SEPARATOR, 1)[0], select_disclosures(sd_jwt.revealed, shown))
