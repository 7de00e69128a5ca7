"""Floor 3: the trainer's side: achievements, class lists, issuing, the ledger and status."""

from issuer.achievement_file import read_achievement
from issuer.achievement_json import achievement_from_json, achievement_to_json
from issuer.badge_rows import BadgeRow
from issuer.bundle import write_bundle
from issuer.certificate import render_certificate
from issuer.certificate_facts import CertificateFacts, read_certificate_facts
from issuer.certificate_sheet import ClassSheetEntry, render_class_sheet
from issuer.claims import Claim, ClaimedBadge, Claims, ClassClaim
from issuer.compose import compose_achievement, compose_credential, compose_profile
from issuer.contact_changes import change_phone
from issuer.corrections import (
    BadgeEdit,
    PlannedReplacement,
    RowChange,
    correct_roster,
    find_badge_row,
    plan_correction,
    plan_renewal,
    plan_roster_corrections,
    read_edit_results,
)
from issuer.delivery import (
    Delivery,
    DeliveryState,
    choose_delivery,
    close_class_code,
    deliver_class,
    deliver_waiting,
    open_class_code,
    read_class_code,
    read_class_delivery,
    read_deliveries,
    send_again,
)
from issuer.delivery_messages import claim_link, claim_renderers
from issuer.delivery_store import DeliveryWay, SecondStep
from issuer.doctor import Finding, diagnose
from issuer.hand_out import HandOutPeople, WaitingBadge, list_hand_out
from issuer.jobs import (
    is_long_job,
    job_outcomes,
    job_progress,
    list_jobs,
    resume_job,
    run_job,
    run_unless_stopped,
    start_job,
    stop_job,
    unfinished_jobs,
)
from issuer.ledger import Ledger
from issuer.model import (
    Achievement,
    IssuedCredential,
    IssuerProfile,
    JobProgress,
    PlannedCredential,
    ProofChoice,
    ResultDescription,
    Roster,
    RosterProblem,
    RosterRow,
    RowFate,
    RowOutcome,
    RowResult,
    RubricLevel,
    Skill,
    StatusSlot,
)
from issuer.nudges import NUDGE_DAYS, PersonToCall, list_to_call, nudge_unclaimed, text_unreached
from issuer.oidc import OidcNetwork, OidcProvider
from issuer.oidc_sign_in import OidcSignIn
from issuer.people import (
    DESK_PERSON,
    HOME,
    Member,
    Organisation,
    Role,
    list_organisations,
    list_people,
    read_role,
)
from issuer.people_changes import Actor, create_organisation, remove_person, restore_desk_owner
from issuer.people_invitations import (
    Invitation,
    accept_invitations_of,
    find_invitation,
    invitation_path,
    invite,
    list_invitations,
    read_invited_address,
    withdraw_invitation,
)
from issuer.people_messages import people_renderers
from issuer.planning import plan_roster
from issuer.program_adopting import SignedFile, adopt_signed_file, list_signed_sha256
from issuer.program_issuing import ProgramOrder, issue_for_program
from issuer.publishing import PublishedDocument
from issuer.record_signing import RecordOrder, find_record_issuer, sign_learner_record, take_back_record
from issuer.renditions import (
    RENDITION_ENDINGS,
    Renderer,
    Rendition,
    draw_achievement,
    list_endings,
    read_own_credential,
    render_rendition,
)
from issuer.replacing import CORRECTED_REASON, Replacement, replace_badge
from issuer.result_sheet import render_result_sheet
from issuer.roster import read_roster
from issuer.row_identity import row_fingerprint, row_key
from issuer.standings import Standing, read_standings
from issuer.successors import Successor, SuccessorKind

__all__ = [
    "CORRECTED_REASON",
    "DESK_PERSON",
    "HOME",
    "NUDGE_DAYS",
    "RENDITION_ENDINGS",
    "Achievement",
    "Actor",
    "BadgeEdit",
    "BadgeRow",
    "CertificateFacts",
    "Claim",
    "ClaimedBadge",
    "Claims",
    "ClassClaim",
    "ClassSheetEntry",
    "Delivery",
    "DeliveryState",
    "DeliveryWay",
    "Finding",
    "HandOutPeople",
    "Invitation",
    "IssuedCredential",
    "IssuerProfile",
    "JobProgress",
    "Ledger",
    "Member",
    "OidcNetwork",
    "OidcProvider",
    "OidcSignIn",
    "Organisation",
    "PersonToCall",
    "PlannedCredential",
    "PlannedReplacement",
    "ProgramOrder",
    "ProofChoice",
    "PublishedDocument",
    "RecordOrder",
    "Renderer",
    "Rendition",
    "Replacement",
    "ResultDescription",
    "Role",
    "Roster",
    "RosterProblem",
    "RosterRow",
    "RowChange",
    "RowFate",
    "RowOutcome",
    "RowResult",
    "RubricLevel",
    "SecondStep",
    "SignedFile",
    "Skill",
    "Standing",
    "StatusSlot",
    "Successor",
    "SuccessorKind",
    "WaitingBadge",
    "accept_invitations_of",
    "achievement_from_json",
    "achievement_to_json",
    "adopt_signed_file",
    "change_phone",
    "choose_delivery",
    "claim_link",
    "claim_renderers",
    "close_class_code",
    "compose_achievement",
    "compose_credential",
    "compose_profile",
    "correct_roster",
    "create_organisation",
    "deliver_class",
    "deliver_waiting",
    "diagnose",
    "draw_achievement",
    "find_badge_row",
    "find_invitation",
    "find_record_issuer",
    "invitation_path",
    "invite",
    "is_long_job",
    "issue_for_program",
    "job_outcomes",
    "job_progress",
    "list_endings",
    "list_hand_out",
    "list_invitations",
    "list_jobs",
    "list_organisations",
    "list_people",
    "list_signed_sha256",
    "list_to_call",
    "nudge_unclaimed",
    "open_class_code",
    "people_renderers",
    "plan_correction",
    "plan_renewal",
    "plan_roster",
    "plan_roster_corrections",
    "read_achievement",
    "read_certificate_facts",
    "read_class_code",
    "read_class_delivery",
    "read_deliveries",
    "read_edit_results",
    "read_invited_address",
    "read_own_credential",
    "read_role",
    "read_roster",
    "read_standings",
    "remove_person",
    "render_certificate",
    "render_class_sheet",
    "render_rendition",
    "render_result_sheet",
    "replace_badge",
    "restore_desk_owner",
    "resume_job",
    "row_fingerprint",
    "row_key",
    "run_job",
    "run_unless_stopped",
    "send_again",
    "sign_learner_record",
    "start_job",
    "stop_job",
    "take_back_record",
    "text_unreached",
    "unfinished_jobs",
    "withdraw_invitation",
    "write_bundle",
]
