"""The keys of a plan of migration: the one table that reader, schema and reference page share.

Imports the language's types and the plan.
"""

from __future__ import annotations

from protocolkit.language.types import Key, MapOf, Text, Word
from protocolkit.semantics.migration.plan import POLICIES, SECTIONS

VERSION = "1"
NAMED = "protocolkit_migration"

_TEXT = Text()
_NAMES = MapOf(item=_TEXT)
_EXAMPLES = {
    "states": "{reported: screened}",
    "roles": "{supervisor: team_lead}",
    "facts": "{certainty: {to: certainty, values: {suspected: possible}}}",
    "triggers": "{report: tell_lead}",
    "meetings": "{team_meeting: case_conference}",
    "follow_ups": "{tell_police: drop}",
    "escalations": "{not_told: {to: not_told, levels: {second: drop}}}",
    "exceptions": "{go_ahead: drop}",
    "links": "{hand_to_welfare: drop}",
    "calendars": "{office: court_office}",
    "properties": "{report_first: drop}",
}

KEYS: tuple[Key, ...] = (
    Key(
        name=NAMED,
        type=Word(words=(VERSION,)),
        doc="the version of this form",
        example='"1"',
        required=True,
    ),
    Key(
        name="from",
        type=_TEXT,
        doc="the text that the cases are under: its digest, at least the first 12 signs, or its "
        "version if no other text has it",
        example='"1"',
        required=True,
    ),
    Key(
        name="to",
        type=_TEXT,
        doc="the text that they go on under, named the same way",
        example='"2"',
        required=True,
    ),
    Key(
        name="reason",
        type=_TEXT,
        doc="why, as a code or a reference, never free text",
        example="annual-review",
        required=True,
    ),
    Key(
        name="approved_by",
        type=_TEXT,
        doc="who approved the plan: the number in your own system",
        example="u-3",
        required=True,
    ),
    *(
        Key(
            name=section,
            type=_NAMES,
            doc=f"what each {word} of the old text is called in the new one, or `drop`",
            example=_EXAMPLES[section],
        )
        for section, word in SECTIONS.items()
    ),
    Key(
        name="timers",
        type=MapOf(item=Word(words=POLICIES)),
        doc="what becomes of running time: of all, or by follow-up and escalation; `keep` if "
        "nothing is said",
        example="{tell_police: restart}",
    ),
)
"""The keys, in the order of the page."""

INNER = {
    "facts": ("values", "the new value for each old one, or `drop`"),
    "escalations": ("levels", "the new level for each old one, or `drop`"),
}
"""Sections in which a name may be a map with `to` and this key."""
