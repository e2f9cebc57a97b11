"""The sentence of each kind of property: plain, whole, easy to read."""

from __future__ import annotations

import pytest

from protocolkit.bundled import bundled
from protocolkit.language.reading import read_file
from protocolkit.model.sentences import sentence
from tests.docs.reading_grade import grade
from tests.stories import tiny

RULES = """
    facts: {{danger: {{type: boolean, recorded_by: [officer]}}}}
    triggers:
      ask: {{who: [officer], title: Ask for help}}
      see: {{who: [officer], exceptions: {{hurry: {{waives: [calm]}}}}, needs: {{calm: danger}}}}
    meetings: {{team: {{required: [officer], called_by: [officer]}}}}
    follow_ups: {{tell: {{opens_with: ask, who: officer, due: unspecified, title: Tell them}}}}
    properties:
      rule: {{{rule}}}
"""

SAID = {
    "kind: response, when: ask, then: tell.met, within: 2 business days": (
        'Whenever "Ask for help" happens, "Tell them" is done within 2 business days after that.'
    ),
    "kind: response, when: team.adjourned, then: team.set, after: ask, until: see": (
        'Each time after "Ask for help" happens and until "see" happens: whenever "team" ends '
        'without a quorum, "team" gets a date after that, before the case closes.'
    ),
    "kind: precedence, before: see, need: team": ('"see" happens only after "team" has been held.'),
    "kind: precedence, before: see, need: danger.recorded, after: ask": (
        'Each time after "Ask for help" happens: "see" happens only after "danger" has been '
        "recorded since then."
    ),
    "kind: never, what: ask": '"Ask for help" never happens.',
    "kind: never, what: hurry.used, until: tell.overdue": (
        'Until "Tell them" is late: "hurry" is never used.'
    ),
    "kind: never, condition: danger is true": "It is never so that danger is true.",
    "kind: always, condition: not (danger is true), until: see": (
        'Until "see" happens: it is always so that not (danger is true).'
    ),
    "kind: at_end, condition: tell is met or waived": (
        "When the case closes, this is so: tell is met or waived."
    ),
    "kind: always_possible, condition: case is closed": (
        "Whatever has happened, it can still come to this: case is closed."
    ),
    "kind: within, from: ask, to: see, within: 24 hours": (
        'No more than 24 hours pass from when "Ask for help" happens until "see" happens.'
    ),
    "kind: at_most, what: ask, times: 2": '"Ask for help" happens at most twice.',
    "kind: at_most, what: team, times: 3": '"team" is held at most 3 times.',
    "kind: different_people, steps: [ask, see]": (
        'Nobody does two of these in one case: "Ask for help", "see".'
    ),
}


@pytest.mark.parametrize("rule", SAID)
def test_what_a_property_says(rule: str) -> None:
    """Names are those that people read."""
    protocol = tiny(RULES.format(rule=rule))
    assert SAID[rule] == sentence(protocol.properties["rule"], protocol)


def test_they_are_easy_to_read() -> None:
    """Those of the protocols that come along too."""
    said = list(SAID.values())
    for path in sorted(bundled("protocols").rglob("*.yaml")):
        protocol = None if path.name.endswith(".scenarios.yaml") else read_file(path).protocol
        if protocol is not None:
            said += [sentence(one, protocol) for one in protocol.properties.values()]
    assert grade("\n\n".join(one.replace(":", "") for one in said)) <= 8
