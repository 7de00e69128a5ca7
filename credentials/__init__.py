"""What issuer and verifier share: documents, proofs, status lists, baked images, QR codes."""

from __future__ import annotations

from credentials.badge_art import (
    BADGE_COLOURS,
    BADGE_SHAPES,
    MAX_LEVEL,
    BadgeArt,
    contrast_with_white,
    darken_for_white,
    is_hex_colour,
    render_badge_svg,
    title_size_px,
)
from credentials.badge_icons import BADGE_ICONS
from credentials.badge_image import render_badge_png
from credentials.bulk_signing import BulkSigner
from credentials.canonical import Statements, canonicalize, check_lossless, read_statements
from credentials.cose import CoseType, UnverifiedCose, is_cose_message, read_cose, sign_cose, verify_cose
from credentials.criteria import CriteriaParts, compose_criteria_narrative, read_criteria_parts
from credentials.cryptosuites import Cryptosuite, read_cryptosuite
from credentials.data_integrity import (
    add_data_integrity_proof,
    append_data_integrity_proof,
    derive_selective_disclosure,
    verify_data_integrity_proof,
)
from credentials.disclosure_policy import DisclosurePolicy
from credentials.document import SecuredDocument, SecuringForm, UnsecuredDocument, VerifiedDocument
from credentials.envelope import Envelope, EnvelopeKind, MediaType, compose_envelope, is_envelope, read_envelope
from credentials.identity import compose_identity, hash_identity, is_identity_match
from credentials.image_check import MAX_IMAGE_BYTES, check_image
from credentials.inline_contexts import ContextRule
from credentials.jws import MAX_JWT_BYTES, CompactJws, TokenType, verify_compact_jws
from credentials.key_binding import bind_to_holder, verify_key_binding, verify_unasked_key_binding
from credentials.known_forms import KnownBadge, find_known_badge, learn_form
from credentials.learner_record import (
    LearnerRecord,
    compose_learner_record,
    embed_credential,
    embed_in_record,
    list_embedded_ids,
)
from credentials.model import OpenBadgeCredential
from credentials.model_parts import (
    Achievement,
    AchievementSubject,
    Criteria,
    Evidence,
    IdentityObject,
    ImageReference,
    Profile,
    Result,
    ResultDescription,
    RubricCriterionLevel,
    SkillAlignment,
    SkillSource,
)
from credentials.own_output import OwnOutput, find_own_fault
from credentials.own_output_process import OwnFault, OwnOutputChecker
from credentials.pdf_attachment import extract_pdf
from credentials.pinnable_context import check_pinnable_context
from credentials.plain_check import find_plainly_lossless
from credentials.plain_jcs import verify_plain_jcs_proof
from credentials.plain_jws import read_plain_jws
from credentials.plain_proof import verify_known_proof, verify_plain_proof
from credentials.png_baking import bake_png, extract_other_png, extract_png
from credentials.presentation import (
    MAX_PRESENTED_CREDENTIALS,
    PresentedCredential,
    UnverifiedPresentation,
    read_presentation,
)
from credentials.presentation_proof import (
    Showing,
    VerifiedPresentation,
    add_presentation_proof,
    compose_presentation,
    sign_vp_jwt,
    verify_holder,
    verify_presentation,
)
from credentials.proof_members import ProofPurpose, list_previous_proofs, list_proofs, read_verification_method
from credentials.qr_image import qr_runs, render_qr_png, render_qr_svg
from credentials.qr_photo import read_qr_frame, read_qr_photo
from credentials.rdfc import HashAlgorithm
from credentials.sandbox import DEFAULT_CHILD_LIMITS, ChildBugError, ChildLimits, run_limited
from credentials.sd_jwt import UnverifiedSdJwt, names_sd_jwt, present_sd_jwt, read_sd_jwt, sign_sd_jwt, verify_sd_jwt
from credentials.sd_jwt_vc import sign_sd_jwt_vc
from credentials.skill_terms import split_skills
from credentials.status_entry import StatusEntry, compose_status_entry, read_status_entry
from credentials.status_list import (
    MAX_STATUS_LIST_BYTES,
    MIN_STATUS_LIST_BITS,
    BitstringStatusList,
    compose_status_list_credential,
    decode_status_list,
    encode_status_list,
)
from credentials.svg_baking import bake_svg, extract_other_svg, extract_svg
from credentials.svg_safety import check_svg_inert
from credentials.validity_period import read_valid_from, read_valid_until, read_validity_period
from credentials.vc_jwt import (
    UnverifiedJwt,
    read_plain_vc_jwt,
    read_vc_jwt,
    sign_vc_jwt,
    sign_w3c_vc_jwt,
    verify_vc_jwt,
)
from credentials.vcdm import validate_data_model, verify_data_model
from credentials.work_budget import share_work

__all__ = [
    "BADGE_COLOURS",
    "BADGE_ICONS",
    "BADGE_SHAPES",
    "DEFAULT_CHILD_LIMITS",
    "MAX_IMAGE_BYTES",
    "MAX_JWT_BYTES",
    "MAX_LEVEL",
    "MAX_PRESENTED_CREDENTIALS",
    "MAX_STATUS_LIST_BYTES",
    "MIN_STATUS_LIST_BITS",
    "Achievement",
    "AchievementSubject",
    "BadgeArt",
    "BitstringStatusList",
    "BulkSigner",
    "ChildBugError",
    "ChildLimits",
    "CompactJws",
    "ContextRule",
    "CoseType",
    "Criteria",
    "CriteriaParts",
    "Cryptosuite",
    "DisclosurePolicy",
    "Envelope",
    "EnvelopeKind",
    "Evidence",
    "HashAlgorithm",
    "IdentityObject",
    "ImageReference",
    "KnownBadge",
    "LearnerRecord",
    "MediaType",
    "OpenBadgeCredential",
    "OwnFault",
    "OwnOutput",
    "OwnOutputChecker",
    "PresentedCredential",
    "Profile",
    "ProofPurpose",
    "Result",
    "ResultDescription",
    "RubricCriterionLevel",
    "SecuredDocument",
    "SecuringForm",
    "Showing",
    "SkillAlignment",
    "SkillSource",
    "Statements",
    "StatusEntry",
    "TokenType",
    "UnsecuredDocument",
    "UnverifiedCose",
    "UnverifiedJwt",
    "UnverifiedPresentation",
    "UnverifiedSdJwt",
    "VerifiedDocument",
    "VerifiedPresentation",
    "add_data_integrity_proof",
    "add_presentation_proof",
    "append_data_integrity_proof",
    "bake_png",
    "bake_svg",
    "bind_to_holder",
    "canonicalize",
    "check_image",
    "check_lossless",
    "check_pinnable_context",
    "check_svg_inert",
    "compose_criteria_narrative",
    "compose_envelope",
    "compose_identity",
    "compose_learner_record",
    "compose_presentation",
    "compose_status_entry",
    "compose_status_list_credential",
    "contrast_with_white",
    "darken_for_white",
    "decode_status_list",
    "derive_selective_disclosure",
    "embed_credential",
    "embed_in_record",
    "encode_status_list",
    "extract_other_png",
    "extract_other_svg",
    "extract_pdf",
    "extract_png",
    "extract_svg",
    "find_known_badge",
    "find_own_fault",
    "find_plainly_lossless",
    "hash_identity",
    "is_cose_message",
    "is_envelope",
    "is_hex_colour",
    "is_identity_match",
    "learn_form",
    "list_embedded_ids",
    "list_previous_proofs",
    "list_proofs",
    "names_sd_jwt",
    "present_sd_jwt",
    "qr_runs",
    "read_cose",
    "read_criteria_parts",
    "read_cryptosuite",
    "read_envelope",
    "read_plain_jws",
    "read_plain_vc_jwt",
    "read_presentation",
    "read_qr_frame",
    "read_qr_photo",
    "read_sd_jwt",
    "read_statements",
    "read_status_entry",
    "read_valid_from",
    "read_valid_until",
    "read_validity_period",
    "read_vc_jwt",
    "read_verification_method",
    "render_badge_png",
    "render_badge_svg",
    "render_qr_png",
    "render_qr_svg",
    "run_limited",
    "share_work",
    "sign_cose",
    "sign_sd_jwt",
    "sign_sd_jwt_vc",
    "sign_vc_jwt",
    "sign_vp_jwt",
    "sign_w3c_vc_jwt",
    "split_skills",
    "title_size_px",
    "validate_data_model",
    "verify_compact_jws",
    "verify_cose",
    "verify_data_integrity_proof",
    "verify_data_model",
    "verify_holder",
    "verify_key_binding",
    "verify_known_proof",
    "verify_plain_jcs_proof",
    "verify_plain_proof",
    "verify_presentation",
    "verify_sd_jwt",
    "verify_unasked_key_binding",
    "verify_vc_jwt",
]
