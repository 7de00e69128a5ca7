"""A document's three states: unsecured, secured, verified.

Only `verify_data_integrity_proof`, `verify_vc_jwt`, `verify_sd_jwt`, `verify_cose` and the verifier's reader of
Open Badges 2.0 make a `VerifiedDocument`, and only its claims may be shown to a person.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from schemas import JsonObject


class SecuringForm(enum.Enum):
    """How a credential is secured (OB 3.0 §8.2, VC-JOSE-COSE 1.0 §3)."""

    DATA_INTEGRITY = "data_integrity"
    VC_JWT = "vc_jwt"
    # Open Badges 2.0, read only: the issuer's own site shows the badge, or a JWS that the badge names the key of.
    HOSTED = "hosted"
    OPEN_BADGES_2_JWS = "open_badges_2_jws"
    SD_JWT = "sd_jwt"
    COSE = "cose"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsecuredDocument:
    """A credential as composed, with no proof."""

    document: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class SecuredDocument:
    """A credential with its proof, and the bytes as they were received or made.

    For a VC-JWT `document` is the credential read from the payload (VC 1.1: from its `vc` claim),
    and `original` is the compact JWS.
    """

    form: SecuringForm
    original: bytes
    document: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedDocument:
    """What the signature covers: the only form whose claims may be shown.

    Says nothing about whose key it was: compare `verification_method` with the issuer separately.
    """

    form: SecuringForm
    original: bytes
    document: JsonObject  # without `proof`
    verification_method: str
    created: datetime | None
    cryptosuite: str  # `eddsa-rdfc-2022`, `Ed25519Signature2020`, or the JOSE algorithm
    # Whether all writers of JSON spell its numbers alike, so that the quickest may write it.
    has_usual_numbers: bool = field(default=False, compare=False, repr=False)
    not_before: datetime | None = None  # `nbf` of a W3C token; the badge begins here if `validFrom` is earlier
    expires_at: datetime | None = None  # JWT `exp`; the badge ends here if `validUntil` is later or missing
