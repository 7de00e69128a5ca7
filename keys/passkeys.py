"""Passkeys: what a browser is asked for, and whether what it answers is right. Pure; nothing is kept here.

Only ways in that verify the person (face, finger, PIN) and that need no name typed are asked for. Who made the
authenticator is not asked, and not looked at: `none` and `packed` are the statements that browsers pass on then.
Spec: WebAuthn Level 3 §7.1 (registration) and §7.2 (authentication).
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from keys.encoding import decode_base64url
from schemas import BadgeError, LedgerError, read_json_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from webauthn.helpers.structs import AuthenticationCredential, RegistrationCredential

    from schemas import JsonObject

MAX_PASSKEY_ANSWER_BYTES: Final = 16 * 1024  # of the JSON that a browser sends
CHALLENGE_BYTES: Final = 32
USER_HANDLE_BYTES: Final = 32  # WebAuthn §5.4.3: at most 64, nothing about the person in it
MAX_CREDENTIAL_ID_BYTES: Final = 1_023  # WebAuthn §7.1 step 25
MIN_RSA_BITS: Final = 2_048
MAX_RSA_BITS: Final = 4_096
PATIENCE_MILLISECONDS: Final = 120_000  # how long a browser waits for the person
_COORDINATE_BYTES: Final = 32
_STATEMENTS: Final = frozenset({"none", "packed"})
_HOST_NAME: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeySite:
    """The site that passkeys are for (the relying party).

    Args:
        id: Its host name; browsers offer a passkey nowhere else.
        origin: Scheme, host and port, exactly as browsers write it.
        name: For people.
    """

    id: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPasskey:
    """A passkey that was just made.

    Args:
        credential_id: Its name, chosen by the authenticator.
        public_key: COSE_Key, as it came.
        sign_count: How often it signed; 0 for ever in authenticators that do not count.
        is_synced: It may be copied between the devices of its owner; this never changes.
    """

    credential_id: bytes
    public_key: bytes
    sign_count: int
    is_synced: bool


class KnownPasskey(Protocol):
    """What has to be known of a passkey to believe what it signs."""

    @property
    def credential_id(self) -> bytes:
        """Its name."""
        ...

    @property
    def user_handle(self) -> bytes:
        """What its owner is called in the authenticator."""
        ...

    @property
    def public_key(self) -> bytes:
        """COSE_Key."""
        ...

    @property
    def sign_count(self) -> int:
        """How often it had signed when it was last used."""
        ...

    @property
    def is_synced(self) -> bool:
        """It may be copied between devices."""
        ...


def find_passkey_site(base_url: str, *, name: str) -> PasskeySite | None:
    """Return the site at an address; None when it is a numeric address: browsers take no passkeys there."""
    parts = urlsplit(base_url)
    host = (parts.hostname or "").lower()
    try:
        ip_address(host)
    except ValueError:
        if not _HOST_NAME.fullmatch(host):
            return None
        return PasskeySite(id=host, origin=f"{parts.scheme}://{parts.netloc.lower()}", name=name)
    return None


def compose_registration(
    site: PasskeySite, *, challenge: bytes, user_handle: bytes, user_name: str, known: Sequence[bytes]
) -> JsonObject:
    """Return what a browser is asked to make (`PublicKeyCredentialCreationOptionsJSON`).

    Args:
        site: For which the passkey is.
        challenge: Random, used once.
        user_handle: Random name of the owner, the same for all of their passkeys.
        user_name: Shown to them by their own device when they choose among several.
        known: Ids of the passkeys that they have: no device makes a second one.
    """
    # Loading the library takes 0.15 s; a program that only verifies badges never needs it.
    from webauthn import generate_registration_options  # noqa: PLC0415
    from webauthn.helpers import options_to_json_dict  # noqa: PLC0415
    from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm  # noqa: PLC0415
    from webauthn.helpers.structs import (  # noqa: PLC0415
        AttestationConveyancePreference,
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=site.id,
        rp_name=site.name,
        user_id=user_handle,
        user_name=user_name,
        challenge=challenge,
        timeout=PATIENCE_MILLISECONDS,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=credential_id) for credential_id in known],
        supported_pub_key_algs=[Algorithm.EDDSA, Algorithm.ECDSA_SHA_256, Algorithm.RSASSA_PKCS1_v1_5_SHA_256],
    )
    return options_to_json_dict(options)


def compose_assertion(site: PasskeySite, *, challenge: bytes) -> JsonObject:
    """Return what a browser is asked to sign (`PublicKeyCredentialRequestOptionsJSON`), with any passkey of the site.

    Args:
        site: Whose passkeys count.
        challenge: Random, used once.
    """
    from webauthn import generate_authentication_options  # noqa: PLC0415 - see compose_registration
    from webauthn.helpers import options_to_json_dict  # noqa: PLC0415
    from webauthn.helpers.structs import UserVerificationRequirement  # noqa: PLC0415

    options = generate_authentication_options(
        rp_id=site.id,
        challenge=challenge,
        timeout=PATIENCE_MILLISECONDS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def read_passkey_answer(text: str) -> JsonObject:
    """Read what a browser sent (`PublicKeyCredential.toJSON()`).

    Raises:
        LedgerError: `passkey.refused`: too long, or no JSON object.
    """
    with _refusing():
        return read_json_object(text.encode(), max_bytes=MAX_PASSKEY_ANSWER_BYTES)


def read_credential_id(answer: JsonObject) -> bytes:
    """Return which passkey an answer says it comes from; nothing is proven yet.

    Raises:
        LedgerError: `passkey.refused`.
    """
    with _refusing():
        return _read_id(answer)


def verify_registration(site: PasskeySite, answer: JsonObject, *, challenge: bytes) -> NewPasskey:
    """Check that a browser made the passkey that it was asked for.

    Spec: WebAuthn Level 3 §7.1. Not checked: who made the authenticator; whether the id is known already.

    Raises:
        LedgerError: `passkey.refused`, whatever is wrong.
    """
    from webauthn import verify_registration_response  # noqa: PLC0415 - see compose_registration
    from webauthn.helpers import parse_attestation_object  # noqa: PLC0415
    from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm  # noqa: PLC0415

    with _refusing():
        credential = _read_registration(answer)
        _check_client_data(credential.response.client_data_json)
        _require(parse_attestation_object(credential.response.attestation_object).fmt in _STATEMENTS)
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            require_user_verification=True,
            supported_pub_key_algs=[Algorithm.EDDSA, Algorithm.ECDSA_SHA_256, Algorithm.RSASSA_PKCS1_v1_5_SHA_256],
        )
        _require(made.credential_id == credential.raw_id)
        _check_public_key(made.credential_public_key)
        return NewPasskey(
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            is_synced=made.credential_device_type.value == "multi_device",
        )


def verify_assertion(site: PasskeySite, answer: JsonObject, *, challenge: bytes, passkey: KnownPasskey) -> int:
    """Check that the owner of a passkey just used it here; return how often it has signed now.

    Spec: WebAuthn Level 3 §7.2, for a passkey that the person chose among those of the site: the answer names its
    owner and must name the one on record. A count that does not go up means that there are two copies.

    Raises:
        LedgerError: `passkey.refused`, whatever is wrong.
    """
    from webauthn import verify_authentication_response  # noqa: PLC0415 - see compose_registration

    with _refusing():
        credential = _read_assertion(answer)
        _check_client_data(credential.response.client_data_json)
        _require(credential.raw_id == passkey.credential_id)
        _require(credential.response.user_handle == passkey.user_handle)
        used = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
        _require((used.credential_device_type.value == "multi_device") == passkey.is_synced)
        return used.new_sign_count


@contextmanager
def _refusing() -> Iterator[None]:
    """Give everything that can be wrong with a stranger's answer the same name: whoever tries learns nothing."""
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - see compose_registration

    try:
        yield
    except (
        WebAuthnException,
        BadgeError,
        InvalidSignature,
        UnsupportedAlgorithm,
        # What the library raises for CBOR and JSON whose parts are of another kind than they should be.
        AttributeError,
        LookupError,
        OverflowError,
        TypeError,
        ValueError,
    ) as error:
        raise LedgerError("passkey.refused") from error


def _require(holds: bool) -> None:  # noqa: FBT001 - the condition itself
    if not holds:
        raise LedgerError("passkey.refused")


def _read_id(answer: JsonObject) -> bytes:
    _require(answer.get("type") == "public-key")
    credential_id = _read_bytes(answer, "rawId")
    _require(0 < len(credential_id) <= MAX_CREDENTIAL_ID_BYTES)
    return credential_id


def _read_bytes(members: object, name: str) -> bytes:
    text = members.get(name) if isinstance(members, dict) else None
    if not isinstance(text, str):
        raise LedgerError("passkey.refused", f"{name} is missing")
    return decode_base64url(text)


def _read_registration(answer: JsonObject) -> RegistrationCredential:
    from webauthn.helpers.structs import (  # noqa: PLC0415 - see compose_registration
        AuthenticatorAttestationResponse,
        RegistrationCredential,
    )

    return RegistrationCredential(
        id=str(answer.get("id")),
        raw_id=_read_id(answer),
        response=AuthenticatorAttestationResponse(
            client_data_json=_read_bytes(answer.get("response"), "clientDataJSON"),
            attestation_object=_read_bytes(answer.get("response"), "attestationObject"),
        ),
    )


def _read_assertion(answer: JsonObject) -> AuthenticationCredential:
    from webauthn.helpers.structs import (  # noqa: PLC0415 - see compose_registration
        AuthenticationCredential,
        AuthenticatorAssertionResponse,
    )

    response = answer.get("response")
    return AuthenticationCredential(
        id=str(answer.get("id")),
        raw_id=_read_id(answer),
        response=AuthenticatorAssertionResponse(
            client_data_json=_read_bytes(response, "clientDataJSON"),
            authenticator_data=_read_bytes(response, "authenticatorData"),
            signature=_read_bytes(response, "signature"),
            user_handle=_read_bytes(response, "userHandle"),
        ),
    )


def _check_client_data(client_data: bytes) -> None:
    # The library compares type, challenge and origin. Our pages are never shown inside the page of another site.
    members = read_json_object(client_data, max_bytes=MAX_PASSKEY_ANSWER_BYTES)
    _require(members.get("crossOrigin", False) is False and "topOrigin" not in members)


def _check_public_key(public_key: bytes) -> None:
    """Refuse keys that the library takes and §5.8.5 does not, that are weak, or that are none."""
    from webauthn.helpers import (  # noqa: PLC0415 - see compose_registration
        decode_credential_public_key,
        decoded_public_key_to_cryptography,
    )
    from webauthn.helpers.cose import COSECRV  # noqa: PLC0415
    from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm  # noqa: PLC0415
    from webauthn.helpers.decode_credential_public_key import (  # noqa: PLC0415
        DecodedEC2PublicKey,
        DecodedOKPPublicKey,
        DecodedRSAPublicKey,
    )

    key = decode_credential_public_key(public_key)
    if isinstance(key, DecodedEC2PublicKey):
        _require((key.alg, key.crv) == (Algorithm.ECDSA_SHA_256, COSECRV.P256))
        _require(len(key.x) == len(key.y) == _COORDINATE_BYTES)
    elif isinstance(key, DecodedOKPPublicKey):
        _require((key.alg, key.crv) == (Algorithm.EDDSA, COSECRV.ED25519))
    elif isinstance(key, DecodedRSAPublicKey):
        _require(key.alg == Algorithm.RSASSA_PKCS1_v1_5_SHA_256)
        _require(MIN_RSA_BITS <= int.from_bytes(key.n).bit_length() <= MAX_RSA_BITS)
        _require(int.from_bytes(key.e) == 65_537)  # noqa: PLR2004 - the exponent that everybody uses
    else:
        raise LedgerError("passkey.refused", "a kind of key that was not asked for")
    decoded_public_key_to_cryptography(key)
