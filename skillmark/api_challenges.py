"""Challenges that this site hands out, so that a presentation can be shown once and to one verifier only.

A verifier may also keep challenges of its own and name the one it expects. Ours begin with `PREFIX`: one that does and
is in no book was answered before, is too old, or was never asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from schemas import CannotCheckError, IssuanceError, ProofError, format_datetime
from verifier import CHALLENGE_LIFETIME_SECONDS

if TYPE_CHECKING:
    from credentials import UnverifiedPresentation
    from keys import Clock
    from schemas import JsonObject, JsonValue
    from skillmark.vc_policy import VcPolicy
    from verifier import ChallengeBook

PREFIX = "skillmark-"
MAX_DOMAIN_CHARS = 300
MAX_CHALLENGE_CHARS = 2_048


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChallenges:
    """Hands out challenges and burns the one that a presentation answers.

    Args:
        book: Where open ones are kept.
        clock: Aware UTC.
        domain: For whom answers are made when a caller names nobody else.
    """

    book: ChallengeBook
    clock: Clock
    domain: str

    def ask(self, domain: JsonValue = None) -> JsonObject:
        """Return a new challenge, with the domain it is bound to and the moment from which it is worth nothing.

        Raises:
            IssuanceError: `vc_api.option_malformed`: the domain is no short text.
            CannotCheckError: `presentation.too_many_questions`.
        """
        wanted = _read_text(domain, "domain", MAX_DOMAIN_CHARS) or self.domain
        now = self.clock().replace(microsecond=0)
        challenge = self.book.ask(now=now, domain=wanted)
        expires = format_datetime(now + timedelta(seconds=CHALLENGE_LIFETIME_SECONDS))
        return {"challenge": f"{PREFIX}{challenge}", "domain": wanted, "expires": expires}

    def read_showing(self, presentation: UnverifiedPresentation, policy: VcPolicy, options: JsonObject) -> VcPolicy:
        """Return the policy with what this presentation must answer to; a challenge of ours is burnt by this call.

        Args:
            presentation: As read; its signature is not verified yet.
            policy: Without challenge and domain.
            options: `challenge`, needed unless the presentation answers to one of ours; `domain`.

        Raises:
            IssuanceError: `vc_api.option_malformed`.
            ProofError: `proof.challenge_mismatch`, `presentation.challenge_expired` or `proof.domain_mismatch`.
            CannotCheckError: `presentation.challenge_not_asked`: nobody said what it must answer to.
        """
        asked = _read_text(options.get("challenge"), "challenge", MAX_CHALLENGE_CHARS)
        domain = _read_text(options.get("domain"), "domain", MAX_DOMAIN_CHARS)
        answered = _read_answered(presentation)
        if answered.startswith(PREFIX):
            bound = self.book.burn(answered.removeprefix(PREFIX), now=self.clock())
            if domain not in (None, bound):
                raise ProofError("proof.domain_mismatch", pointer="/proof/domain")
            return replace(policy, challenge=asked or answered, domain=bound)
        if asked is None:
            raise CannotCheckError("presentation.challenge_not_asked")
        return replace(policy, challenge=asked, domain=domain)


def check_showing_options(options: JsonObject) -> None:
    """Refuse options that are no text before anything is read.

    Raises:
        IssuanceError: `vc_api.option_malformed`.
    """
    _read_text(options.get("challenge"), "challenge", MAX_CHALLENGE_CHARS)
    _read_text(options.get("domain"), "domain", MAX_DOMAIN_CHARS)


def _read_text(value: JsonValue, name: str, max_chars: int) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= max_chars or not value.isprintable():
        raise IssuanceError("vc_api.option_malformed", f"{name} is a short text", pointer=f"/options/{name}")
    return value


def _read_answered(presentation: UnverifiedPresentation) -> str:
    """Return the challenge that a presentation says it answers; empty when it says none, or several."""
    values: list[JsonValue] = [presentation.claims.get("nonce")] if presentation.signed is not None else []
    values += [proof.get("challenge") for proof in presentation.proofs]
    answered = {value if isinstance(value, str) else "" for value in values}
    return answered.pop() if len(answered) == 1 else ""
