"""The error tree: who is at fault decides the branch."""

from __future__ import annotations

import pytest

import schemas
from schemas import (
    BadgeError,
    CannotCheckError,
    ConfigurationError,
    InvalidCredentialError,
    IssuanceError,
    RosterError,
    SignatureMismatchError,
)

BRANCHES = {
    InvalidCredentialError: {
        "DecodingError",
        "DataModelError",
        "ProofError",
        "SignatureMismatchError",
        "UnacceptedCryptosuiteError",
        "KeyNotAuthorizedError",
        "CanonicalizationError",
        "StatusListError",
    },
    CannotCheckError: {
        "FetchError",
        "StatusRetrievalError",
        "ResolutionError",
        "UnknownContextError",
        "UnsupportedFeatureError",
    },
    IssuanceError: {"RosterError", "LedgerError", "KeystoreError"},
    ConfigurationError: set(),
}


def _below(branch: type[BadgeError]) -> set[str]:
    return {
        name
        for name in schemas.__all__
        if isinstance(kind := getattr(schemas, name), type) and issubclass(kind, branch) and kind is not branch
    }


@pytest.mark.parametrize("branch", BRANCHES, ids=lambda branch: branch.__name__)
def test_branch_holds_its_errors(branch: type[BadgeError]) -> None:
    """Each branch holds just the errors that the style guide draws."""
    assert _below(branch) == BRANCHES[branch]


def test_branches_are_the_whole_tree() -> None:
    """Every error of the façade hangs on one of the four branches."""
    names = {branch.__name__ for branch in BRANCHES} | set().union(*BRANCHES.values())
    assert _below(BadgeError) == names


def test_detail_cannot_be_changed() -> None:
    """What an error carries stays as it was raised."""
    detail: dict[str, schemas.JsonValue] = {"limit": 1}
    error = BadgeError("decoding.too_large", detail=detail)
    detail["limit"] = 2
    assert error.detail == {"limit": 1}
    with pytest.raises(TypeError):
        error.detail["limit"] = 3  # type: ignore[index] # the claim is that this fails


def test_message_and_pointer_stand_in_the_text() -> None:
    """A developer reads code, message and place."""
    error = BadgeError("decoding.too_large", "far too large", pointer="/image")
    assert str(error) == "decoding.too_large: far too large at /image"


def test_signature_mismatch_knows_its_code() -> None:
    """A wrong signature needs no further word."""
    assert SignatureMismatchError().code == "proof.signature_mismatch"


def test_roster_error_knows_its_cell() -> None:
    """An error in a class list names row and column."""
    error = RosterError("roster.malformed", row=7, column="email")
    assert (error.row, error.column, error.detail) == (7, "email", {"row": 7, "column": "email"})


def test_again_is_equal_and_knows_nothing_of_before() -> None:
    """A kept error is raised as a copy: same class, words and facts, without traceback and cause."""
    with pytest.raises(RosterError) as caught:
        raise RosterError("roster.row_empty", "nothing", row=7, column="Name") from KeyError("x")
    error = caught.value
    assert error.__traceback__ is not None
    other = error.again()
    assert (type(other), str(other), other.args) == (RosterError, str(error), error.args)
    assert (other.code, other.message, other.detail, other.row) == (error.code, "nothing", error.detail, 7)
    assert (other.__traceback__, other.__cause__, other.__context__) == (None, None, None)
