"""Apprise: what a person reads, and that a real service takes it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

import pytest

from protocolkit.ground.errors import UsageError
from protocolkit.workers.mailing import Mailing, text_of
from tests.workers.harness import answer, notice, receiver

# A module that Apprise looks for, in case an old library needs it.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

NOW = datetime.now(UTC)


def test_what_a_person_reads() -> None:
    """Which case, since when, where to look; not what it is about."""
    assert (
        "Somebody is waited for in case c-1 since 2025-03-04 16:00 UTC.\n"
        "https://cases.example.org/c-1\n"
        "(Notice c-1/3/0. It may come twice.)"
    ) == text_of(notice(), "https://cases.example.org/")
    assert 2 == len(text_of(notice()).splitlines())


def test_it_is_delivered() -> None:
    """Apprise posts it to a receiver of JSON."""
    with receiver(answer(200)) as there:
        way = Mailing("mail", f"json://127.0.0.1:{there.port}/")
        # This receiver gets no signature: only its body matters.
        assert "" == way.send(notice(), NOW)
    body = json.loads(there.got[0].body)
    assert text_of(notice()) == body["message"]
    assert "Please look at a case" == body["title"]


def test_it_is_not_delivered(capfd: pytest.CaptureFixture[str]) -> None:
    """It says so in a few words, and nothing else is printed."""
    with receiver(answer(500)) as there:
        way = Mailing("mail", f"json://user:pass@127.0.0.1:{there.port}/")
        assert "Apprise could not deliver it" == way.send(notice(), NOW)
    assert ("", "") == capfd.readouterr()


def test_without_apprise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for it is told what brings it."""
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(UsageError, match=r"pip install 'protocolkit\[notify\]'"):
        Mailing("mail", "json://localhost")
