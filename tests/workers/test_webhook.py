"""The webhook, against a real receiver on this machine and a receiver's own library."""

from __future__ import annotations

import json
import socket
import ssl
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from protocolkit.ground.errors import UsageError
from protocolkit.workers.webhook import Webhook
from tests.workers.harness import SECRET, Received, answer, hang_up, notice, receiver

NOW = datetime.now(UTC)  # of when the file was read: too old for who checks the signature
OTHER = "whsec_" + "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


def verified(received: Received, secret: str = SECRET) -> object:
    """What a receiver reads once it has checked the signature with its own library."""
    return Verifier(secret).verify(received.body.decode(), dict(received.headers))


def test_a_receiver_can_check_the_signature() -> None:
    """The library that receivers use takes it; with another secret or another body it does not."""
    with receiver() as there:
        assert "" == Webhook("pager", there.url, [SECRET]).send(notice(), datetime.now(UTC))
    (received,) = there.got
    assert json.loads(received.body) == verified(received)
    with pytest.raises(WebhookVerificationError):
        verified(received, OTHER)
    received.body = received.body.replace(b"supervisor", b"judge")
    with pytest.raises(WebhookVerificationError):
        verified(received)


def test_while_secrets_are_changed_both_are_good() -> None:
    """A receiver with the old one and a receiver with the new one can both check it."""
    with receiver() as there:
        Webhook("pager", there.url, [SECRET, OTHER]).send(notice(), datetime.now(UTC))
    assert verified(there.got[0], SECRET) == verified(there.got[0], OTHER)


def test_it_says_who_and_when_and_nothing_else() -> None:
    """Ids, the role, the instant and a link; never what it is about."""
    with receiver() as there:
        hook = Webhook("pager", there.url, [SECRET], link="https://cases.example.org/c/")
        hook.send(notice("c 1/3/0", person="s-1"), NOW)
    assert {
        "type": "protocolkit.notice",
        "timestamp": "2025-03-04T16:00:00Z",
        "data": {
            "notice": "c 1/3/0",
            "case": "c 1",
            "role": "supervisor",
            "person": "s-1",
            "at": "2025-03-04T16:00:00Z",
            "link": "https://cases.example.org/c/c%201",
        },
    } == json.loads(there.got[0].body)
    assert "/hook" == there.got[0].path
    assert "c%201/3/0" == there.got[0].headers["webhook-id"]


@pytest.mark.parametrize("status", [200, 204, 299])
def test_taken(status: int) -> None:
    """Any status of success will do."""
    with receiver(answer(status)) as there:
        assert "" == Webhook("pager", there.url, [SECRET]).send(notice(), NOW)


@pytest.mark.parametrize("status", [300, 400, 404, 410, 429, 500, 503])
def test_not_taken(status: int) -> None:
    """Anything else is not."""
    with receiver(answer(status)) as there:
        said = Webhook("pager", there.url, [SECRET]).send(notice(), NOW)
    assert f"answered with the status {status}" == said


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    """Where a notice goes stands in our file, and nowhere else."""
    with receiver() as elsewhere, receiver(answer(status, Location=elsewhere.url)) as there:
        said = Webhook("pager", there.url, [SECRET]).send(notice(), NOW)
    assert (f"answered with the status {status}", []) == (said, elsewhere.got)


def _too_much(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(1000):
        handler.wfile.write(bytes(1_000_000))


def _dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(100):
        handler.wfile.write(b"X-More: 1\r\n")
        handler.wfile.flush()
        time.sleep(0.05)


def _silent(_: BaseHTTPRequestHandler) -> None:
    time.sleep(3)


def _nonsense(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"what?\r\n\r\n")


def test_a_long_answer_is_not_read() -> None:
    """What it says beyond its status nobody needs."""
    with receiver(_too_much) as there:
        begun = time.monotonic()
        assert "" == Webhook("pager", there.url, [SECRET]).send(notice(), NOW)
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("late", [_silent, _dripping])
def test_who_lets_us_wait_has_not_taken_it(late: object) -> None:
    """Not a word, or a word now and then: after a while it is enough."""
    with receiver(late) as there:  # type: ignore[arg-type]
        begun = time.monotonic()
        said = Webhook("pager", there.url, [SECRET], timeout=0.3).send(notice(), NOW)
        assert time.monotonic() - begun < 2
    assert "no answer within 0.3 seconds" == said


def test_who_lets_us_wait_before_the_first_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the time is up before there is a connection to cut, nothing is sent over it."""

    def slowly(*words: Any, **more: Any) -> socket.socket:
        time.sleep(0.4)
        return connect(*words, **more)

    connect = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", slowly)
    with receiver(_dripping) as there:
        begun = time.monotonic()
        said = Webhook("pager", there.url, [SECRET], timeout=0.2).send(notice(), NOW)
        assert time.monotonic() - begun < 2
    assert ("no answer within 0.2 seconds", []) == (said, there.got)


def test_who_hangs_up_has_not_taken_it() -> None:
    """Nor has who answers something else than a web server would."""
    with receiver(hang_up, _nonsense) as there:
        hook = Webhook("pager", there.url, [SECRET])
        said = [hook.send(notice(), NOW) for _ in range(2)]
    assert said[0] in ("no proper answer (RemoteDisconnected)", "cannot be reached (ECONNRESET)")
    assert "no proper answer (BadStatusLine)" == said[1]


def test_nobody_is_there() -> None:
    """It is said in a few words, without the address."""
    with receiver() as there:
        url = there.url
    assert "cannot be reached (ECONNREFUSED)" == Webhook("p", url, [SECRET]).send(notice(), NOW)


@pytest.fixture(scope="module")
def certificate() -> Path:
    """A certificate of localhost that nobody vouches for, with its key."""
    return Path(__file__).with_name("localhost.pem")


def test_a_certificate_that_nobody_vouches_for(certificate: Path) -> None:
    """Nothing is sent to who cannot prove who they are, and it is when `ca_file` vouches."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with receiver(tls=tls) as there:
        url = there.url.replace("http:", "https:").replace("127.0.0.1", "localhost")
        said = Webhook("pager", url, [SECRET]).send(notice(), NOW)
        assert ("its certificate cannot be verified", []) == (said, there.got)
        trusted = Webhook("pager", url, [SECRET], ca_file=str(certificate))
        assert "" == trusted.send(notice(), NOW)
        shouted = Webhook("pager", url.replace("https:", "HTTPS:"), [SECRET])
        assert "its certificate cannot be verified" == shouted.send(notice(), NOW)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://pager.example.org/", "must begin with https://"),
        ("ftp://pager.example.org/", "must begin with https://"),
        ("https://me:pass@pager.example.org/", "has a name or a password in it"),
        ("https://token@pager.example.org/", "has a name or a password in it"),
        ("pager.example.org", "is not a web address"),
        ("https://", "is not a web address"),
        ("https://[::1", "is not a web address"),
        ("https://h:99999/", "is not a web address"),
        ("https://h/a b", "is not a web address"),
        ("https://h/\r\nX: y", "is not a web address"),
    ],
)
def test_addresses_to_which_nothing_is_sent(url: str, message: str) -> None:
    """Not in the open, not with a password in the file, not to nowhere."""
    with pytest.raises(UsageError, match=message) as raised:
        Webhook("pager", url, [SECRET])
    assert "pass@" not in str(raised.value)


@pytest.mark.parametrize("secret", ["", "secret", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%"])
def test_secrets_that_are_none(secret: str) -> None:
    """Too short or of another form; it is not repeated."""
    with pytest.raises(UsageError, match="24 to 64 random bytes"):
        Webhook("pager", "https://h/", [secret])


def test_certificates_that_cannot_be_read(tmp_path: Path) -> None:
    """Better no worker than one that trusts others than was said."""
    with pytest.raises(UsageError, match="`ca_file` cannot be read"):
        Webhook("pager", "https://h/", [SECRET], ca_file=str(tmp_path / "none.pem"))
    with pytest.raises(UsageError, match="`ca_file` cannot be read"):
        Webhook("pager", "https://h/", [SECRET], ca_file="\0")
