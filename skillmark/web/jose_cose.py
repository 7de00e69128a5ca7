"""The two routes of the VC-JOSE-COSE suite, in conformance mode only: a private key comes with the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages import accepts_upload
from schemas import BadgeError, ConfigurationError, IssuanceError
from skillmark.jose_cose import FEATURES, sign_feature, verify_feature
from skillmark.web.vc_api_exchange import MAX_BODY_BYTES, answer, read_body, read_member

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from keys import Clock
    from schemas import JsonObject

MAX_PATHS = 64
JOSE_COSE_FEATURES = dict.fromkeys(FEATURES, True)


def add_jose_cose_routes(blueprint: Blueprint, clock: Clock) -> None:
    """Add `/jose-cose/issue` and `/jose-cose/verify`; what fails is an answer, not an error."""

    @blueprint.post("/jose-cose/issue")
    @accepts_upload(MAX_BODY_BYTES)
    def issue_jose_cose() -> ResponseReturnValue:
        body = read_body()
        feature, text, key = _read_request(body)
        paths = body.get("disclosurePaths") or []
        named = [path for path in paths if isinstance(path, str)] if isinstance(paths, list) else []
        if len(named) > MAX_PATHS:
            raise IssuanceError("vc_api.request_malformed", pointer="/disclosurePaths")
        try:
            token = sign_feature(feature, text, key=key, paths=named, now=clock())
        except BadgeError as error:
            return _answer_failure(error)
        return answer({"result": "success", "data": token})

    @blueprint.post("/jose-cose/verify")
    @accepts_upload(MAX_BODY_BYTES)
    def verify_jose_cose() -> ResponseReturnValue:
        feature, text, key = _read_request(read_body())
        try:
            verify_feature(feature, text, key=key, now=clock())
        except BadgeError as error:
            return _answer_failure(error)
        return answer({"result": "success", "data": text})


def _read_request(body: JsonObject) -> tuple[str, str, JsonObject]:
    feature, text = body.get("feature"), body.get("input")
    if not isinstance(feature, str) or feature not in FEATURES or not isinstance(text, str):
        raise IssuanceError("vc_api.request_malformed", "feature and input are texts")
    return feature, text, read_member(body, "key")


def _answer_failure(error: BadgeError) -> ResponseReturnValue:
    if isinstance(error, ConfigurationError):
        raise error
    return answer({"result": "failure", "data": error.code})
