"""The signed word of a provider about a person: the typed door to joserfc, and what has to stand in it.

Spec: OpenID Connect Core 1.0 §2, §3.1.3.7 and §10.1; RFC 8725 (JWT best practice).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from issuer.oidc import ACCEPTED_ALGORITHMS, OidcIdentity
from issuer.people import fold_email
from keys import PublicKey, is_same_secret
from schemas import BadgeError, LedgerError, read_json_object

if TYPE_CHECKING:
    from datetime import datetime

    from issuer.oidc import OidcProvider
    from schemas import JsonObject, JsonValue

MAX_TOKEN_CHARS: Final = 32 * 1024
MAX_KEYS: Final = 50  # of one provider
MAX_SUBJECT_CHARS: Final = 255  # OpenID Connect Core §2
MAX_NAME_CHARS: Final = 100
SKEW: Final = timedelta(seconds=60)
MAX_AGE: Final = timedelta(minutes=10)  # between the making of the token and our look at it


class UnknownKeyError(LedgerError):
    """The key that a token names is not among those at hand; it may be a new one."""


def verify_id_token(token: str, *, jwks: JsonObject) -> JsonObject:
    """Check the signature of a token and return its claims, which are not judged yet.

    The key is one that the provider published; nothing that the token brings along is used as one.

    Raises:
        UnknownKeyError: `oidc.token_refused`: it names a key that is not in the set.
        LedgerError: `oidc.token_refused` for everything else.
    """
    from joserfc import jws  # noqa: PLC0415 - loading takes 0.1 s, which a desk without other sites never spends
    from joserfc.errors import JoseError  # noqa: PLC0415
    from joserfc.jwk import import_key  # noqa: PLC0415

    if len(token) > MAX_TOKEN_CHARS or not token.isascii():
        raise LedgerError("oidc.token_refused", "too long, or no token")
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
        algorithm, kind = header.get("alg"), header.get("typ", "JWT")
        if algorithm not in ACCEPTED_ALGORITHMS or not isinstance(kind, str) or kind.upper() != "JWT":
            raise LedgerError("oidc.token_refused", "the algorithm or the kind of token is not accepted")
        jwk = _choose_key(jwks, key_id=header.get("kid"), algorithm=algorithm)
        # Only what makes up the public key, after our own checks of its size and its point.
        key = import_key({name: str(value) for name, value in PublicKey.from_jwk(jwk).jwk.items()})
        signed = jws.deserialize_compact(token, key, algorithms=[algorithm])
        return read_json_object(signed.payload, max_bytes=MAX_TOKEN_CHARS)
    except (JoseError, ValueError, TypeError) as error:
        raise LedgerError("oidc.token_refused", type(error).__name__) from error
    except BadgeError as error:
        if error.code == "oidc.token_refused":
            raise
        raise LedgerError("oidc.token_refused", error.code) from error


def _choose_key(jwks: JsonObject, *, key_id: object, algorithm: str) -> JsonObject:
    found = jwks.get("keys")
    if not isinstance(found, list) or len(found) > MAX_KEYS:
        raise LedgerError("oidc.token_refused", "no set of keys")
    fitting: list[dict[str, JsonValue]] = [
        jwk
        for jwk in found
        if isinstance(jwk, dict)
        and jwk.get("use", "sig") == "sig"
        and jwk.get("alg", algorithm) == algorithm
        and (key_id is None or jwk.get("kid") == key_id)
    ]
    if not fitting:
        raise UnknownKeyError("oidc.token_refused", "no such key")
    if len(fitting) > 1:
        raise LedgerError("oidc.token_refused", "it does not say which key")
    return fitting[0]


def read_identity(claims: JsonObject, *, provider: OidcProvider, nonce: str, now: datetime) -> OidcIdentity:
    """Return who a token is about, if it was made for us, just now, and for this sign-in (Core §3.1.3.7).

    Raises:
        LedgerError: `oidc.token_refused`.
    """
    if claims.get("iss") != provider.issuer:
        raise LedgerError("oidc.token_refused", "of another issuer")
    _check_audience(claims, provider.client_id)
    _check_times(claims, now)
    said_nonce = claims.get("nonce")
    if not isinstance(said_nonce, str) or not is_same_secret(said_nonce, nonce):
        raise LedgerError("oidc.token_refused", "for another sign-in")
    subject, name = claims.get("sub"), claims.get("name")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT_CHARS or not subject.isprintable():
        raise LedgerError("oidc.token_refused", "it names nobody")
    email = claims.get("email")
    is_checked = claims.get("email_verified") is True  # the text "true" is no word of the standard
    return OidcIdentity(
        issuer=provider.issuer,
        subject=subject,
        email=fold_email(email) if isinstance(email, str) and is_checked else "",
        shown_name=" ".join(name.split())[:MAX_NAME_CHARS] if isinstance(name, str) and name.isprintable() else "",
    )


def _check_audience(claims: JsonObject, client_id: str) -> None:
    audience, party = claims.get("aud"), claims.get("azp")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or client_id not in audiences:
        raise LedgerError("oidc.token_refused", "for somebody else")
    if party != client_id and (party is not None or len(audiences) > 1):
        raise LedgerError("oidc.token_refused", "given to somebody else")


def _check_times(claims: JsonObject, now: datetime) -> None:
    made, ends = _read_moment(claims, "iat"), _read_moment(claims, "exp")
    moment = now.timestamp()
    if ends + SKEW.total_seconds() <= moment:
        raise LedgerError("oidc.token_refused", "it has ended")
    if not moment - (MAX_AGE + SKEW).total_seconds() <= made <= moment + SKEW.total_seconds():
        raise LedgerError("oidc.token_refused", "not made just now")
    if "nbf" in claims and _read_moment(claims, "nbf") > moment + SKEW.total_seconds():
        raise LedgerError("oidc.token_refused", "it does not hold yet")


def _read_moment(claims: JsonObject, name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise LedgerError("oidc.token_refused", f"{name} is no moment")
    return float(value)
