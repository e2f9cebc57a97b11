"""What tells cases apart: what was done already, and what only matters when it is said."""

from __future__ import annotations

import pytest

from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from protocolkit.proofs import verify
from protocolkit.proofs.results import Result
from protocolkit.proofs.search import Search
from tests.proofs.brute import Brute
from tests.proofs.random_protocols import protocol_text

HEAD = """
protocolkit: "1"
id: county
title: A county
jurisdiction: Nowhere (invented)
timezone: UTC
organizations: {court: {kind: court}}
roles:
  officer: {kind: juvenile_officer, organization: court, available: always}
  judge: {kind: judge, organization: court, available: always}
"""

DONE_BEFORE = """
strands:
  case: {noted: {initial: true}, reported: {}, engaged: {}, closed: {final: true}}
triggers:
  report: {who: [officer], moves: [{from: noted, to: reported}]}
  call: {who: [officer], needs: {early: case is reported}}
  engage: {who: [officer], moves: [{from: reported, to: engaged}]}
  close: {who: [judge], moves: [{from: engaged, to: closed}]}
follow_ups:
  phone:
    opens_with: engage
    who: officer
    due: within 2 calendar days after first(report)
    met_by: call
  thank: {opens_with: phone.met, who: officer, due: unspecified}
"""


def read(text: str) -> Protocol:
    """A protocol that reads without errors."""
    reading = read_text(text, "county.yaml")
    assert reading.ok, reading.findings
    assert reading.protocol is not None
    return reading.protocol


def answer(model: Protocol, question: str, about: str = "") -> Result:
    """The answer to one question."""
    found = [one for one in verify(model).results if (one.question, one.about) == (question, about)]
    assert len(found) == 1
    return found[0]


# -- what was done already -------------------------------------------------------------


def test_what_was_done_before_it_was_owed_counts() -> None:
    """Later it cannot be done: what follows on it can come about all the same."""
    assert "proved" == answer(read(HEAD + DONE_BEFORE), "nothing-dead", "thank").verdict


@pytest.mark.parametrize(
    "due",
    [
        "unspecified",  # it counts from the opening, and so does what does it
        "within 2 calendar days",
        "within 2 calendar days after engage",
    ],
)
def test_what_was_done_too_early_does_not_count(due: str) -> None:
    """Then nothing ever follows on it."""
    text = DONE_BEFORE.replace("within 2 calendar days after first(report)", due)
    assert "violated" == answer(read(HEAD + text), "nothing-dead", "thank").verdict


@pytest.mark.parametrize(("if_", "verdict"), [("told", "proved"), ("told is false", "violated")])
def test_it_counts_only_if_what_it_asks_for_was_so(if_: str, verdict: str) -> None:
    """A call that counts only if the family was told."""
    text = DONE_BEFORE.replace("met_by: call", f"met_by: [{{trigger: call, if: {if_}}}]").replace(
        "needs: {early: case is reported}", "needs: {early: case is reported, told: told}"
    )
    facts = "facts: {told: {type: boolean, recorded_by: [officer]}}\n"
    assert verdict == answer(read(HEAD + facts + text), "nothing-dead", "thank").verdict


# -- what only matters when it is said -------------------------------------------------

SAID = """
facts:
  danger: {type: boolean, recorded_by: [officer]}
strands:
  case: {noted: {initial: true}, closed: {final: true}}
triggers:
  report: {who: [officer]}
  visit: {who: [officer], records: [{fact: danger, required: true}]}
  close: {who: [judge], moves: [{from: noted, to: closed}]}
follow_ups:
  write:
    opens_with: report
    who: officer
    due: unspecified
    if_again: ignore
    met_by: [{trigger: visit, if: danger is false}]
"""


def told_apart(text: str, *, remembers: bool = False) -> int:
    """How many cases there are just after a visit, and before any."""
    search = Search(read(HEAD + text), remembers=remembers)
    start = search.run(enough=lambda _: True).nodes[0].case
    keys = {search.keys.of(start)}
    for request in search.deeds.of(start):
        if request.what == "visit":
            twin = start.copied()
            assert search.world.does(twin, request)
            keys.add(search.keys.of(twin))
    return len(keys)


def test_what_is_known_does_not_matter_where_it_is_said_again() -> None:
    """Whether there was danger is only asked of whoever says it. Where somebody wants to know if
    all can be left as it is, it tells cases apart.
    """
    assert 1 == told_apart(SAID)
    assert 3 == told_apart(SAID, remembers=True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("who: [judge], moves", "who: [judge], needs: {danger: danger}, moves"),
        ("met_by: [", "waive: {who: judge, if: danger}\n    met_by: ["),
        ("opens_with: report", "opens_with: report\n    if: danger"),
        ("required: true", "required: false"),
        ("if: danger is false", "if: danger is false and happened(report)"),
        ("trigger: visit,", "trigger: report,"),
        ("type: boolean,", "type: boolean, valid_for: 2 hours,"),
    ],
)
def test_it_matters_where_something_else_asks(old: str, new: str) -> None:
    """An act, a power, an opening; or what does it need not say it."""
    assert old in SAID
    assert 3 <= told_apart(SAID.replace(old, new))


def test_what_must_be_done_may_depend_on_what_was_said() -> None:
    """Drawn protocol 1154: a visit says if there is danger, and counts only if there is none.
    Nobody must say anything else than what was said, so a case can be stuck.
    """
    model = read(protocol_text(1154))
    found = answer(model, "closes-if-all-act")
    wanted = {one.question: one for one in Brute(model).answers() if not one.about}
    assert wanted[found.question].verdict == found.verdict == "violated"
    assert found.story is not None
    said = [dict(one.request.facts) for one in found.story.steps if one.request is not None]
    assert [{}, {"danger": True}] == said
