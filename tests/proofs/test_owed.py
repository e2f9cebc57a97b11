"""What is owed: whether it comes once only, also where the clock brings it."""

from __future__ import annotations

from protocolkit.language.reading import read_text
from protocolkit.proofs import verify

FIRED_AGAIN_AND_AGAIN = """
protocolkit: "1"
id: county
title: A county
jurisdiction: Nowhere (invented)
timezone: UTC
organizations: {court: {kind: court}}
roles: {officer: {kind: juvenile_officer, organization: court, available: always}}
strands:
  case: {noted: {initial: true}, met: {}, closed: {final: true}}
triggers:
  early: {who: [officer], needs: {never: not happened(remind)}}
  remind: {who: [clock], moves: [{from: noted, to: met}]}
  back: {who: [officer], moves: [{from: met, to: noted}]}
  close: {who: [officer], moves: [{from: noted, to: closed}]}
follow_ups:
  write: {opens_with: remind, who: officer, due: unspecified, met_by: early, strength: should}
escalations:
  slow: {watches: {state: noted}, levels: [{after: 2 hours, fire: remind}]}
"""


def test_what_the_clock_opens_again_and_again_piles_up() -> None:
    """An act that only a level fires counts like one that people do."""
    protocol = read_text(FIRED_AGAIN_AND_AGAIN, "county.yaml").protocol
    assert protocol is not None

    found = {(one.question, one.about): one.verdict for one in verify(protocol).results}

    assert found["no-pile-up", "write"] == "violated"
