"""The error tree of Skillmark.

    BadgeError
    ├─ InvalidCredentialError       looked at it, it is wrong     -> Check FAILED
    │   ├─ DecodingError            the bytes cannot be read
    │   ├─ DataModelError           a property breaks the data model (pointer says which)
    │   ├─ ProofError
    │   │   ├─ SignatureMismatchError
    │   │   ├─ UnacceptedCryptosuiteError
    │   │   ├─ KeyNotAuthorizedError
    │   │   └─ CanonicalizationError
    │   └─ StatusListError
    ├─ CannotCheckError             we could not find out         -> Check INDETERMINATE
    │   ├─ FetchError
    │   │   └─ StatusRetrievalError
    │   ├─ ResolutionError
    │   ├─ UnknownContextError
    │   └─ UnsupportedFeatureError
    ├─ IssuanceError
    │   ├─ RosterError              carries the row
    │   ├─ LedgerError
    │   └─ KeystoreError
    └─ ConfigurationError           ours; stops the program at start

Only the first two branches become checks of a report. Anything that is not a
BadgeError is a bug of ours and is never turned into a verdict about a badge.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from schemas.codes import describe_code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from schemas.codes import CodeInfo, Language
    from schemas.json_types import JsonValue


class BadgeError(Exception):
    """Root of every error that Skillmark raises on purpose.

    Args:
        code: Stable machine code such as ``proof.signature_mismatch``; must stand in `schemas/codes/`.
        message: Further words for a developer. Never personal data, never a secret.
        pointer: RFC 6901 JSON Pointer to the value at fault; empty for the whole document.
        detail: Machine-readable facts (expected, actual, limit). Never personal data.
    """

    def __init__(
        self,
        code: str,
        message: str = "",
        *,
        pointer: str = "",
        detail: Mapping[str, JsonValue] | None = None,
    ) -> None:
        self.code = code
        self.message = message
        self.pointer = pointer
        self.detail: Mapping[str, JsonValue] = MappingProxyType(dict(detail or {}))
        parts = [f"{code}: {message}" if message else code]
        if pointer:
            parts.append(f"at {pointer}")
        super().__init__(" ".join(parts))

    def again(self) -> Self:
        """Return an equal error, to raise one that is kept.

        An error knows by its traceback who raised it; raised itself, a kept one would hold them, and they it.
        """
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.args = self.args
        return other

    @property
    def info(self) -> CodeInfo:
        """What `schemas/codes/` says of this code."""
        return describe_code(self.code)

    def explain(self, language: Language = "en") -> str:
        """Return the sentence for a person, in `language`."""
        return self.info.sentence(language)


class InvalidCredentialError(BadgeError):
    """Looked at it, and it is wrong."""


class DecodingError(InvalidCredentialError):
    """The bytes are not what they claim to be."""


class DataModelError(InvalidCredentialError):
    """A property breaks the data model; `pointer` says which."""


class ProofError(InvalidCredentialError):
    """The proof does not hold."""


class SignatureMismatchError(ProofError):
    """The signature does not belong to this document and key."""

    def __init__(self, code: str = "proof.signature_mismatch", message: str = "") -> None:
        super().__init__(code, message)


class UnacceptedCryptosuiteError(ProofError):
    """The suite or algorithm is not among those the caller accepts."""


class KeyNotAuthorizedError(ProofError):
    """The key is not one that the issuer published for this purpose."""


class CanonicalizationError(ProofError):
    """The document cannot be brought into canonical form within its budget."""


class StatusListError(InvalidCredentialError):
    """A status list or a status entry is malformed or forged."""


class CannotCheckError(BadgeError):
    """We could not find out; says nothing against the credential."""


class FetchError(CannotCheckError):
    """A document could not be fetched (time, size, address, TLS, status)."""


class StatusRetrievalError(FetchError):
    """A status list could not be fetched."""


class ResolutionError(CannotCheckError):
    """A DID or a verification method could not be resolved."""


class UnknownContextError(CannotCheckError):
    """An `@context` URL is not pinned here; nothing was fetched."""


class UnsupportedFeatureError(CannotCheckError):
    """The credential uses something that this version cannot check."""


class IssuanceError(BadgeError):
    """A credential could not be issued."""


class RosterError(IssuanceError):
    """A class list, or one cell of it, cannot be used.

    Args:
        code: Stable machine code, `roster.…`.
        message: Further words for a developer.
        row: 1-based row number as the spreadsheet shows it; 0 for the whole sheet.
        column: Header of the column at fault; empty for the whole row.
    """

    def __init__(self, code: str, message: str = "", *, row: int = 0, column: str = "") -> None:
        super().__init__(code, message, detail={"row": row, "column": column})
        self.row = row
        self.column = column


class LedgerError(IssuanceError):
    """The record of what was issued does not allow this step."""


class KeystoreError(IssuanceError):
    """A signing key is missing, unreadable or unsafe."""


class ConfigurationError(BadgeError):
    """Our own settings are wrong; the program does not start."""
