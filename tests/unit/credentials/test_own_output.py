"""Finished badges are checked here or in a process of its own, always with the same verdict."""

from __future__ import annotations

import io
import logging
import os
import signal
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from benchmarks.inputs import rich, small
from credentials import BulkSigner, OwnFault, OwnOutput, OwnOutputChecker, find_own_fault, sign_vc_jwt
from credentials.own_output_child import write_fields
from keys import KeyType, LocalSigner
from schemas import encode_json, read_json_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keys import PublicKey

CREATED = datetime(2026, 5, 1, tzinfo=UTC)
METHOD = "https://example.edu/issuer#key-1"


@pytest.fixture(params=[False, True], ids=["here", "apart"])
def checker(request: pytest.FixtureRequest) -> Iterator[OwnOutputChecker]:
    """A checker in this process and one with a process of its own."""
    with OwnOutputChecker(batches_apart=request.param) as opened:
        yield opened


def _make(key_type: KeyType = KeyType.ED25519, *, count: int = 1) -> list[tuple[OwnOutput, PublicKey]]:
    signer = LocalSigner.generate(key_type)
    bulk = BulkSigner(signer=signer, verification_method=METHOD)
    outputs = []
    for number in range(count):
        model = rich if number % 2 else small
        unsecured = encode_json({**model("https://example.edu/issuer"), "id": f"https://example.edu/b/{number}"})
        json_bytes = bulk.sign(unsecured, created=CREATED)
        jwt = sign_vc_jwt(read_json_object(json_bytes), signer=signer, verification_method=METHOD).encode()
        outputs.append((OwnOutput(json_bytes, jwt, unsecured, METHOD), signer.public_key))
    return outputs


def test_good_batches_pass(checker: OwnOutputChecker) -> None:
    """Batch after batch of good badges passes."""
    for count in (3, 1, 20):
        checker.begin(_make(count=count))
        assert checker.finish() is None


def test_empty_batch_passes(checker: OwnOutputChecker) -> None:
    """Nothing to check is nothing wrong, and the next batch is checked all the same."""
    checker.begin([])
    assert checker.finish() is None
    ((output, key),) = _make()
    checker.begin([(output._replace(jwt=b"x"), key)])
    assert checker.finish() == OwnFault(0, "decoding.jwt_malformed")


def test_bad_badge_is_named(checker: OwnOutputChecker) -> None:
    """The place of the first bad badge and what is wrong with it come back."""
    batch = _make(count=5)
    output, key = batch[3]
    batch[3] = (output._replace(json_bytes=output.json_bytes.replace(b"CMM operator", b"CMM engineer")), key)
    checker.begin(batch)
    assert checker.finish() == OwnFault(3, "proof.signature_mismatch")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"json_bytes": b"", "jwt": b""}, "nothing was signed"),
        ({"method_id": "https://example.edu/issuer#key-2"}, "names another key"),
        ({"unsecured": b"{}"}, "is not what was planned"),
        ({"unsecured": b"{"}, "decoding.not_json"),
        ({"json_bytes": b"[]"}, "decoding.not_object"),
    ],
)
def test_every_kind_of_fault_is_found(checker: OwnOutputChecker, changes: dict[str, bytes], what: str) -> None:
    """Nothing signed, another key named, another plan, and bytes that nobody can read do not pass."""
    ((output, key),) = _make()
    checker.begin([(output._replace(**changes), key)])  # type: ignore[arg-type]
    assert checker.finish() == OwnFault(0, what)


def test_wrong_key_is_found() -> None:
    """A badge that the recorded key did not sign does not pass."""
    ((output, _),) = _make()
    assert find_own_fault(output, LocalSigner.generate(KeyType.ED25519).public_key) == "proof.signature_mismatch"


def test_fault_of_the_template_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check makes the canonical form in its own way: a template that writes another form is caught."""
    signer = LocalSigner.generate(KeyType.ED25519)
    bulk = BulkSigner(signer=signer, verification_method=METHOD)
    unsecured = [
        encode_json({**small("https://example.edu/issuer"), "id": f"https://example.edu/b/{n}"}) for n in (1, 2)
    ]
    good = bulk.sign(unsecured[0], created=CREATED)
    with monkeypatch.context() as patch:
        patch.setattr("credentials.template_graph.GraphTemplate.write", lambda *_: b"")
        bad = bulk.sign(unsecured[1], created=CREATED)
    assert find_own_fault(OwnOutput(good, b"", unsecured[0], METHOD), signer.public_key) == ""
    assert find_own_fault(OwnOutput(bad, b"", unsecured[1], METHOD), signer.public_key) == "proof.signature_mismatch"


def test_lost_process_costs_no_check(caplog: pytest.LogCaptureFixture) -> None:
    """When the process dies, the batch that it had and all later ones are checked here, with the same verdict."""
    batch = _make(count=2)
    bad = [batch[0], (batch[1][0]._replace(unsecured=b"{}"), batch[1][1])]
    with OwnOutputChecker(batches_apart=True) as checker, caplog.at_level(logging.WARNING):
        checker.begin(batch)
        assert checker.finish() is None
        assert checker._child is not None
        os.kill(checker._child.pid, signal.SIGKILL)
        checker._child.wait()
        checker.begin(bad)
        assert checker.finish() == OwnFault(1, "is not what was planned")
        checker.begin(batch)
        assert checker.finish() is None
    assert "are checked here" in caplog.text


def test_answer_to_another_batch_is_no_answer(caplog: pytest.LogCaptureFixture) -> None:
    """A process that answers out of turn is not believed: the batch is checked here."""
    ((output, key),) = _make()
    with OwnOutputChecker(batches_apart=True) as checker, caplog.at_level(logging.WARNING):
        checker.begin([(output, key)])
        checker._number += 1
        checker._batch = [(output._replace(unsecured=b"{}"), key)]
        assert checker.finish() == OwnFault(0, "is not what was planned")
    assert "are checked here" in caplog.text


def test_half_an_answer_is_no_answer(caplog: pytest.LogCaptureFixture) -> None:
    """A process that dies while it answers has not said that everything may leave: the batch is checked here."""
    ((output, key),) = _make()
    for fields in ([b"1"], [b"1", b"0"], []):
        with OwnOutputChecker(batches_apart=True) as checker, caplog.at_level(logging.WARNING):
            checker.begin([(output._replace(unsecured=b"{}"), key)])
            assert checker._child is not None
            assert checker._child.stdout is not None
            checker._child.stdout.close()
            written = io.BytesIO()
            write_fields(written, fields)
            checker._child.stdout = io.BytesIO(written.getvalue())
            assert checker.finish() == OwnFault(0, "is not what was planned")
    assert caplog.text.count("are checked here") == 3


def test_process_that_stands_still_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """When no answer comes in time the process ends, and the batch is checked here."""
    monkeypatch.setattr("credentials.own_output_process.MAX_ANSWER_SECONDS", 0.2)
    ((output, key),) = _make()
    with OwnOutputChecker(batches_apart=True) as checker, caplog.at_level(logging.WARNING):
        assert checker._child is not None
        os.kill(checker._child.pid, signal.SIGSTOP)
        checker.begin([(output._replace(unsecured=b"{}"), key)])
        assert checker.finish() == OwnFault(0, "is not what was planned")
    assert "are checked here" in caplog.text


def test_process_gets_no_private_key_and_ends() -> None:
    """The process is started with no environment, and is gone with the checker."""
    with OwnOutputChecker(batches_apart=True) as checker:
        child = checker._child
        assert child is not None
        checker.begin(_make())
        assert checker.finish() is None
        assert (os.path.getsize(f"/proc/{child.pid}/environ"), child.poll()) == (0, None)  # noqa: PTH202
    assert child.poll() is not None
