"""What the page says beside the claims: endorsements that hold, and remarks that do not change the verdict."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pages import current_language, say_organization_kind, show_date, show_time, translate
from schemas import OrganizationKind, describe_code
from verifier.members import read_list
from verifier.report import CheckName
from verifier.trust import read_issuer_host
from verifier.web.views import EndorsementView
from verifier.web.words import ENDORSED_LABELS

if TYPE_CHECKING:
    from verifier.endorsements import VerifiedEndorsement
    from verifier.report import Check, VerificationReport

MAX_NAME_CHARS = 200
MAX_SHOWN_ENDORSEMENTS = 8
_REMARKS = frozenset(
    {
        "data_model.context_pinned_here",
        "endorsement.accreditation_not_begun",
        "endorsement.accreditation_not_theirs",
        "endorsement.accreditation_not_verified",
        "issuer.document_kept",
        "presentation.holder_key_not_shown",
        "presentation.key_binding_not_asked",
        "proof.parts_chosen",
        "status.list_kept",
        "status.list_short_accepted",
        "status.list_unsigned",
        "status.message_set",
        "status.refresh_available",
    }
)


def compose_endorsements(report: VerificationReport) -> tuple[EndorsementView, ...]:
    """Return the endorsements of the report; those of endorsers on the reader's own list first."""
    marks = report.accreditations
    endorsements = sorted(report.endorsements, key=lambda one: (one.known_as is None, one not in marks))
    return tuple(
        _compose_endorsement(one, accreditation=_say_accreditation(one) if one in marks else "")
        for one in endorsements[:MAX_SHOWN_ENDORSEMENTS]
    )


def _say_accreditation(endorsement: VerifiedEndorsement) -> str:
    """Return what a mark says; never whose word it is, which stands beside it."""
    mark = endorsement.accreditation
    if mark is None:
        return ""
    if mark.since is None:
        said = translate("Accredits the issuer.")
    else:
        said = translate("Accredits the issuer since %(when)s.") % {"when": show_date(mark.since)}
    facts = " · ".join(fact for fact in (mark.sector, mark.area_served) if fact)
    unknown = "" if endorsement.known_as else translate("This body is not on the list of this site.")
    return " ".join(part for part in (said, facts, unknown) if part)


def _compose_endorsement(endorsement: VerifiedEndorsement, *, accreditation: str) -> EndorsementView:
    known, host = endorsement.known_as, read_issuer_host(endorsement.endorser_id)
    name = known.name if known else endorsement.endorser_name
    kind = known.kind if known else OrganizationKind.OTHER
    return EndorsementView(
        endorser=name[:MAX_NAME_CHARS] or host or endorsement.endorser_id[:MAX_NAME_CHARS],
        kind=say_organization_kind(kind) if kind is not OrganizationKind.OTHER else "",
        proven_domain=host,
        # A did:key belongs to nobody in particular: only the reader's own list gives it a name.
        is_named=bool(known or host),
        is_known=known is not None,
        target=translate(ENDORSED_LABELS[endorsement.target]),
        comment=endorsement.comment,
        given_at=endorsement.given_at,
        accreditation=accreditation,
    )


def compose_remarks(report: VerificationReport) -> tuple[str, ...]:
    """Return a sentence for each remark that a reader should know of, with the age of what was not read just now."""
    language = current_language()
    refresh = report.check(CheckName.REFRESH)
    renewed = (describe_code(refresh.code).sentence(language),) if refresh.code == "refresh.newer_version" else ()
    noted = tuple(
        f"{describe_code(note).sentence(language)} {_say_age(note, check)}".rstrip()
        for check in report.checks
        for note in check.notes
        if note in _REMARKS
    )
    return renewed + noted + _say_key_put_away(report)


def _say_key_put_away(report: VerificationReport) -> tuple[str, ...]:
    """Say of a badge that is older than the retirement of its key why it still holds."""
    retired_at = report.check(CheckName.ISSUER).detail.get("retiredAt")
    if not isinstance(retired_at, str) or report.verified_at < datetime.fromisoformat(retired_at):
        return ()
    when = {"when": show_time(datetime.fromisoformat(retired_at))}
    return (
        translate("The issuer stopped using the key of this badge on %(when)s. This badge was signed before: it holds.")
        % when,
    )


def _say_age(note: str, check: Check) -> str:
    if not note.endswith("_kept"):
        return ""
    entries = check.detail.get("entries")
    places = [check.detail, *(entry for entry in read_list(entries) if isinstance(entry, dict))]
    moments = [moment for place in places if isinstance(moment := place.get("asOf"), str)]
    oldest = min((datetime.fromisoformat(moment) for moment in moments), default=None)
    return translate("The copy is from %(when)s.") % {"when": show_time(oldest)} if oldest else ""
