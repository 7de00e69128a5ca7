"""Hands text messages to a gateway, each as one HTTPS request of the operator's own shape."""

from __future__ import annotations

import base64
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode

from schemas import ConfigurationError, FetchError
from skillmark.mail import MailError
from skillmark.text_settings import TextForm, TextLogin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from keys import PostedAnswer
    from skillmark.text_settings import TextSettings

MAX_ANSWER_BYTES = 64 * 1024
_UNAUTHORIZED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.FORBIDDEN})
_BUSY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
# The gateway read the message and will never take it: the number is wrong, or its owner wants no more.
_REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.GONE, HTTPStatus.UNPROCESSABLE_ENTITY})


class Poster(Protocol):
    """Sends one POST through the guarded door to the network (`keys.GuardedFetcher`)."""

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str], max_bytes: int) -> PostedAnswer:
        """Send `body` to `url` and return the answer with any status.

        Raises:
            FetchError: The host cannot be reached, or must not be.
        """
        ...


class TextGateway:
    """Takes text messages (`skillmark.mail_transports.TextSender`).

    Args:
        settings: Which gateway, and how it wants them.
        secret: Returns what proves who we are; asked only when there is a login.
        network: The door.
    """

    def __init__(self, settings: TextSettings, *, secret: Callable[[], str], network: Poster) -> None:
        self._settings = settings
        self._secret = secret
        self._network = network

    def send_text(self, number: str, text: str, *, message_id: str) -> None:
        """Hand a text message over. The id goes along, so that a gateway that knows it sends no second copy.

        Raises:
            MailError: `message.number_refused` for good; `message.gateway_unavailable`, `text.login_refused` or
                `text.address_wrong` for now.
        """
        try:
            headers = self._compose_headers(message_id)
            answer = self._network.post(
                self._settings.url,
                body=self._compose_body(number, text, message_id),
                headers=headers,
                max_bytes=MAX_ANSWER_BYTES,
            )
        except ConfigurationError as error:  # the secret cannot be read
            raise MailError(error.code, is_for_all=True) from error
        except FetchError as error:
            # An answer that is too long or no HTTP came after the message was taken, perhaps: the id tells.
            raise MailError("message.gateway_unavailable", is_for_all=True) from error
        self._judge(answer.status)

    def _judge(self, status: int) -> None:
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return
        if status in _REFUSED:
            raise MailError("message.number_refused", is_final=True)
        if status in _UNAUTHORIZED:
            raise MailError("text.login_refused", is_for_all=True)
        if status in _BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise MailError("message.gateway_unavailable", is_for_all=True)
        raise MailError("text.address_wrong", is_for_all=True)

    def _compose_body(self, number: str, text: str, message_id: str) -> bytes:
        settings = self._settings
        values = {"to": number, "text": text, "sender": settings.sender, "id": message_id}
        named = {settings.fields[key]: value for key, value in values.items() if settings.fields[key] and value}
        members = {**settings.more, **named}
        if settings.form is TextForm.FORM:
            return urlencode(members).encode("ascii")
        return json.dumps(members, ensure_ascii=False).encode("utf-8")

    def _compose_headers(self, message_id: str) -> dict[str, str]:
        settings = self._settings
        is_form = settings.form is TextForm.FORM
        headers = {
            "Content-Type": "application/x-www-form-urlencoded" if is_form else "application/json",
            "Accept": "application/json, */*;q=0.1",
            "Idempotency-Key": message_id,
        }
        if settings.login is TextLogin.NONE:
            return headers
        secret = self._secret()
        if not secret.isascii() or not secret.isprintable():
            raise ConfigurationError("config.secret_missing", "text-secret")
        if settings.login is TextLogin.BEARER:
            return {**headers, "Authorization": f"Bearer {secret}"}
        if settings.login is TextLogin.HEADER:
            return {**headers, settings.header: secret}
        pair = base64.b64encode(f"{settings.user}:{secret}".encode()).decode("ascii")
        return {**headers, "Authorization": f"Basic {pair}"}
