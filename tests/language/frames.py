"""A small protocol around an element of each kind, so that an example of a key can be read whole.

`around` gives the protocol in which one key of a kind has its example; whatever else must be
there stands in the frame of its kind.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from protocolkit.ground.record import Record
from protocolkit.language.rules import CHOICES
from protocolkit.language.text import parse
from protocolkit.language.tree import plain_data
from protocolkit.language.types import Key, Kind

SECTIONS: Mapping[str, str] = {
    "protocolkit": '"1"',
    "id": "whole",
    "jurisdiction": "Whole County (invented)",
    "timezone": "America/Chicago",
    "parameters": "{inform_limit: 6 hours}",
    "calendars": "{office: {open: mon-fri 08:30-16:30}}",
    "organizations": "{court: {kind: court}}",
    "roles": """
  djo: {kind: juvenile_officer}
  officer: {kind: juvenile_officer}
  truancy_officer: {kind: truancy_officer}
  supervisor: {kind: supervisor}
  deputy: {kind: supervisor}
  judge: {kind: judge}
  investigator: {kind: investigator}
  caseworker: {kind: caseworker, per_case: true}
  nurse: {kind: health}
  advocate: {kind: advocate}
  service_provider: {kind: service_provider}
  minor: {kind: minor}
  guardian: {kind: parent_or_guardian}""",
    "facts": """
  certainty: {type: choice, values: [suspected, confirmed]}
  consent: {type: choice, values: [given, refused]}
  age: {type: integer}
  danger: {type: boolean}
  seen_today: {type: boolean}
  turns_18_on: {type: date}
  implicated: {type: set of roles}
  knows_the_child: {type: set of roles}""",
    "terms": "{is_child: age < 18, under_21: age < 21}",
    "states": """
  identified: {initial: true}
  reported: {}
  on_hold: {}
  closed: {final: true}""",
    "strands": "{whereabouts: {safe: {initial: true, final: true}, missing: {}}}",
    "triggers": """
  report: {who: djo}
  convene: {who: supervisor}
  draft_plan: {who: djo}
  agree_plan: {who: djo}
  went_missing: {who: djo}
  located: {who: djo}
  move_away: {who: djo}
  police_take_report: {who: djo}
  charge_the_minor: {who: djo, strength: must_not}
  recall: {who: clock}
  close: {who: djo, moves: {from: identified, to: closed}}""",
    "meetings": "{team_meeting: {required: [djo, investigator]}, hearing: {called_by: judge}}",
    "follow_ups": """
  inform_police: {opens_with: went_missing, who: djo, due: within 6 hours}
  keep_looking: {opens_with: went_missing, who: djo, due: within 1 calendar day}
  tell_the_reporter: {opens_with: report, who: investigator, due: within 1 calendar day}""",
}
"""What the examples name, and what every protocol must have."""


class Frame(Record):
    """Where an element of a kind stands in a section (at the `@`), and what it has besides."""

    section: str
    place: str = "@"
    has: Mapping[str, str] = {}


def _many(section: str, *frames: tuple[str, Mapping[str, str]]) -> tuple[Frame, ...]:
    return tuple(Frame(section=section, place=place, has=has) for place, has in frames)


_FOLLOW_UP = {"opens_with": "report", "who": "djo", "due": "within 2 hours"}
_LADDER = "new_one: {watches: WATCHES, levels: [{id: outer, at: due, tell: judge}], start_at: @}"

FRAMES: Mapping[str, tuple[Frame, ...]] = {
    "in_force": _many("in_force", ("@", {})),
    "citation": _many("sources", ("new_one: @", {"citation": "A book"})),
    "goal": _many("goal", ("@", {"title": "Safety first"})),
    "parameter": _many("parameters", ("new_one: @", {"value": "6 hours"})),
    "floor": _many(
        "parameters",
        ("new_one: {value: 6 hours, floor: @}", {}),
        ("new_one: {value: 3, floor: @}", {}),
        ("new_one: {value: djo, floor: @}", {}),
    ),
    "calendar": _many("calendars", ("new_one: @", {"open": "mon-fri 08:00-16:00"})),
    "organization": _many("organizations", ("new_one: @", {"kind": "court"})),
    "role": _many("roles", ("new_one: @", {"kind": "judge"})),
    "who": _many("follow_ups", ("new_one: {opens_with: report, due: within 1 hour, who: @}", {})),
    "holder": _many("triggers", ("new_one: {who: @}", {"role": "djo"})),
    "relationship": _many(
        "relationships", ("new_one: @", {"between": "[djo, judge]", "tie": "formal"})
    ),
    "practice": _many("practices", ("new_one: @", {"kind": "assessment"})),
    "fact": _many(
        "facts",
        ("new_one: @", {"type": "boolean"}),
        ("new_one: @", {"type": "integer"}),
        ("new_one: @", {"type": "choice", "values": "[given, refused]"}),
    ),
    "term": _many("terms", ("new_one: @", {"condition": "danger"})),
    "state": _many("strands", ("new_one: {begun: @, other: {}}", {})),
    "strand": _many("strands", ("new_one: @", {"states": "{at_home: {initial: true}}"})),
    "trigger": _many(
        "triggers",
        ("new_one: @", {"who": "djo"}),
        ("new_one: @", {"who": "djo", "needs": "{consent: consent is given}"}),
        ("new_one: @", {"who": "djo", "moves": "{from: identified, to: reported}"}),
    ),
    "move": _many(
        "triggers",
        ("new_one: {who: djo, moves: @}", {"from": "identified", "to": "reported"}),
        ("new_one: {who: djo, moves: @}", {"from": "safe", "to": "missing"}),
    ),
    "need": _many("triggers", ("new_one: {who: djo, needs: {one: @}}", {"condition": "danger"})),
    "recorded": _many("triggers", ("new_one: {who: djo, records: @}", {"fact": "danger"})),
    "exception": _many(
        "triggers",
        (
            "new_one: {who: djo, needs: {consent: consent is given}, exceptions: {one: @}}",
            {"waives": "[consent]"},
        ),
    )
    + _many("meetings", ("new_one: {required: [djo, judge], exceptions: {one: @}}", {})),
    "agreed_by": _many("triggers", ("new_one: {agreed_by: @}", {"all_of": "[djo]"})),
    "meeting": _many("meetings", ("new_one: @", {"required": "[djo, investigator, supervisor]"})),
    "member": _many("meetings", ("new_one: {required: [djo, @]}", {"role": "nurse"})),
    "chair": _many("meetings", ("new_one: {required: [djo], chair: @}", {"role": "djo"})),
    "quorum": _many(
        "meetings",
        (
            "new_one: {counting: {court: djo, police: investigator, services: nurse}, quorum: @}",
            {"at_least": "2"},
        ),
    ),
    "follow_up": _many(
        "follow_ups",
        ("new_one: @", _FOLLOW_UP),
        ("new_one: @", _FOLLOW_UP | {"opens_with": "adopted"}),
    ),
    "ending": _many(
        "follow_ups",
        (
            "new_one: {opens_with: report, who: djo, due: within 1 hour, ends_when: @}",
            {"if": "danger is false"},
        ),
    ),
    "met_by": _many(
        "follow_ups",
        (
            "new_one: {opens_with: report, who: djo, due: within 1 hour, met_by: @}",
            {"trigger": "convene"},
        ),
    ),
    "exclusion": _many(
        "follow_ups",
        (
            "new_one: {opens_with: report, who: djo, due: within 1 hour, "
            "for_each: [guardian, judge], exclude: {guardian: @}}",
            {"if": "danger", "if_unknown": "include"},
        ),
    ),
    "authority": _many(
        "follow_ups",
        (
            "new_one: {opens_with: report, who: djo, due: within 1 hour, decline: @}",
            {"who": "[minor]"},
        ),
    ),
    "escalation": _many(
        "escalations",
        (
            "new_one: @",
            {
                "watches": "{follow_up: inform_police}",
                "levels": "[{id: outer, at: due, tell: judge}]",
            },
        ),
        ("new_one: @", {"levels": "[{after: 4 hours, tell: judge}]"}),
    ),
    "watches": _many(
        "escalations",
        ("new_one: {watches: @, levels: {after: 4 hours, tell: judge}}", {"state": "reported"}),
        (
            "new_one: {watches: @, levels: {after: 4 hours, tell: judge}}",
            {"from": "report", "to": "convene"},
        ),
    ),
    "level": _many(
        "escalations",
        (
            "new_one: {watches: {follow_up: inform_police}, levels: @}",
            {"after": "4 hours", "tell": "[judge]"},
        ),
    ),
    "start_at": _many(
        "escalations",
        (
            _LADDER.replace("WATCHES", "{follow_up: inform_police}"),
            {"level": "outer", "if": "danger"},
        ),
    ),
    "release": _many("sharing", ("danger: {judge: @}", {"release": "always"})),
    "property": _many(
        "properties",
        ("new_one: @", {"kind": "response", "when": "report", "then": "tell_the_reporter.met"}),
        ("new_one: @", {"kind": "precedence", "before": "convene", "need": "report"}),
        ("new_one: @", {"kind": "at_most", "what": "report", "times": "1"}),
        ("new_one: @", {"kind": "at_end"}),
        ("new_one: @", {"kind": "within", "from": "report", "to": "convene", "within": "1 hour"}),
        ("new_one: @", {"kind": "different_people"}),
    ),
    "tally": _many(
        "tallies", ("new_one: @", {"every": "1 calendar month after adopted", "count": "report"})
    ),
    "link": _many("links", ("new_one: @", {"protocol": "next-county", "opens_with": "report"})),
    "agreement": _many("agreement", ("@", {"parties": "{court: {signed: 2024-05-01}}"})),
    "party": _many("agreement", ("parties: {court: @}", {"signed": "2024-05-01"})),
    "review": _many("review", ("@", {"every": "1 calendar year"})),
}
"""The frames of each kind but the protocol's; a key is shown in the first that lets it stand."""


def plain(text: str) -> Any:
    """A piece of YAML as plain data."""
    tree, _, findings = parse(text, "piece")
    assert [] == findings
    assert tree is not None
    return plain_data(tree)


WHOLE: Mapping[str, Any] = {name: plain(text) for name, text in SECTIONS.items()}


def _with(changes: Mapping[str, Any]) -> str:
    """The protocol with other values, or with more entries where there are some."""
    whole = dict(WHOLE)
    for section, content in changes.items():
        old = whole.get(section)
        whole[section] = old | content if isinstance(old, dict) else content
    return json.dumps(whole)


def around(kind: Kind, *keys: Key) -> Iterator[str]:
    """The protocols that show some keys of an element, one for each frame of its kind."""
    examples = {key.name: plain(key.example) for key in keys}
    if kind.name == "protocol":
        yield _with(examples)
        return
    chosen = {
        other
        for choice in CHOICES.get(kind.name, ())
        if choice.exclusive and examples.keys() & set(choice.keys)
        for other in choice.keys
    }
    for frame in FRAMES[kind.name]:
        has = {name: plain(text) for name, text in frame.has.items() if name not in chosen}
        element = json.dumps(has | examples)
        yield _with({frame.section: plain(frame.place.replace("@", element))})


def overlay(key: Key) -> tuple[str, str]:
    """A protocol, and a second file that shows a key which only such a file has."""
    second = {
        "protocolkit": "1",
        "id": "second",
        "jurisdiction": "Second County (invented)",
        "extends": "larkspur",
        key.name: plain(key.example),
    }
    return json.dumps(WHOLE), json.dumps(second)
