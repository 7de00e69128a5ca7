"""Badges as SD-JWT and COSE: from a file, a pasted text, a code or an address to a full report."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from typing import TYPE_CHECKING

import pytest

from credentials import (
    EnvelopeKind,
    MediaType,
    bind_to_holder,
    compose_envelope,
    present_sd_jwt,
    render_qr_png,
    sign_cose,
    sign_sd_jwt,
    sign_sd_jwt_vc,
    sign_w3c_vc_jwt,
)
from keys import KeyType, LocalSigner
from schemas import VC_V2_CONTEXT, encode_json
from tests.doubles.issuer_simulator import (
    STATUS_URL,
    IssuerIdKind,
    IssuerSimulator,
    compose_achievement,
    compose_status_entry,
    compose_subject,
)
from verifier import (
    CheckName,
    CredentialSetReport,
    Headline,
    Outcome,
    PresentedKind,
    Verdict,
    VerificationContext,
    read_presented,
    verify_any,
    verify_scanned,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas import JsonObject
    from tests.doubles.issuer_simulator import SimulatedIssuer

HOLDER = LocalSigner.generate(KeyType.P256)  # TEST ONLY
HIDEABLE = ("/credentialSubject/narrative", "/credentialSubject/achievement/alignment")


def compose(issuer: SimulatedIssuer) -> JsonObject:
    """Return a badge with an end, a status if the issuer can sign a list, and parts that its holder may leave out."""
    can_sign_list = (
        issuer.signer.public_key.key_type is KeyType.ED25519 and issuer.kind is not IssuerIdKind.HTTPS_KEY_SET
    )
    if can_sign_list:
        issuer.publish_status_list()
    return issuer.compose_badge(
        credentialSubject=compose_subject(narrative="Top of the class."),
        validUntil="2028-11-01T09:00:00Z",
        credentialStatus=[compose_status_entry()] if can_sign_list else None,
    )


def sd_jwt(issuer: SimulatedIssuer) -> bytes:
    """Return the badge as `vc+sd-jwt` with every disclosure."""
    token = sign_sd_jwt(compose(issuer), hideable=HIDEABLE, signer=issuer.signer, verification_method=issuer.method_id)
    return token.encode()


def bound_sd_jwt(issuer: SimulatedIssuer) -> str:
    """Return the badge as `vc+sd-jwt`, bound to a key of its holder."""
    return sign_sd_jwt(
        compose(issuer),
        hideable=HIDEABLE,
        signer=issuer.signer,
        verification_method=issuer.method_id,
        holder_key=HOLDER.public_key,
    )


def dc_sd_jwt(issuer: SimulatedIssuer) -> bytes:
    """Return the badge as `dc+sd-jwt`."""
    token = sign_sd_jwt_vc(
        compose(issuer),
        vct="https://college.example.edu/types/badge",
        hideable=HIDEABLE,
        signer=issuer.signer,
        verification_method=issuer.method_id,
    )
    return token.encode()


def cose(issuer: SimulatedIssuer) -> bytes:
    """Return the badge as a COSE message."""
    return sign_cose(compose(issuer), signer=issuer.signer, verification_method=issuer.method_id)


FORMS = pytest.mark.parametrize("form", [sd_jwt, dc_sd_jwt, cose], ids=lambda form: form.__name__)


@FORMS
@pytest.mark.parametrize("kind", [IssuerIdKind.DID_KEY, IssuerIdKind.DID_WEB, IssuerIdKind.HTTPS_DOCUMENT])
def test_genuine_with_every_check(form: Callable[[SimulatedIssuer], bytes], kind: IssuerIdKind) -> None:
    """Proof, issuer, dates and status are all looked at, and nothing required is left open."""
    issuer = IssuerSimulator().add_issuer(kind)
    report = issuer.world.verify(form(issuer))
    assert report.verdict is Verdict.VERIFIED, [check.code for check in report.deciding_checks]
    assert report.check(CheckName.STATUS).outcome is Outcome.PASSED
    assert report.credential is not None
    assert report.credential.achievement.name == "CNC Mill Operator 1"


@FORMS
def test_key_set_issuer(form: Callable[[SimulatedIssuer], bytes]) -> None:
    """An issuer with a key set and no document of its own: the key is found there."""
    issuer = IssuerSimulator().add_issuer(IssuerIdKind.HTTPS_KEY_SET)
    assert issuer.world.verify(form(issuer)).verdict is Verdict.VERIFIED


@FORMS
@pytest.mark.parametrize("key_type", [KeyType.P256, KeyType.P384, KeyType.RSA])
def test_other_keys(form: Callable[[SimulatedIssuer], bytes], key_type: KeyType) -> None:
    """ES256, ES384 and RS256 as well as EdDSA."""
    issuer = IssuerSimulator().add_issuer(key_type=key_type)
    assert issuer.world.verify(form(issuer)).verdict is Verdict.VERIFIED


@FORMS
def test_revoked(form: Callable[[SimulatedIssuer], bytes]) -> None:
    """The status is read from what is signed."""
    issuer = IssuerSimulator().add_issuer()
    badge = form(issuer)
    issuer.publish_status_list(set_indexes=(94567,))
    report = issuer.world.verify(badge)
    assert (report.headline, report.check(CheckName.STATUS).code) == (Headline.GENUINE_BUT, "status.revoked")


@FORMS
def test_status_host_down(form: Callable[[SimulatedIssuer], bytes]) -> None:
    """Could not check, as with any other form."""
    issuer = IssuerSimulator().add_issuer()
    badge = form(issuer)
    issuer.world.break_down(STATUS_URL)
    assert issuer.world.verify(badge).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("form", "kind"),
    [(sd_jwt, PresentedKind.SD_JWT), (dc_sd_jwt, PresentedKind.SD_JWT), (cose, PresentedKind.COSE)],
)
def test_kind_is_told(form: Callable[[SimulatedIssuer], bytes], kind: PresentedKind) -> None:
    """The report says what was presented."""
    issuer = IssuerSimulator().add_issuer()
    badge = form(issuer)
    assert read_presented(badge).kind is kind
    assert issuer.world.verify(badge).check(CheckName.DECODING).detail["kind"] == kind.value


def test_sd_jwt_pasted_with_line_breaks_and_in_a_sentence() -> None:
    """As people paste it: broken over lines, quoted, or inside a message with a full stop behind it."""
    issuer = IssuerSimulator().add_issuer()
    token = sd_jwt(issuer).decode()
    broken = "\n".join(token[place : place + 70] for place in range(0, len(token), 70))
    for text in (f'  "{broken}"\n', f"Here is my badge: {token}. Thank you!"):
        assert issuer.world.verify(text).verdict is Verdict.VERIFIED


def test_key_binding_pasted_in_a_sentence() -> None:
    """The part behind the last tilde has dots of its own."""
    issuer = IssuerSimulator().add_issuer()
    shown = bind_to_holder(bound_sd_jwt(issuer), signer=HOLDER, nonce="n-1", audience="https://x", now=issuer.world.now)
    assert issuer.world.verify(f"My badge: {shown}.").verdict is Verdict.VERIFIED


@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode], ids=["base64", "base64url"])
def test_cose_pasted_as_text(encode: Callable[[bytes], bytes]) -> None:
    """Both alphabets, with and without padding, with line breaks."""
    issuer = IssuerSimulator().add_issuer()
    text = encode(cose(issuer)).decode()
    for pasted in (text, text.rstrip("="), "\n".join(text[place : place + 64] for place in range(0, len(text), 64))):
        assert issuer.world.verify(pasted).verdict is Verdict.VERIFIED
        assert issuer.world.verify(pasted.encode()).verdict is Verdict.VERIFIED


ENVELOPED = [
    pytest.param(sd_jwt, MediaType.VC_SD_JWT, id="vc+sd-jwt"),
    pytest.param(dc_sd_jwt, MediaType.DC_SD_JWT, id="dc+sd-jwt"),
    pytest.param(cose, MediaType.VC_COSE, id="vc+cose"),
    pytest.param(
        lambda issuer: sign_w3c_vc_jwt(
            compose(issuer), signer=issuer.signer, verification_method=issuer.method_id
        ).encode(),
        MediaType.VC_JWT,
        id="vc+jwt",
    ),
]


@pytest.mark.parametrize(("form", "media_type"), ENVELOPED)
def test_envelope_alone(form: Callable[[SimulatedIssuer], bytes], media_type: MediaType) -> None:
    """An `EnvelopedVerifiableCredential` as a file, and its `data:` URL as text or in a code."""
    issuer = IssuerSimulator().add_issuer()
    envelope = compose_envelope(form(issuer), kind=EnvelopeKind.CREDENTIAL, media_type=media_type)
    assert issuer.world.verify(encode_json(envelope)).verdict is Verdict.VERIFIED
    url = envelope["id"]
    assert isinstance(url, str)
    assert issuer.world.verify(url).verdict is Verdict.VERIFIED


def test_small_sd_jwt_in_a_code() -> None:
    """A photo of a QR code that holds the token itself."""
    issuer = IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY, key_type=KeyType.P256)
    achievement = compose_achievement(alignment=None)
    badge = issuer.compose_badge(credentialSubject=compose_subject(achievement=achievement))
    token = sign_sd_jwt(badge, hideable=(), signer=issuer.signer, verification_method=issuer.method_id)
    report = issuer.world.verify(render_qr_png(token))
    assert report.verdict is Verdict.VERIFIED
    assert report.check(CheckName.DECODING).detail["kind"] == "qr_photo"
    context = VerificationContext(now=issuer.world.now, fetcher=issuer.world)
    assert verify_scanned(token, context=context).verdict is Verdict.VERIFIED


@FORMS
def test_at_an_address(form: Callable[[SimulatedIssuer], bytes]) -> None:
    """Fetched as its own media type."""
    issuer = IssuerSimulator().add_issuer()
    url = "https://college.example.edu/badges/1"
    issuer.world.publish(url, form(issuer), media_type="application/octet-stream")
    assert issuer.world.verify(url).verdict is Verdict.VERIFIED


def test_parts_left_out_are_remarked() -> None:
    """What its holder left out is neither shown nor missed; the report says that a part was chosen."""
    issuer = IssuerSimulator().add_issuer()
    shown = present_sd_jwt(sd_jwt(issuer).decode(), shown=[])
    report = issuer.world.verify(shown)
    assert report.verdict is Verdict.VERIFIED
    assert "proof.parts_chosen" in report.notes
    assert report.credential is not None
    assert "Operation and Control" not in encode_json(report.credential.to_json()).decode()


def test_every_part_shown_is_not_remarked() -> None:
    """Nothing was left out, so nothing is said."""
    issuer = IssuerSimulator().add_issuer()
    assert "proof.parts_chosen" not in issuer.world.verify(sd_jwt(issuer)).notes


def test_holder_key_and_key_binding_are_remarked() -> None:
    """Who shows it did not show the key; or did, to somebody else."""
    issuer = IssuerSimulator().add_issuer()
    token = bound_sd_jwt(issuer)
    assert "presentation.holder_key_not_shown" in issuer.world.verify(token).notes
    shown = bind_to_holder(token, signer=HOLDER, nonce="n-1", audience="https://x", now=issuer.world.now)
    report = issuer.world.verify(shown)
    assert report.verdict is Verdict.VERIFIED
    assert "presentation.key_binding_not_asked" in report.notes


@FORMS
def test_in_an_unsigned_presentation(form: Callable[[SimulatedIssuer], bytes]) -> None:
    """As wallets export them: each badge has a full report of its own."""
    issuer = IssuerSimulator().add_issuer()
    media = MediaType.VC_COSE if form is cose else MediaType.DC_SD_JWT if form is dc_sd_jwt else MediaType.VC_SD_JWT
    presentation: JsonObject = {
        "@context": [VC_V2_CONTEXT],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [
            compose_envelope(form(issuer), kind=EnvelopeKind.CREDENTIAL, media_type=media),
            compose_envelope(b"eyJ.e30.x~", kind=EnvelopeKind.CREDENTIAL, media_type=MediaType.VC_SD_JWT),
        ],
    }
    context = VerificationContext(now=issuer.world.now, fetcher=issuer.world)
    report = verify_any(encode_json(presentation), context=context)
    assert isinstance(report, CredentialSetReport)
    assert [part.report.verdict for part in report.parts] == [Verdict.VERIFIED, Verdict.REJECTED]
