"""A document's three states: unsecured, secured, verified.

Only `verify_data_integrity_proof`, `verify_vc_jwt`, `verify_sd_jwt`, `verify_cose` and the verifier's reader of
Open Badges 2.0 make a `VerifiedDocument`, and only its claims may be shown to a person.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from schemas import read_cache_key

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
    # Of one that was not read yet; neither is handed on to a changed copy.
    encoded: bytes = field(default=b"", init=False, compare=False, repr=False)
    _outline: JsonObject | None = field(default=None, init=False, compare=False, repr=False)

    @classmethod
    def read_later(
        cls,
        outline: JsonObject,
        encoded: bytes,
        *,
        original: bytes,
        verification_method: str,
        created: datetime,
        cryptosuite: str,
    ) -> Self:
        """Return one whose `document` is read when it is first asked for.

        Args:
            outline: What `outline` gives.
            encoded: The document as `encode_json` writes it.
            original: The bytes as received, which have a Data Integrity proof.
            verification_method: What that names.
            created: When it was made.
            cryptosuite: Of the proof.
        """
        late = cls(
            form=SecuringForm.DATA_INTEGRITY,
            original=original,
            document={},
            verification_method=verification_method,
            created=created,
            cryptosuite=cryptosuite,
        )
        object.__delattr__(late, "document")  # so that asking for it comes to `__getattr__`
        object.__setattr__(late, "encoded", encoded)
        object.__setattr__(late, "_outline", outline)
        return late

    if not TYPE_CHECKING:  # else every misspelt name would have a type

        def __getattr__(self, name: str) -> JsonObject:
            """Read the document of one that was made to be read later; a member that is there never comes here.

            From then on it alone counts: what somebody changes in it is seen by all readers.
            """
            if name != "document":
                raise AttributeError(name)
            encoded = self.encoded
            if not encoded:  # another thread was quicker
                return object.__getattribute__(self, "document")
            document = read_cache_key(encoded)
            object.__setattr__(self, "document", document)
            object.__setattr__(self, "_outline", None)
            object.__setattr__(self, "encoded", b"")
            return document

    @property
    def outline(self) -> JsonObject:
        """The document, of whose achievement and issuer perhaps only `id`, `type`, `name` and `creator` are right.

        Enough for a list of badges, and much less to read.
        """
        outline = self._outline  # once, for another thread may read the document meanwhile
        return self.document if outline is None else outline
